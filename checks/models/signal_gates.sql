-- One row per request: the newest signal behind each gate between the person and the snapshot.

with

passed as (

    select
        moments.moment_id,
        moments.request_id,
        sightings.person_before_us as person_us,
        sightings.before_us as profile_us,
        sightings.arrived_us,
        sightings.n_before,
        -- what the pipeline wrote down outranks what it should have seen
        coalesce(snapshots.last_event_us, sightings.arrived_by_cut_us) as used_us
    from {{ ref('moments') }} as moments
    join {{ ref('sightings') }} as sightings on moments.moment_id = sightings.moment_id
    left join {{ ref('snapshots') }} as snapshots
        on moments.profile_id = snapshots.profile_id
        and moments.cut_us = snapshots.snapshot_us
    where moments.is_request

),

-- what has passed a later gate has passed the earlier ones

arrived as (

    select
        passed.moment_id,
        passed.request_id,
        passed.n_before,
        passed.used_us,
        {{ later_of('passed.arrived_us', 'passed.used_us') }} as arrived_us,
        passed.profile_us,
        passed.person_us
    from passed

),

filed as (

    select
        arrived.moment_id,
        arrived.request_id,
        arrived.n_before,
        arrived.used_us,
        arrived.arrived_us,
        {{ later_of('arrived.profile_us', 'arrived.arrived_us') }} as profile_us,
        arrived.person_us
    from arrived

)

select
    filed.moment_id,
    filed.request_id,
    filed.n_before,
    filed.used_us,
    filed.arrived_us,
    filed.profile_us,
    {{ later_of('filed.person_us', 'filed.profile_us') }} as newest_us
from filed
