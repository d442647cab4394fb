-- One row per category (none = all) and day (none = the last): the share of decisions still open.

with

windows as (

    select
        decision_windows.category,
        cast(decision_windows.journeys as double) as journeys,
        case
            when decision_windows.journeys > 0
                and decision_windows.purchases < {{ var('min_window_purchases') }}
                then 'not_enough_data: fewer purchases than min_window_purchases'
        end as reason
    from {{ ref('decision_windows') }} as decision_windows
    where
        decision_windows.category is null
        or decision_windows.purchases >= {{ var('min_window_purchases') }}

),

steps as (

    select
        survival.category,
        cast(ceil(survival.elapsed_s / 86400.0) as bigint) as day,
        survival.survival,
        survival.log_variance
    from {{ ref('survival') }} as survival

),

curves as (

    -- shares only fall, so the least of a day is the one at its end
    select
        steps.category,
        steps.day,
        min(steps.survival) as survival,
        max(steps.log_variance) as log_variance
    from steps
    group by steps.category, steps.day
    union all
    select steps.category, null, min(steps.survival), max(steps.log_variance)
    from steps
    group by steps.category

),

points as (

    -- where nobody bought, every decision is still open
    select
        windows.category,
        curves.day,
        windows.journeys, windows.reason,
        coalesce(curves.survival, case when windows.journeys > 0.0 then 1.0 end) as survival,
        1.96 * sqrt(curves.log_variance) / nullif(ln(nullif(curves.survival, 0.0)), 0.0) as reach
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
