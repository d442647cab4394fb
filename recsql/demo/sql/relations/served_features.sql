-- One row per request and feature: what the model was given when it answered.

with

features as (

    select
        requests.request_id,
        requests.serve_us,
        'history_events' as feature,
        cast(snapshots.n_events as double) as value
    from requests
    left join snapshots
        on requests.profile_id = snapshots.profile_id
        and requests.snapshot_us = snapshots.snapshot_us
    union all
    select
        requests.request_id,
        requests.serve_us,
        'hours_since_last' as feature,
        cast(requests.serve_us - snapshots.last_event_us as double) / 3600000000.0 as value
    from requests
    left join snapshots
        on requests.profile_id = snapshots.profile_id
        and requests.snapshot_us = snapshots.snapshot_us

)

select
    request_id,
    feature,
    value
from features
order by serve_us, request_id, feature
