-- One row: the age at which lists made from signals and an index that old lose drift_epsilon.

with

ends as (

    select
        ends.name,
        curves.lag_s,
        case ends.name when 'low' then coalesce(curves.low, curves.value)
            when 'high' then coalesce(curves.high, curves.value) else curves.value end as kept,
        curves.n,
        curves.persons
    from {{ ref('face_curves') }} as curves
    cross join (values ('value'), ('low'), ('high')) as ends(name)
    where curves.face = 'both'

),

steps as (

    select
        ends.*,
        lag(ends.lag_s) over (partition by ends.name order by ends.lag_s) as earlier_s,
        lag(ends.kept) over (partition by ends.name order by ends.lag_s) as earlier_kept,
        min(case when ends.kept <= 1.0 - {{ var('drift_epsilon') }} then ends.lag_s end)
        over (partition by ends.name) as crossing_s
    from ends

),

crossings as (

    -- on a straight line between the two lags; NULL when even the longest keeps enough
    select
        steps.name,
        max(case when steps.lag_s = steps.crossing_s then
            steps.earlier_s + (steps.lag_s - steps.earlier_s)
            * (steps.earlier_kept - 1.0 + {{ var('drift_epsilon') }})
            / nullif(steps.earlier_kept - steps.kept, 0.0) end) as window_s,
        max(steps.lag_s) as longest_s,
        max(steps.n) as n,
        max(steps.persons) as persons
    from steps
    group by steps.name

)

select
    max(case when name = 'value' then coalesce(window_s, longest_s) end) as window_s,
    max(case when name = 'low' then coalesce(window_s, longest_s) end) as window_low,
    max(case when name = 'high' then window_s end) as window_high,
    max(n) as n,
    max(persons) as persons
from crossings
