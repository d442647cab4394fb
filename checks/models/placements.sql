-- One row per request and category it showed: did it come while the person was still deciding?

with

windows as (

    select
        category,
        window_50, window_50_low, window_50_high,
        window_90, window_90_low, window_90_high
    from {{ ref('decision_windows') }} as decision_windows
    where purchases >= {{ var('min_window_purchases') }}

),

named as (

    select distinct category
    from {{ ref('served_categories') }} as served_categories

),

chosen as (

    -- a category with few purchases is judged by its parent's window, else by the window of all
    select
        named.category,
        coalesce(own.category, parent.category, '') as window_of,
        {%- for end in ['50', '50_low', '50_high', '90', '90_low', '90_high'] %}
        case
            when own.category is not null then own.window_{{ end }}
            when parent.category is not null then parent.window_{{ end }}
            else pooled.window_{{ end }}
        end as window_{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
    left join windows as own on named.category = own.category
    left join {{ category_paths('named') }} as paths
        on named.category = paths.category and paths.depth = paths.depths
    left join windows as parent on paths.ancestor || '.*' = parent.category
    left join windows as pooled on pooled.category is null

),

dated as (

    select
        served.request_id, served.person_id, served.category, served.n_items, served.serve_us,
        served.start_us, served.gap_s, served.fresh_gap_s, served.is_decided, served.next_purchase_us,
        chosen.window_of,
        chosen.window_50, chosen.window_50_low, chosen.window_50_high,
        chosen.window_90, chosen.window_90_low, chosen.window_90_high
    from {{ ref('served_categories') }} as served
    join chosen on served.category = chosen.category

)

select
    request_id, person_id, category, n_items, serve_us, start_us, gap_s, fresh_gap_s,
    next_purchase_us, window_of, window_50, window_50_low, window_50_high, window_90_low, window_90_high,
    window_90 as window_s,
    {%- for gap, name in [('gap_s', 'placement'), ('fresh_gap_s', 'fresh_placement')] %}
    case
        when {{ gap }} is null then 'no_signal'
        -- without a window nothing can be judged
        when window_90 is null then null
        when is_decided then 'post_purchase'
        when {{ gap }} > window_90 then 'too_late'
        when {{ gap }} <= window_90 then 'in_window'
    end as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from dated
