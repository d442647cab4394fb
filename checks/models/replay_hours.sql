-- One row per pipeline, item or category, and hour: how many events became usable in it.

select
    replay_events.planned,
    'item' as unit_kind,
    replay_events.item_id as unit,
    floor(cast(replay_events.usable_us as double) / 3600000000.0) as hour,
    cast(count(*) as double) as n_events
from {{ ref('replay_events') }} as replay_events
group by
    replay_events.planned,
    replay_events.item_id,
    floor(cast(replay_events.usable_us as double) / 3600000000.0)
union all
select
    replay_events.planned,
    'category' as unit_kind,
    replay_events.category as unit,
    floor(cast(replay_events.usable_us as double) / 3600000000.0) as hour,
    cast(count(*) as double) as n_events
from {{ ref('replay_events') }} as replay_events
where replay_events.category is not null
group by
    replay_events.planned,
    replay_events.category,
    floor(cast(replay_events.usable_us as double) / 3600000000.0)
