-- One row per moment and key: the key's newest event on each clock that matters at that moment.

with

looks as (

    select
        moment_keys.moment_id,
        moment_keys.key,
        moments.at_us,
        moments.at_us - {{ var_us('serve_guard') }} as guard_us,
        moments.cut_us
    from {{ ref('moment_keys') }} as moment_keys
    join {{ ref('moments') }} as moments on moment_keys.moment_id = moments.moment_id

),

keys as (

    select key, min(case when cut_us < guard_us then cut_us else guard_us end) as first_us
    from looks
    group by key

),

key_events as (

    select
        person_events.key,
        person_events.event_us,
        person_events.ingested_us,
        keys.first_us
    from {{ ref('person_events') }} as person_events
    join keys on person_events.key = keys.key
    -- when a load came that was made up for says nothing of when its events could be known
    where not person_events.is_backfill

),

timeline as (

    select
        events.key, 'event' as clock, events.us, 0 as look, events.event_us, events.n_events,
        cast(null as bigint) as moment_id
    from ({{ past_in_one('key_events', ['key'], 'event_us', ['event_us']) }}) as events
    union all
    select
        arrivals.key, 'arrival', arrivals.us, 0, arrivals.event_us, arrivals.n_events,
        cast(null as bigint)
    from ({{ past_in_one('key_events', ['key'], 'ingested_us', ['event_us']) }}) as arrivals
    union all
    select key, 'event', guard_us, 1, cast(null as bigint), 0, moment_id
    from looks
    union all
    select key, 'event', cut_us, 2, cast(null as bigint), 0, moment_id
    from looks
    union all
    select key, 'arrival', at_us, 3, cast(null as bigint), 0, moment_id
    from looks
    union all
    select key, 'arrival', cut_us, 4, cast(null as bigint), 0, moment_id
    from looks

),

seen as (

    -- events come before the looks of the same instant, so ties do not matter
    select
        timeline.moment_id,
        timeline.key,
        timeline.look,
        max(timeline.event_us) over (
            partition by timeline.key, timeline.clock
            order by timeline.us, timeline.look
            rows between unbounded preceding and current row
        ) as newest_us,
        sum(timeline.n_events) over (
            partition by timeline.key, timeline.clock
            order by timeline.us, timeline.look
            rows between unbounded preceding and current row
        ) as n_events
    from timeline

)

select
    moment_id,
    key,
    max(case when look = 1 then newest_us end) as before_us,
    cast(max(case when look = 1 then n_events end) as bigint) as n_before,
    max(case when look = 2 then newest_us end) as before_cut_us,
    max(case when look = 3 then newest_us end) as arrived_us,
    max(case when look = 4 then newest_us end) as arrived_by_cut_us
from seen
where look > 0
group by moment_id, key
