-- One row per pipeline and pair of items seen in one session: a person who saw one saw the other.

{% set most = var('replay_sessions') -%}

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

),

seen as (

    select visits.planned, visits.basket, visits.item, visits.usable_us
    from visits
    where visits.nth <= {{ var('replay_memory') }}

),

counted as (

    select seen.planned, seen.item, cast(count(*) as double) as n_sessions
    from seen
    group by seen.planned, seen.item

),

drawn as (

    -- of an item's very many sessions some stand for all, by lot, and count for as many more
    select
        seen.planned,
        seen.basket,
        seen.item,
        seen.usable_us,
        case when counted.n_sessions > {{ most }} then counted.n_sessions / {{ most }}.0
            else 1.0 end as weight
    from seen
    join counted
        on seen.planned = counted.planned
        and seen.item = counted.item
    where
        counted.n_sessions <= {{ most }}
        or rs_hash_u(seen.basket || ' ' || cast(seen.item as varchar)) * counted.n_sessions
        < {{ most }}.0

)

select
    drawn.planned,
    'item' as unit_kind,
    drawn.item as unit,
    others.item as neighbour,
    {{ later_of('drawn.usable_us', 'others.usable_us') }} as usable_us,
    drawn.weight
from drawn
join seen as others
    on drawn.planned = others.planned
    and drawn.basket = others.basket
where drawn.item <> others.item
union all
-- a category stands for itself
select distinct
    pipelines.planned,
    'category' as unit_kind,
    items.category_number as unit,
    items.category_number as neighbour,
    cast(0 as bigint) as usable_us,
    1.0 as weight
from {{ ref('items') }} as items
cross join (values (0), (1)) as pipelines(planned)
where items.category_number is not null
