-- One row: whether the replay can be believed, and if not, why.

with

fit as (

    select max(replay_overlaps.overlap) as overlap
    from {{ ref('replay_overlaps') }} as replay_overlaps

),

observed as (

    select
        replay_states.person_id,
        rates.kin,
        replay_states.age_third,
        replay_states.hit,
        -- what the state does not explain; by now it should not depend on the age
        replay_states.hit - rates.rate as residual
    from {{ ref('replay_states') }} as replay_states
    join {{ ref('replay_rates') }} as rates
        on replay_states.proxy = rates.proxy
        and replay_states.state = rates.state
    where replay_states.proxy = 1 and replay_states.cell = 0

),

thirds as (

    select *
    from {{ clustered_ratio('observed', 'residual', '1', by=['kin', 'age_third'], share=false) }}
        as thirds

),

margins as (

    select
        thirds.kin,
        thirds.age_third,
        thirds.value,
        -- where no spread is seen, Wilson's width for that many persons
        coalesce(
            thirds.high - thirds.value, 3.8416 / nullif(thirds.persons + 3.8416, 0.0)
        ) as margin
    from thirds

),

differences as (

    select
        max(
            older.value - younger.value
            - sqrt(older.margin * older.margin + younger.margin * younger.margin)
        ) as surely_apart
    from margins as older
    join margins as younger
        on older.kin = younger.kin
        and older.age_third <> younger.age_third

),

contrast as (

    -- what is not there at all is not listed either
    select
        avg(case when observed.kin = 'in' then observed.hit end)
        - avg(case when observed.kin <> 'in' then observed.hit end) as contrast,
        count(*) as n
    from observed

)

select
    fit.overlap,
    contrast.contrast,
    differences.surely_apart,
    case
        when contrast.n = 0 then 'not_enough_data: no request can be replayed'
        when coalesce(fit.overlap, 0.0) < {{ var('min_proxy_overlap') }}
            then 'not_identified: no stand-in reproduces enough of the served lists'
        when coalesce(contrast.contrast, 0.0) < {{ var('min_proxy_contrast') }}
            then 'not_identified: what the stand-in lists was hardly found more often than the rest'
        when differences.surely_apart > {{ var('max_rate_spread') }}
            then 'not_identified: the stand-in fits old and young snapshots differently'
    end as reason
from fit
cross join contrast
cross join differences
