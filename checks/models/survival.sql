-- One row per category (none = all) and time of a purchase: the share of decisions still open.

with

stacked as (

    select
        journeys.category,
        journeys.observed_s,
        journeys.is_bought
    from {{ ref('journeys') }} as journeys
    where journeys.category is not null
    union all
    select
        cast(null as varchar) as category,
        journeys.observed_s,
        journeys.is_bought
    from {{ ref('journeys') }} as journeys

),

ends as (

    select
        stacked.category,
        stacked.observed_s,
        cast(count(*) as double) as ended,
        cast(count(case when stacked.is_bought then 1 end) as double) as bought
    from stacked
    group by stacked.category, stacked.observed_s

),

risks as (

    select
        ends.category,
        ends.observed_s,
        ends.bought,
        sum(ends.ended) over (
            partition by ends.category
            order by ends.observed_s desc
            rows between unbounded preceding and current row
        ) as at_risk
    from ends

),

products as (

    select
        risks.category,
        risks.observed_s,
        risks.bought,
        risks.at_risk,
        sum(
            case
                when risks.bought < risks.at_risk
                    then ln(1.0 - risks.bought / nullif(risks.at_risk, 0.0))
            end
        ) over (
            partition by risks.category
            order by risks.observed_s
            rows between unbounded preceding and current row
        ) as log_survival,
        sum(risks.bought / nullif(risks.at_risk * (risks.at_risk - risks.bought), 0.0)) over (
            partition by risks.category
            order by risks.observed_s
            rows between unbounded preceding and current row
        ) as log_variance
    from risks
    where risks.bought > 0.0

)

select
    products.category,
    products.observed_s as elapsed_s,
    products.bought,
    products.at_risk,
    -- where everyone left has bought, nobody is left: only the last row can be so
    case when products.bought < products.at_risk then exp(products.log_survival) else 0.0 end
        as survival,
    products.log_variance
from products
