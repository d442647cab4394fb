-- One row per category shown or bought, and one for all (none): its median gap, and its revenue.

with

scoped as (

    select 'all' as scope, person_id, gap_s
    from {{ ref('placements') }} as placements
    union all
    select 'category ' || category, person_id, gap_s
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

    -- who bought unknown is somebody else each time
    select
        category,
        coalesce(person_id, outcome_id) as person_id,
        sum(coalesce(revenue, 0.0)) as revenue,
        cast(count(*) as double) as purchases
    from {{ ref('purchases') }} as purchases
    where not is_void and category is not null
    group by category, coalesce(person_id, outcome_id)

),

weights as (

    -- where no revenue is logged, purchases weigh alike
    select
        category, person_id, purchases,
        case when sum(revenue) over () > 0.0 then revenue else purchases end as weight
    from sales

),

cells as (

    select 'all' as scope, cast(null as varchar) as category
    union all
    select 'category ' || category, category
    from windows
    union
    select 'category ' || category, category
    from weights

),

judged as (

    select
        cells.scope, cells.category, gaps.value, gaps.low, gaps.high,
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

),

sold as (

    select
        weights.person_id, weights.purchases, weights.weight,
        weights.weight * judged.is_slow as slow,
        weights.weight * judged.is_surely_slow as surely_slow,
        weights.weight * judged.is_maybe_slow as maybe_slow
    from weights
    join judged on weights.category = judged.category

),

edges as (

    select
        sum(surely_slow) / nullif(sum(weight), 0.0) as low,
        sum(maybe_slow) / nullif(sum(weight), 0.0) as high,
        sum(purchases) as n
    from sold

),

bounds as (

    -- who happened to buy what, and which categories are slow (Newcombe, Zou and Donner)
    select
        slow.value, slow.persons, edges.n,
        slow.value - sqrt((slow.value - slow.low) * (slow.value - slow.low)
            + (slow.value - edges.low) * (slow.value - edges.low)) as low,
        slow.value + sqrt((slow.high - slow.value) * (slow.high - slow.value)
            + (edges.high - slow.value) * (edges.high - slow.value)) as high
    from {{ clustered_ratio('sold', 'slow', 'weight') }} as slow
    cross join edges

)

select
    judged.scope, judged.category, judged.value, judged.low, judged.high, judged.is_shown,
    bounds.value as slow_share, bounds.n as slow_n, bounds.persons as slow_persons,
    case when bounds.low < 0.0 then 0.0 else bounds.low end as slow_low,
    case when bounds.high > 1.0 then 1.0 else bounds.high end as slow_high
from judged
left join bounds on judged.scope = 'all'
