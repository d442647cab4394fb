-- One row: conversions that more than one request claims, and how much revenue is claimed.

with

credited as (

    select
        credits.person_id,
        case when credits.n_requests > 1 then 1 when credits.n_requests = 1 then 0 end as is_double,
        case when credits.n_surfaces > 1 then 1 when credits.n_surfaces = 1 then 0 end
        as is_crossing,
        -- a conversion without a price is in neither sum
        case when credits.revenue is not null then credits.credited_revenue end as credited_revenue,
        credits.revenue
    from {{ ref('credits') }} as credits
    where credits.person_id is not null

),

sums as (

    select count(*) as n_conversions, count(credited.is_double) as n_credited
    from credited

)

select
    doubles.value as double_share,
    doubles.low as double_share_low, doubles.high as double_share_high,
    doubles.n as double_share_n, doubles.persons as double_share_persons,
    case when sums.n_conversions > 0 and sums.n_credited = 0
        then 'not_identified: no conversion names the request that is credited with it'
    end as double_share_reason,
    case when doubles.n > 0 then doubles.positives end as double_conversions,
    crossing.value as cross_surface_share,
    crossing.low as cross_surface_share_low, crossing.high as cross_surface_share_high,
    crossing.n as cross_surface_share_n,
    sales.value as revenue_ratio, sales.low as revenue_ratio_low, sales.high as revenue_ratio_high,
    sales.n as revenue_ratio_n,
    sales.n as revenue
from sums
cross join {{ clustered_ratio('credited', 'is_double', '1') }} as doubles
cross join {{ clustered_ratio('credited', 'is_crossing', '1') }} as crossing
cross join {{ clustered_ratio('credited', 'credited_revenue', 'revenue', share=false) }} as sales
