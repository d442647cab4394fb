-- One row per request and category that was shown after its purchase.

select
    placements.request_id,
    placements.person_id,
    placements.category,
    placements.n_items as items,
    placements.gap_s
from {{ ref('placements') }} as placements
where placements.placement = 'post_purchase'
order by
    placements.n_items desc,
    placements.request_id,
    placements.category
