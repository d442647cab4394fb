-- One row per category, and one for all: how often a recommendation came after the decision window.

with

placements as (

    -- an item that no signal called for is neither late nor in time: no number, not zero
    select
        placements.person_id,
        placements.category,
        placements.n_items,
        placements.gap_s,
        case
            when placements.placement = 'too_late' then placements.n_items
            when placements.placement <> 'no_signal' then 0
        end as late_items,
        case
            when placements.fresh_placement = 'too_late' then placements.n_items
            when placements.fresh_placement <> 'no_signal' then 0
        end as late_if_fresh,
        case when placements.gap_s is null then placements.n_items else 0 end as unsignalled_items,
        case when placements.window_s is null then 1 else 0 end as without_window
    from {{ ref('placements') }} as placements

),

stacked as (

    select person_id, category, n_items, gap_s, late_items, late_if_fresh, unsignalled_items,
        without_window
    from placements
    union all
    select person_id, null, n_items, gap_s, late_items, late_if_fresh, unsignalled_items,
        without_window
    from placements

),

cells as (

    select
        cast(null as varchar) as category,
        max(without_window) as without_window
    from placements
    union all
    select category, max(without_window) as without_window
    from placements
    group by category

)

select
    cells.category,
    late.value as late_share,
    late.low as late_share_low,
    late.high as late_share_high,
    coalesce(late.n, 0) as late_share_n,
    coalesce(late.persons, 0) as late_share_persons,
    case when cells.without_window = 1
        then 'not_enough_data: too few purchases to tell how long people take to decide'
    end as late_share_reason,
    late.value - fresh.value as avoidable_late_share,
    gaps.value as median_gap,
    gaps.low as median_gap_low,
    gaps.high as median_gap_high,
    unsignalled.value as no_signal_share,
    unsignalled.low as no_signal_share_low,
    unsignalled.high as no_signal_share_high,
    coalesce(unsignalled.n, 0) as no_signal_share_n
from cells
left join {{ clustered_ratio('stacked', 'late_items', 'n_items', ['category']) }} as late
    on cells.category is not distinct from late.category
left join {{ clustered_ratio('stacked', 'late_if_fresh', 'n_items', ['category']) }} as fresh
    on cells.category is not distinct from fresh.category
left join {{ clustered_ratio('stacked', 'unsignalled_items', 'n_items', ['category']) }}
    as unsignalled
    on cells.category is not distinct from unsignalled.category
left join {{ clustered_quantile('stacked', 'gap_s', 0.5, ['category']) }} as gaps
    on cells.category is not distinct from gaps.category
