-- One row per event type that normally carries a key, and day: how many events had none.

with

days as (

    select
        coalesce(events.event_type, 'untyped') as event_type,
        {{ epoch_day('events.event_us') }} as day,
        cast(count(*) as double) as n_events,
        cast(count(case when events.key is null then 1 end) as double) as n_keyless
    from {{ ref('events') }} as events
    where not events.is_bot
    group by coalesce(events.event_type, 'untyped'), {{ epoch_day('events.event_us') }}

),

ranked as (

    select
        event_type,
        n_keyless / nullif(n_events, 0.0) as share,
        row_number() over (
            partition by event_type
            order by n_keyless / nullif(n_events, 0.0), day
        ) as nth,
        count(*) over (partition by event_type) as n_days
    from days

),

-- usual is the lower quartile of the days, so that even a long loss stands out
usual as (

    select
        event_type,
        share as usual_share
    from ranked
    where nth = floor(cast(n_days as double) / 4.0) + 1 and share <= 0.5

)

select
    days.event_type,
    days.day,
    days.n_events,
    days.n_keyless,
    usual.usual_share
from days
join usual on days.event_type = usual.event_type
