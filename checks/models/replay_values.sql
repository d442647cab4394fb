-- One row per draw, stand-in and cell: the hit rate that its lists would have had.

with

counted as (

    select
        replay_states.proxy,
        replay_states.person_id,
        replay_states.cell,
        replay_states.state,
        cast(count(*) as double) as n,
        sum(replay_states.hit) as hits
    from {{ ref('replay_states') }} as replay_states
    group by
        replay_states.proxy, replay_states.person_id, replay_states.cell, replay_states.state

),

weighed as (

    -- only the best stand-in is drawn again and again
    select
        draws.draw,
        counted.proxy,
        counted.cell,
        counted.state,
        sum(draws.weight * counted.n) as n,
        sum(draws.weight * counted.hits) as hits
    from counted
    join {{ ref('replay_draws') }} as draws on counted.person_id = draws.person_id
    where counted.proxy = 1 or draws.draw = 0
    group by draws.draw, counted.proxy, counted.cell, counted.state

),

kin as (

    select
        weighed.draw,
        weighed.proxy,
        rates.kin,
        sum(weighed.hits) / nullif(sum(weighed.n), 0.0) as rate
    from weighed
    join {{ ref('replay_rates') }} as rates
        on weighed.proxy = rates.proxy
        and weighed.state = rates.state
    where weighed.cell = 0
    group by weighed.draw, weighed.proxy, rates.kin

),

reached as (

    select
        weighed.draw,
        weighed.proxy,
        weighed.cell,
        sum(
            weighed.n * case
                when rates.is_pooled and rates.kin <> 'unseen'
                    then coalesce(kin.rate, rates.rate)
                else coalesce(observed.hits / nullif(observed.n, 0.0), rates.rate)
            end
        ) / nullif(sum(weighed.n), 0.0) as value
    from weighed
    join {{ ref('replay_rates') }} as rates
        on weighed.proxy = rates.proxy
        and weighed.state = rates.state
    left join kin
        on weighed.draw = kin.draw
        and weighed.proxy = kin.proxy
        and rates.kin = kin.kin
    left join weighed as observed
        on weighed.draw = observed.draw
        and weighed.proxy = observed.proxy
        and weighed.state = observed.state
        and observed.cell = 0
    group by weighed.draw, weighed.proxy, weighed.cell

),

observed as (

    -- of all requests, not only of those replayed
    select
        draws.draw,
        sum(draws.weight * replayed.hit) / nullif(sum(draws.weight), 0.0) as hit_rate
    from {{ ref('replay_requests') }} as replayed
    join {{ ref('replay_draws') }} as draws on replayed.person_id = draws.person_id
    group by draws.draw

)

select
    reached.draw,
    reached.proxy,
    reached.cell,
    observed.hit_rate + reached.value - as_served.value as value
from reached
join reached as as_served
    on reached.draw = as_served.draw
    and reached.proxy = as_served.proxy
    and as_served.cell = 0
join observed on reached.draw = observed.draw
