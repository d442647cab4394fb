-- One row per request and category it showed: did it come while the person was still deciding?

with

windows as (

    select
        decision_windows.category,
        decision_windows.window_90 as window_s
    from {{ ref('decision_windows') }} as decision_windows
    where decision_windows.purchases >= {{ var('min_window_purchases') }}

),

dated as (

    -- a category with few purchases is judged by the window of all
    select
        served_categories.request_id,
        served_categories.person_id,
        served_categories.category,
        served_categories.n_items,
        served_categories.serve_us,
        served_categories.gap_s,
        served_categories.fresh_gap_s,
        served_categories.is_decided,
        coalesce(own.window_s, pooled.window_s) as window_s
    from {{ ref('served_categories') }} as served_categories
    left join windows as own on served_categories.category = own.category
    left join windows as pooled on pooled.category is null

)

select
    dated.request_id,
    dated.person_id,
    dated.category,
    dated.n_items,
    dated.serve_us,
    dated.gap_s,
    dated.fresh_gap_s,
    dated.window_s,
    case
        when dated.gap_s is null then 'no_signal'
        -- without a window nothing can be judged
        when dated.window_s is null then null
        when dated.is_decided then 'post_purchase'
        when dated.gap_s > dated.window_s then 'too_late'
        when dated.gap_s <= dated.window_s then 'in_window'
    end as placement,
    case
        when dated.fresh_gap_s is null then 'no_signal'
        when dated.window_s is null then null
        when dated.is_decided then 'post_purchase'
        when dated.fresh_gap_s > dated.window_s then 'too_late'
        when dated.fresh_gap_s <= dated.window_s then 'in_window'
    end as fresh_placement
from dated
