-- One row per request and category that was shown after its purchase.

select
    shown.request_id,
    shown.person_id,
    shown.category,
    {{ time_text('shown.start_us') }} as started_at,
    {{ time_text('shown.serve_us') }} as served_at,
    shown.n_items as items,
    shown.gap_s
from {{ ref('served_categories') }} as shown
where shown.gap_s is not null and shown.is_decided
order by
    shown.n_items desc,
    shown.request_id,
    shown.category
