-- One row per profile and snapshot that answered a request, unless nothing was in it.

select
    profile_id,
    moment(snapshot_us) as snapshot_ts,
    moment(snapshot_us + {{ pipeline.write_us }}) as written_ts,
    moment(last_event_us) as last_event_ts,
    n_events
from snapshots
where n_events > 0
order by snapshot_us, profile_id
