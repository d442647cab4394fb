-- One row per replayed request without a hit whose item would stand in the list as planned.

with

replayed as (

    -- signals 1, items 2, identity 4: each cell is the sum of what is as planned in it
    select
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %}
        max(case when states.cell = {{ cell }} then states.state end) as state_{{ cell }},
        {%- endfor %}
        states.request_id
    from {{ ref('replay_states') }} as states
    where states.proxy = 1 and states.hit = 0.0
    group by states.request_id

),

ranked as (

    select replayed.*, rates.rate,
        row_number() over (order by rates.rate desc, replayed.request_id) as nth
    from replayed
    join {{ ref('replay_rates') }} as rates
        on rates.proxy = 1 and replayed.state_7 = rates.state and rates.kin = 'in'

),

worst as (

    -- lists and events are looked up for the rows that are shown
    select signals.*
    from ranked
    join {{ ref('signals') }} as signals on ranked.request_id = signals.request_id
    where ranked.nth <= 20

),

listed as (

    select worst.request_id, {{ first_ten('lists.position', 'lists.item_id') }} as served,
        {{ first_ten('lists.position', "coalesce(items.category, 'none')") }} as served_categories
    from worst
    join {{ ref('lists') }} as lists on worst.request_id = lists.request_id
    left join {{ ref('items') }} as items on lists.item_id = items.item_id
    group by worst.request_id

),

wanted as (

    select labels.request_id, labels.item_id, items.category,
        row_number() over (partition by labels.request_id
            order by labels.engaged_us, labels.item_id) as nth
    from {{ ref('labels') }} as labels
    left join {{ ref('items') }} as items on labels.item_id = items.item_id

)

select
    ranked.request_id as request, requests.key, requests.profile_id,
    {{ time_text('requests.serve_us') }} as served_at,
    listed.served, listed.served_categories, wanted.item_id as item,
    wanted.category as item_category, ranked.rate as hit_share,
    ranked.state_0 as state_as_served, ranked.state_7 as state_as_planned,
    ranked.state_1 as state_with_signals, ranked.state_2 as state_with_items,
    ranked.state_3 as state_with_signals_and_items, ranked.state_4 as state_merged,
    ranked.state_5 as state_merged_with_signals, ranked.state_6 as state_merged_with_items,
    events.newest_at, events.profile_at, events.arrived_at, events.used_at,
    events.other_key_events, events.newest_event_id, events.newest_category, events.newest_key
from ranked
join wanted on ranked.request_id = wanted.request_id and wanted.nth = 1
join {{ ref('requests') }} as requests on ranked.request_id = requests.request_id
left join listed on ranked.request_id = listed.request_id
left join {{ unseen_signals('worst') }} as events on ranked.request_id = events.request_id
order by ranked.nth
