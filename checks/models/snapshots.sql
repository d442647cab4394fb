-- One row per profile and feature snapshot: when it was written and the newest event in it.

with

logged as (

    select
        cast(snapshots.profile_id as varchar) as profile_id,
        rs_epoch_us(snapshots.snapshot_ts) as snapshot_us,
        rs_epoch_us(snapshots.written_ts) as written_us,
        rs_epoch_us(snapshots.last_event_ts) as last_event_us,
        cast(snapshots.embedding_version as varchar) as embedding_version
    from {{ relation('snapshots') }} as snapshots
    where snapshots.snapshot_ts >= {{ history_start() }} and snapshots.snapshot_ts < {{ as_of() }}

)

select
    logged.profile_id,
    logged.snapshot_us,
    -- a rewrite counts from its first version
    min(logged.written_us) as written_us,
    max(logged.last_event_us) as last_event_us,
    max(logged.embedding_version) as embedding_version
from logged
group by logged.profile_id, logged.snapshot_us
