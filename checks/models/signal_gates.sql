-- One row per request: the newest signal behind each gate between the person and the snapshot.

with

newest as (

    select
        moment_keys.moment_id,
        max(key_sightings.before_us) as person_us,
        max(case when moment_keys.in_profile then key_sightings.before_us end) as profile_us,
        max(key_sightings.arrived_us) as arrived_us,
        max(key_sightings.arrived_by_cut_us) as arrived_by_cut_us,
        sum(key_sightings.n_before) as n_before
    from {{ ref('moment_keys') }} as moment_keys
    join {{ ref('key_sightings') }} as key_sightings
        on moment_keys.moment_id = key_sightings.moment_id
        and moment_keys.key = key_sightings.key
    group by moment_keys.moment_id

),

passed as (

    select
        moments.moment_id,
        moments.request_id,
        newest.person_us,
        newest.profile_us,
        newest.arrived_us,
        newest.n_before,
        -- what the pipeline wrote down outranks what it should have seen
        coalesce(snapshots.last_event_us, newest.arrived_by_cut_us) as used_us
    from {{ ref('moments') }} as moments
    join newest on moments.moment_id = newest.moment_id
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
