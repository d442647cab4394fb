-- One row per evaluated example: is its category among those that the model would have listed?

select
    examples.event_id,
    examples.session_id,
    examples.event_us,
    examples.category,
    examples.snapshot_us,
    examples.tenure_us,
    snapshots.n_events,
    snapshots.last_event_us,
    case when lists.category_no is null then 0 else 1 end as hit
from examples
join snapshots
    on examples.profile_id = snapshots.profile_id
    and examples.snapshot_us = snapshots.snapshot_us
left join lists
    on snapshots.snapshot_no = lists.snapshot_no
    and examples.category_no = lists.category_no
where snapshots.n_events >= {{ split.least_events }}
