-- One row per purchased decision during which nothing of its category was shown, the longest first.

select
    bought_journeys.person_id,
    bought_journeys.category,
    {{ time_text('bought_journeys.start_us') }} as started_at,
    bought_journeys.decision_s
from {{ ref('bought_journeys') }} as bought_journeys
where bought_journeys.n_shown = 0
order by
    bought_journeys.decision_s desc,
    bought_journeys.person_id,
    bought_journeys.category
