-- One row per key with events in the window: how many, in bursts, as copies, and is it a bot?

with

seconds as (

    select
        events.key,
        floor(cast(events.event_us as double) / 1000000.0) as second,
        cast(count(*) as double) as n_events,
        cast(sum(events.n_copies) as double) as n_logged,
        max(case when events.is_bot then 1 else 0 end) as is_bot
    from {{ ref('events') }} as events
    where events.event_us >= {{ window_start_us() }} and events.key is not null
    group by events.key, floor(cast(events.event_us as double) / 1000000.0)

),

keys as (

    select
        seconds.key,
        sum(seconds.n_events) as n_events,
        sum(seconds.n_logged) as n_logged,
        sum(
            case when seconds.n_events >= {{ var('burst_events') }} then seconds.n_events
                else 0.0 end
        ) as n_burst,
        max(seconds.n_events) as most_a_second,
        max(seconds.is_bot) as is_bot
    from seconds
    group by seconds.key

)

select
    keys.key,
    persons.person_id,
    keys.n_events,
    keys.n_logged,
    keys.n_logged - keys.n_events as n_copies,
    keys.n_burst,
    keys.most_a_second,
    keys.is_bot
from keys
join {{ ref('persons') }} as persons on keys.key = persons.key
