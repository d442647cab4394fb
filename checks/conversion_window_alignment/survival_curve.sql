-- One row per category (none = all) and day (none = the last): the share of decisions still open.

with

windows as (

    select
        category,
        cast(journeys as double) as journeys,
        case
            when journeys > 0 and purchases < {{ var('min_window_purchases') }}
                then 'not_enough_data: fewer purchases than min_window_purchases'
        end as reason
    from {{ ref('decision_windows') }} as decision_windows
    where category is null or purchases >= {{ var('min_window_purchases') }}

),

steps as (

    -- the last of each day, and the last of all
    select
        survival.category,
        cast(ceil(survival.elapsed_s / 86400.0) as bigint) as day,
        row_number() over (
            partition by survival.curve, cast(ceil(survival.elapsed_s / 86400.0) as bigint)
            order by survival.elapsed_s desc
        ) as nth,
        row_number() over (
            partition by survival.curve order by survival.elapsed_s desc
        ) as nth_of_all,
        survival.survival,
        survival.variance
    from {{ ref('survival') }} as survival
    where survival.bought > 0.0

),

curves as (

    select category, day, survival, variance
    from steps
    where nth = 1
    union all
    select category, null, survival, variance
    from steps
    where nth_of_all = 1

),

points as (

    -- where nobody bought, every decision is still open
    select
        windows.category, curves.day, windows.journeys, windows.reason,
        coalesce(curves.survival, case when windows.journeys > 0.0 then 1.0 end) as survival,
        1.96 * sqrt(case when curves.variance > 0.0 then curves.variance else 0.0 end)
            / nullif(curves.survival * ln(nullif(curves.survival, 0.0)), 0.0) as reach
    from windows
    left join curves on windows.category is not distinct from curves.category

)

select
    category,
    day,
    survival,
    -- log(-log) interval: it stays between 0 and 1; at the ends Wilson's does
    case
        when survival > 0.0 and survival < 1.0 then exp(ln(survival) * exp(-reach))
        else {{ wilson_low('survival', 'journeys') }}
    end as survival_low,
    case
        when survival > 0.0 and survival < 1.0 then exp(ln(survival) * exp(reach))
        else {{ wilson_high('survival', 'journeys') }}
    end as survival_high,
    journeys as survival_n,
    reason as survival_reason
from points
