-- One row per category, and one for all: how long people take from first interest to purchase.

with

windows as (

    select
        decision_windows.category,
        decision_windows.window_50,
        decision_windows.window_90,
        decision_windows.conversion_share,
        decision_windows.journeys,
        decision_windows.purchases,
        case
            when decision_windows.journeys > 0
                and decision_windows.purchases < {{ var('min_window_purchases') }}
                then 'not_enough_data: fewer purchases than min_window_purchases'
        end as reason
    from {{ ref('decision_windows') }} as decision_windows
    -- a category in which nobody bought has no window
    where decision_windows.category is null or decision_windows.purchases > 0

)

select
    category,
    window_50,
    purchases as window_50_n,
    reason as window_50_reason,
    window_90,
    purchases as window_90_n,
    reason as window_90_reason,
    conversion_share,
    journeys as conversion_share_n,
    journeys,
    purchases
from windows
