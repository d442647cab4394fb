-- One row per category, and one for all: how long people take from first interest to purchase.

with

windows as (

    select
        category,
        window_50, window_50_low, window_50_high,
        window_90, window_90_low, window_90_high,
        conversion_share, conversion_error, journeys, persons, purchases,
        cast(abandoned as double) / nullif(cast(journeys as double), 0.0) as abandoned_share,
        case
            when journeys > 0 and purchases < {{ var('min_window_purchases') }}
                then 'not_enough_data: fewer purchases than min_window_purchases'
        end as reason
    from {{ ref('decision_windows') }} as decision_windows
    -- a category in which nobody bought has no window
    where category is null or purchases > 0

)

select
    category,
    {%- for window in ['window_50', 'window_90'] %}
    {{ window }}, {{ window }}_low, {{ window }}_high,
    purchases as {{ window }}_n,
    reason as {{ window }}_reason,
    {%- endfor %}
    conversion_share,
    {{ clustered_bound('conversion_share', 'conversion_error', 'persons', '-') }}
        as conversion_share_low,
    {{ clustered_bound('conversion_share', 'conversion_error', 'persons', '+') }}
        as conversion_share_high,
    journeys as conversion_share_n,
    abandoned_share,
    journeys as abandoned_share_n,
    journeys,
    purchases
from windows
