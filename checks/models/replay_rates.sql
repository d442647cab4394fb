-- One row per stand-in and state: how often a list really held what people wanted in that state.

with

observed as (

    select
        replay_states.proxy,
        replay_states.state,
        case
            when replay_states.state = 'unseen' then 'unseen'
            when replay_states.state in ('cold_out', 'warm_miss') then 'out'
            else 'in'
        end as kin,
        cast(count(*) as double) as n,
        sum(replay_states.hit) as hits
    from {{ ref('replay_states') }} as replay_states
    where replay_states.cell = 0
    group by replay_states.proxy, replay_states.state

),

kin as (

    select
        observed.proxy,
        observed.kin,
        sum(observed.n) as n,
        sum(observed.hits) as hits
    from observed
    group by observed.proxy, observed.kin

),

states as (

    select states.state, states.kin
    from (
        values ('unseen', 'unseen'), ('cold_out', 'out'), ('warm_miss', 'out'), ('cold_in', 'in'),
            ('warm_hit_1', 'in'), ('warm_hit_2', 'in'), ('warm_hit_3', 'in')
    ) as states(state, kin)

),

proxies as (

    select distinct kin.proxy
    from kin

)

select
    proxies.proxy,
    states.state,
    states.kin,
    -- a state seldom or never seen takes the rate of its kin: all that is listed, or all that is not
    coalesce(observed.n, 0.0) < {{ var('min_state_requests') }} as is_pooled,
    case
        when observed.n >= {{ var('min_state_requests') }} or kin.kin = 'unseen'
            then observed.hits / nullif(observed.n, 0.0)
        when states.kin = 'unseen' then 0.0
        else kin.hits / nullif(kin.n, 0.0)
    end as rate
from proxies
cross join states
left join observed on proxies.proxy = observed.proxy and states.state = observed.state
left join kin on proxies.proxy = kin.proxy and states.kin = kin.kin
