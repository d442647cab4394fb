-- One row per category, and one for all (no category): how long people take to decide.

with

shares as (

    -- most never buy: the quantiles are those of the share that does in the end
    select
        survival.category,
        survival.elapsed_s,
        1.0 - survival.survival as bought_share,
        1.0 - min(survival.survival) over (partition by survival.category) as final_share
    from {{ ref('survival') }} as survival

),

quantiles as (

    -- sums of logarithms round: a hair below a quantile is the quantile
    select
        shares.category,
        min(
            case when shares.bought_share >= 0.5 * shares.final_share - 0.000000000001
                then shares.elapsed_s end
        ) as window_50,
        min(
            case
                when shares.bought_share
                    >= {{ var('late_quantile') }} * shares.final_share - 0.000000000001
                    then shares.elapsed_s
            end
        ) as window_90,
        max(shares.final_share) as final_share
    from shares
    group by shares.category

),

counts as (

    select
        cast(null as varchar) as category,
        count(*) as journeys,
        count(case when journeys.is_bought then 1 end) as purchases
    from {{ ref('journeys') }} as journeys
    union all
    select
        journeys.category,
        count(*) as journeys,
        count(case when journeys.is_bought then 1 end) as purchases
    from {{ ref('journeys') }} as journeys
    where journeys.category is not null
    group by journeys.category

)

select
    counts.category,
    quantiles.window_50,
    quantiles.window_90,
    case when counts.journeys > 0 then coalesce(quantiles.final_share, 0.0) end as conversion_share,
    counts.journeys,
    counts.purchases
from counts
left join quantiles on counts.category is not distinct from quantiles.category
