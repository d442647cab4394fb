-- One row per curve, replicate and lag in days: the mean match, each person counting once.

with

matched as (

    select
        day_matches.person_id,
        day_matches.curve,
        day_matches.lag_days,
        day_matches.match
    from {{ ref('day_matches') }} as day_matches
    union all
    select
        visit_matches.person_id,
        visit_matches.curve,
        visit_matches.lag_days,
        visit_matches.match
    from {{ ref('visit_matches') }} as visit_matches

)

select
    matched.curve,
    resamples.replicate,
    matched.lag_days,
    sum(resamples.weight * matched.match) / nullif(sum(resamples.weight), 0.0) as match,
    count(*) as persons,
    cast(null as double) as fixed_baseline
from matched
join {{ ref('resamples') }} as resamples on matched.person_id = resamples.person_id
where resamples.weight > 0.0
group by matched.curve, resamples.replicate, matched.lag_days
union all
select
    'served_lists' as curve,
    phase_means.replicate,
    phase_means.lag_days,
    phase_means.hit_rate as match,
    phase_means.persons,
    -- a week of snapshot ages does not tell what is left in the end: misses do
    phase_means.chance_rate as fixed_baseline
from {{ ref('phase_means') }} as phase_means
where phase_means.chance_rate is not null
