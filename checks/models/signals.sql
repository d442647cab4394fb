-- One row per request: the newest signal of each kind, and how many the list did not know.

with

used_keys as (

    select
        moment_keys.moment_id,
        moment_keys.key,
        signal_gates.used_us
    from {{ ref('signal_gates') }} as signal_gates
    join {{ ref('moment_keys') }} as moment_keys
        on signal_gates.moment_id = moment_keys.moment_id
    where signal_gates.used_us is not null

),

timeline as (

    select
        person_events.key,
        person_events.event_us as us,
        0 as look,
        cast(null as bigint) as moment_id
    from {{ ref('person_events') }} as person_events
    join (select distinct used_keys.key from used_keys) as keys on person_events.key = keys.key
    where not person_events.is_backfill
    union all
    select
        used_keys.key,
        used_keys.used_us as us,
        1 as look,
        used_keys.moment_id
    from used_keys

),

counted as (

    -- events come before the looks of the same instant, so ties do not matter
    select
        moment_id,
        look,
        count(case when look = 0 then 1 end) over (
            partition by key
            order by us, look
        ) as n_known
    from timeline

),

known as (

    select
        counted.moment_id,
        sum(counted.n_known) as n_known
    from counted
    where counted.look = 1
    group by counted.moment_id

)

select
    requests.request_id,
    requests.person_id,
    requests.surface,
    requests.serve_us,
    requests.snapshot_us,
    signal_gates.newest_us,
    signal_gates.profile_us,
    signal_gates.arrived_us,
    signal_gates.used_us,
    -- a signal used within the guard leaves nothing unseen
    case
        when known.n_known > signal_gates.n_before then 0
        else cast(signal_gates.n_before - coalesce(known.n_known, 0) as bigint)
    end as unseen_events
from {{ ref('requests') }} as requests
left join {{ ref('signal_gates') }} as signal_gates
    on requests.request_id = signal_gates.request_id
left join known on signal_gates.moment_id = known.moment_id
