-- One row per person, segments, category and bin of the gap: shown items, how many came late, what sold.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

settled as (

    -- until when a request's purchases have all arrived
    select
        log_span.end_us - {{ var_us('late_arrival') }} - {{ var_us('attribution_window') }}
            as last_us
    from {{ ref('log_span') }} as log_span

),

binned as (

    -- an item that no signal called for is neither late nor in time: no number, not zero
    select
        requests.{{ segments | join(', requests.') }},
        placements.person_id, placements.category, placements.window_of, placements.n_items,
        placements.placement, placements.fresh_placement, placements.gap_s,
        placements.window_90_low, placements.window_90_high,
        case
            when placements.window_s is null then null
            when placements.gap_s is null then '5: no signal'
            when placements.gap_s <= placements.window_50 then '1: up to window_50'
            when placements.gap_s <= placements.window_s then '2: up to window_90'
            when placements.gap_s <= 2.0 * placements.window_s then '3: up to twice window_90'
            else '4: longer'
        end as gap_bin,
        -- what was bought before can hardly be bought because of the request
        coalesce(placements.placement <> 'post_purchase', false)
            and placements.serve_us <= settled.last_us as is_settled,
        coalesce(
            placements.next_purchase_us
                <= placements.serve_us + {{ var_us('attribution_window') }},
            false
        ) as is_converted
    from {{ ref('placements') }} as placements
    left join {{ ref('requests') }} as requests on placements.request_id = requests.request_id
    cross join settled

)

select
    {{ segments | join(', ') }},
    person_id, category, window_of, gap_bin,
    sum(n_items) as items,
    sum(case when gap_s is null then n_items else 0 end) as unsignalled,
    sum(case when placement <> 'no_signal' then n_items end) as judged,
    sum(case when placement = 'too_late' then n_items
        when placement <> 'no_signal' then 0 end) as late,
    sum(case when placement in ('too_late', 'in_window') and gap_s > window_90_low then n_items
        else 0 end) as late_at_low,
    sum(case when placement in ('too_late', 'in_window') and gap_s > window_90_high then n_items
        else 0 end) as late_at_high,
    sum(case when fresh_placement <> 'no_signal' then n_items end) as fresh_judged,
    sum(case when fresh_placement = 'too_late' then n_items
        when fresh_placement <> 'no_signal' then 0 end) as fresh_late,
    count(case when is_settled then 1 end) as settled,
    count(case when is_settled and is_converted then 1 end) as converted
from binned
group by {{ segments | join(', ') }}, person_id, category, window_of, gap_bin
