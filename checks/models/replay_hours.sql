-- One row per pipeline, item or category, and hour: how many events became usable in it.

with

hours as (

    select
        replay_events.planned,
        replay_events.item,
        replay_events.category,
        floor(cast(replay_events.usable_us as double) / 3600000000.0) as hour,
        cast(count(*) as double) as n_events
    from {{ ref('replay_events') }} as replay_events
    group by
        replay_events.planned,
        replay_events.item,
        replay_events.category,
        floor(cast(replay_events.usable_us as double) / 3600000000.0)

)

select
    hours.planned,
    'item' as unit_kind,
    hours.item as unit,
    hours.hour,
    hours.n_events
from hours
union all
select
    hours.planned,
    'category' as unit_kind,
    hours.category as unit,
    hours.hour,
    sum(hours.n_events) as n_events
from hours
where hours.category is not null
group by hours.planned, hours.category, hours.hour
