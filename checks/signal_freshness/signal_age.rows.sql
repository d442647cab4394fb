-- One row per request whose person had newer events than its list used, and what kept them out.

with

delays as (

    select
        signals.request_id,
        signals.surface,
        requests.key,
        requests.profile_id,
        signals.serve_us,
        signals.snapshot_us,
        signals.used_us,
        signals.newest_us,
        signals.unseen_events,
        signals.newest_us - signals.profile_us as identity_us,
        signals.profile_us - signals.arrived_us as ingestion_us,
        signals.arrived_us - signals.used_us as refresh_us
    from {{ ref('signals') }} as signals
    join {{ ref('requests') }} as requests on signals.request_id = requests.request_id
    where signals.used_us < signals.newest_us

)

select
    delays.request_id,
    delays.key,
    delays.profile_id,
    delays.surface,
    {{ time_text('delays.serve_us') }} as served_at,
    delays.unseen_events,
    cast(delays.serve_us - delays.snapshot_us as double) / 1000000.0 as snapshot_age_s,
    cast(delays.serve_us - delays.used_us as double) / 1000000.0 as signal_age_s,
    cast(delays.newest_us - delays.used_us as double) / 1000000.0 as avoidable_s,
    cast(delays.identity_us as double) / 1000000.0 as identity_s,
    cast(delays.ingestion_us as double) / 1000000.0 as ingestion_s,
    cast(delays.refresh_us as double) / 1000000.0 as refresh_s,
    case
        when delays.refresh_us >= delays.ingestion_us and delays.refresh_us >= delays.identity_us
            then 'feature refresh'
        when delays.ingestion_us >= delays.identity_us then 'ingestion'
        else 'identity merge'
    end as step
from delays
order by delays.newest_us - delays.used_us desc, delays.request_id
