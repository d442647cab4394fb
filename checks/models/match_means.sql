-- One row per replicate and lag in days: the mean match, each person counting once.

select
    resamples.replicate,
    day_matches.lag_days,
    sum(resamples.weight * day_matches.match) / nullif(sum(resamples.weight), 0.0) as match,
    count(*) as persons
from {{ ref('day_matches') }} as day_matches
join {{ ref('resamples') }} as resamples on day_matches.person_id = resamples.person_id
where resamples.weight > 0.0
group by resamples.replicate, day_matches.lag_days
