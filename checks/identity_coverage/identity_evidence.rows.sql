-- One row per stretch of days on which events of a type lost the key that they normally carry.

with

marked as (

    select
        keyless_days.event_type,
        keyless_days.day,
        keyless_days.n_events,
        keyless_days.n_keyless,
        keyless_days.usual_share + 0.1 as limit_share,
        case
            when keyless_days.n_keyless / nullif(keyless_days.n_events, 0.0)
                > keyless_days.usual_share + 0.1
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
        stretches.event_type,
        min(stretches.day) as first_day,
        max(stretches.day) as last_day,
        count(*) as n_days,
        sum(stretches.n_events) as n_events,
        sum(stretches.n_keyless) as n_keyless,
        sum(stretches.n_keyless) / nullif(sum(stretches.n_events), 0.0) as share,
        max(stretches.limit_share) as limit_share
    from stretches
    where stretches.lost = 1
    group by stretches.event_type, stretches.stretch

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
