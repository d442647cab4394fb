-- One row per decision that ended in a purchase within the serving log: was its category shown?

with

logged as (

    -- what was shown before the first request or after the last nobody knows
    select
        min(requests.serve_us) as first_us,
        max(requests.serve_us) as last_us
    from {{ ref('requests') }} as requests

),

bought as (

    select
        journeys.person_id,
        journeys.category,
        journeys.start_us,
        journeys.observed_s as decision_s,
        journeys.start_us + cast(floor(1000000.0 * journeys.observed_s + 0.5) as bigint) as purchase_us
    from {{ ref('journeys') }} as journeys
    where journeys.is_bought

)

select
    bought.person_id,
    bought.category,
    bought.start_us,
    bought.decision_s,
    count(shown.request_id) as n_shown
from bought
cross join logged
left join {{ ref('served_categories') }} as shown
    on bought.person_id = shown.person_id
    and bought.category = shown.category
    and shown.serve_us >= bought.start_us
    and shown.serve_us <= bought.purchase_us
where bought.start_us >= logged.first_us and bought.purchase_us <= logged.last_us
group by bought.person_id, bought.category, bought.start_us, bought.decision_s
