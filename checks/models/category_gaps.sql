-- One row per category shown or bought, and one for all (none): its median gap, and its revenue.

with

scoped as (

    select 'all' as scope, person_id, gap_s
    from {{ ref('placements') }} as placements
    union all
    select 'in ' || category, person_id, gap_s
    from {{ ref('placements') }} as placements

),

windows as (

    select
        category,
        max(window_50) as window_50,
        max(window_50_low) as window_50_low,
        max(window_50_high) as window_50_high
    from {{ ref('placements') }} as placements
    group by category

),

sales as (

    select
        category,
        sum(coalesce(revenue, 0.0)) as revenue,
        cast(count(*) as double) as purchases
    from {{ ref('purchases') }} as purchases
    where not is_void and category is not null
    group by category

),

weights as (

    -- where no revenue is logged, purchases weigh alike
    select
        category,
        case when sum(revenue) over () > 0.0 then revenue else purchases end as weight
    from sales

),

cells as (

    select 'all' as scope, cast(null as varchar) as category
    union all
    select 'in ' || category, category
    from windows
    union
    select 'in ' || category, category
    from weights

)

select
    cells.scope, cells.category, gaps.value, gaps.low, gaps.high, weights.weight,
    cells.scope = 'all' or windows.category is not null as is_shown,
    -- the window is an estimate as the median is; what was never shown on a signal is not slow
    case when gaps.value > windows.window_50 then 1 else 0 end as is_slow,
    case when gaps.low > windows.window_50_high then 1 else 0 end as is_surely_slow,
    case when gaps.value is not null and windows.window_50 is not null
        and not coalesce(gaps.high <= windows.window_50_low, false) then 1 else 0
    end as is_maybe_slow
from cells
left join {{ clustered_quantile('scoped', 'gap_s', 0.5, by=['scope']) }} as gaps
    on cells.scope = gaps.scope
left join windows on cells.category = windows.category
left join weights on cells.category = weights.category
