-- One row per conversion that more than one request claims, the most claimed first.

select
    credits.outcome_id,
    credits.item_id,
    credits.n_requests as requests,
    credits.n_surfaces as surfaces,
    credits.first_request as one_request,
    credits.last_request as another_request,
    credits.credited_revenue,
    credits.revenue
from {{ ref('credits') }} as credits
where credits.n_requests > 1
order by credits.n_requests desc, credits.outcome_id, credits.item_id
