-- One row per pipeline and pair of items seen in one session: a person who saw one saw the other.

with

visits as (

    select
        replay_events.planned,
        replay_events.basket,
        replay_events.item,
        min(replay_events.usable_us) as usable_us,
        row_number() over (
            partition by replay_events.planned, replay_events.basket
            order by min(replay_events.event_us), replay_events.item
        ) as nth
    from {{ ref('replay_events') }} as replay_events
    group by replay_events.planned, replay_events.basket, replay_events.item

)

select
    visits.planned,
    'item' as unit_kind,
    visits.item as unit,
    others.item as neighbour,
    {{ later_of('visits.usable_us', 'others.usable_us') }} as usable_us
from visits
join visits as others
    on visits.planned = others.planned
    and visits.basket = others.basket
where
    visits.item <> others.item
    and visits.nth <= {{ var('replay_memory') }}
    and others.nth <= {{ var('replay_memory') }}
union all
-- a category stands for itself
select distinct
    pipelines.planned,
    'category' as unit_kind,
    items.category_number as unit,
    items.category_number as neighbour,
    cast(0 as bigint) as usable_us
from {{ ref('items') }} as items
cross join (values (0), (1)) as pipelines(planned)
where items.category_number is not null
