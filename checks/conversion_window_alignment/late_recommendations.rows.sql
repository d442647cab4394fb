-- One row per request and category that came too late, though fresh signals were in time.

select
    placements.request_id,
    placements.person_id,
    placements.category,
    {{ time_text('placements.start_us') }} as started_at,
    {{ time_text('placements.serve_us') }} as served_at,
    placements.n_items as items,
    placements.gap_s,
    placements.fresh_gap_s,
    placements.window_50 as window_50_s,
    placements.window_s,
    {{ time_text('placements.next_purchase_us') }} as bought_at
from {{ ref('placements') }} as placements
where placements.placement = 'too_late' and placements.fresh_placement = 'in_window'
order by
    placements.gap_s - placements.fresh_gap_s desc,
    placements.request_id,
    placements.category
