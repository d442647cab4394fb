-- One row per replayed request without a hit whose item would stand in the list as planned.

select
    states.request_id as request,
    min(labels.item_id) as item,
    min(served.state) as state_as_served,
    min(states.state) as state_as_planned,
    max(rates.rate) as hit_share
from {{ ref('replay_states') }} as states
join {{ ref('replay_states') }} as served
    on states.request_id = served.request_id
    and states.proxy = served.proxy
    and served.cell = 0
join {{ ref('replay_rates') }} as rates
    on states.proxy = rates.proxy
    and states.state = rates.state
    and rates.kin = 'in'
join {{ ref('labels') }} as labels on states.request_id = labels.request_id
where states.proxy = 1 and states.cell = 7 and states.hit = 0.0
group by states.request_id
order by hit_share desc, request
