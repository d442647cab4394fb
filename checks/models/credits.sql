-- One row per conversion of the window that was credited: to how many requests, on what surfaces.

with

logged as (

    select
        cast(outcomes.outcome_id as varchar) as outcome_id,
        cast(outcomes.item_id as varchar) as item_id,
        cast(outcomes.request_id as varchar) as request_id,
{%- if mapped('outcomes.revenue') %}
        max(cast(outcomes.revenue as double)) as revenue
{%- else %}
        -- without revenue every conversion is worth the same
        cast(1.0 as double) as revenue
{%- endif %}
    from {{ relation('outcomes') }} as outcomes
    where
        outcomes.ts >= {{ window_start() }}
        and outcomes.ts < {{ as_of() }}
        and outcomes.outcome_id is not null
        and cast(outcomes.type as varchar) in {{ var('purchase_types') }}
    -- a copied row credits nobody twice
    group by
        cast(outcomes.outcome_id as varchar),
        cast(outcomes.item_id as varchar),
        cast(outcomes.request_id as varchar)

),

buyers as (

    select
        purchases.outcome_id,
        purchases.item_id,
        max(purchases.person_id) as person_id
    from {{ ref('purchases') }} as purchases
    where not purchases.is_void
    group by purchases.outcome_id, purchases.item_id

)

select
    logged.outcome_id,
    logged.item_id,
    max(buyers.person_id) as person_id,
    count(logged.request_id) as n_requests,
    count(distinct requests.surface) as n_surfaces,
    min(logged.request_id) as first_request,
    max(logged.request_id) as last_request,
    coalesce(sum(case when logged.request_id is not null then logged.revenue end), 0.0)
    as credited_revenue,
    -- the row that credits nobody is the order itself
    coalesce(max(case when logged.request_id is null then logged.revenue end), max(logged.revenue))
    as revenue
from logged
join buyers on logged.outcome_id = buyers.outcome_id and logged.item_id = buyers.item_id
left join {{ ref('requests') }} as requests on logged.request_id = requests.request_id
group by logged.outcome_id, logged.item_id
