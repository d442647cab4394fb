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

scoped as (

    select
        'all' as scope, person_id, n_items, gap_s, late_items, late_if_fresh, unsignalled_items
    from placements
    union all
    select
        'in ' || category, person_id, n_items, gap_s, late_items, late_if_fresh, unsignalled_items
    from placements

),

scopes as (

    select
        'all' as scope,
        cast(null as varchar) as category,
        max(without_window) as without_window
    from placements
    union all
    select 'in ' || category, category, max(without_window)
    from placements
    group by category

)

select
    scopes.category,
    late.value as late_share,
    late.low as late_share_low,
    late.high as late_share_high,
    coalesce(late.n, 0) as late_share_n,
    coalesce(late.persons, 0) as late_share_persons,
    case when scopes.without_window = 1
        then 'not_enough_data: too few purchases to tell how long people take to decide'
    end as late_share_reason,
    late.value - fresh.value as avoidable_late_share,
    gaps.value as median_gap,
    gaps.low as median_gap_low,
    gaps.high as median_gap_high,
    silent.value as no_signal_share,
    silent.low as no_signal_share_low,
    silent.high as no_signal_share_high,
    coalesce(silent.n, 0) as no_signal_share_n
from scopes
left join {{ clustered_ratio('scoped', 'late_items', 'n_items', by=['scope']) }} as late
    on scopes.scope = late.scope
left join {{ clustered_ratio('scoped', 'late_if_fresh', 'n_items', by=['scope']) }} as fresh
    on scopes.scope = fresh.scope
left join {{ clustered_ratio('scoped', 'unsignalled_items', 'n_items', by=['scope']) }} as silent
    on scopes.scope = silent.scope
left join {{ clustered_quantile('scoped', 'gap_s', 0.5, by=['scope']) }} as gaps
    on scopes.scope = gaps.scope
