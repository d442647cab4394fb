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

keys as (

    select used_keys.key, min(used_keys.used_us) as first_us
    from used_keys
    group by used_keys.key

),

key_events as (

    select person_events.key, person_events.event_us, keys.first_us
    from {{ ref('person_events') }} as person_events
    join keys on person_events.key = keys.key
    where not person_events.is_backfill

),

timeline as (

    select events.key, events.us, 0 as look, events.n_events, cast(null as bigint) as moment_id
    from ({{ past_in_one('key_events', ['key'], 'event_us') }}) as events
    union all
    select key, used_us, 1, 0, moment_id
    from used_keys

),

counted as (

    -- events come before the looks of the same instant, so ties do not matter
    select
        moment_id,
        look,
        sum(n_events) over (
            partition by key
            order by us, look
            rows between unbounded preceding and current row
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
