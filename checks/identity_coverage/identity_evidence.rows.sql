-- One row per stretch of days on which events of a type lost the key that they normally carry.

with

marked as (

    select
        keyless_days.event_type,
        keyless_days.day,
        keyless_days.n_events,
        keyless_days.n_keyless,
        keyless_days.normal_share + 0.1 as limit_share,
        case
            when keyless_days.n_keyless / keyless_days.n_events > keyless_days.normal_share + 0.1
                then 1
            else 0
        end as lost
    from {{ ref('keyless_days') }} as keyless_days

),

stretches as (

    select
        event_type,
        day,
        n_events,
        n_keyless,
        limit_share,
        lost,
        row_number() over (partition by event_type order by day)
        - row_number() over (partition by event_type, lost order by day) as stretch
    from marked

),

losses as (

    select
        event_type,
        min(day) as first_day,
        max(day) as last_day,
        count(*) as n_days,
        sum(n_events) as n_events,
        sum(n_keyless) as n_keyless,
        sum(n_keyless) / sum(n_events) as share,
        max(limit_share) as limit_share
    from stretches
    where lost = 1
    group by event_type, stretch

)

select
    event_type,
    {{ day_text('first_day') }} as first_day,
    {{ day_text('last_day') }} as last_day,
    n_days as days,
    cast(n_events as bigint) as events,
    cast(n_keyless as bigint) as null_key_events,
    share as null_key_share
from losses
-- a handful of events may lose their key by accident
where n_keyless >= 10 and {{ wilson_low('share', 'n_events') }} > limit_share
order by null_key_events desc, event_type, first_day
