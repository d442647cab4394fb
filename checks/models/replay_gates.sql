-- One row: whether the replay can be believed, and if not, why.

with

fit as (

    select max(replay_overlaps.overlap) as overlap
    from {{ ref('replay_overlaps') }} as replay_overlaps

),

contrast as (

    -- what is not there at all is not listed either
    select
        avg(case when rates.kin = 'in' then replay_states.hit end)
        - avg(case when rates.kin <> 'in' then replay_states.hit end) as contrast,
        count(*) as n
    from {{ ref('replay_states') }} as replay_states
    join {{ ref('replay_rates') }} as rates
        on replay_states.proxy = rates.proxy
        and replay_states.state = rates.state
    where replay_states.proxy = 1 and replay_states.cell = 0

),

spreads as (

    select
        max(case when rate_spreads.split = 'age' then rate_spreads.surely_apart end) as by_age,
        max(case when rate_spreads.split = 'activity' then rate_spreads.surely_apart end)
        as by_activity
    from {{ ref('rate_spreads') }} as rate_spreads

)

select
    fit.overlap,
    contrast.contrast,
    spreads.by_age as age_spread,
    spreads.by_activity as activity_spread,
    case
        when contrast.n = 0 then 'not_enough_data: no request can be replayed'
        when coalesce(fit.overlap, 0.0) < {{ var('min_proxy_overlap') }}
            then 'not_identified: no stand-in reproduces enough of the served lists'
        when coalesce(contrast.contrast, 0.0) < {{ var('min_proxy_contrast') }}
            then 'not_identified: what the stand-in lists was hardly found more often than the rest'
        when spreads.by_age > {{ var('max_rate_spread') }}
            then 'not_identified: the stand-in fits old and young snapshots differently'
    end as reason,
    case
        when spreads.by_activity > {{ var('max_rate_spread') }}
            then 'not_identified: the stand-in fits busy and quiet persons differently, so the'
            || ' replay holds for their present mix only'
    end as activity_reason
from fit
cross join contrast
cross join spreads
