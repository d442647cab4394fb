-- One row per replicate: the age at which replayed lists have lost drift_epsilon of their hits.

with

steps as (

    select
        retained.replicate,
        retained.lag_s,
        retained.retained,
        lag(retained.lag_s) over (
            partition by retained.replicate
            order by retained.lag_s
        ) as earlier_s,
        lag(retained.retained) over (
            partition by retained.replicate
            order by retained.lag_s
        ) as earlier_retained,
        min(case when retained.retained <= 1.0 - {{ var('drift_epsilon') }} then retained.lag_s end)
        over (partition by retained.replicate) as crossing_s,
        max(retained.n) over (partition by retained.replicate) as n,
        max(retained.persons) over (partition by retained.replicate) as persons
    from {{ ref('retained') }} as retained

)

select
    steps.replicate,
    -- on a straight line between the two lags; NULL when even the longest lag keeps enough
    max(
        case
            when steps.lag_s = steps.crossing_s
                then steps.earlier_s + (steps.lag_s - steps.earlier_s)
                * (steps.earlier_retained - 1.0 + {{ var('drift_epsilon') }})
                / nullif(steps.earlier_retained - steps.retained, 0.0)
        end
    ) as window_s,
    max(steps.lag_s) as longest_s,
    max(steps.n) as n,
    max(steps.persons) as persons
from steps
group by steps.replicate
having max(steps.retained) > 0.0
