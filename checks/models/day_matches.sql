-- One row per person, curve and lag in days: the chance that an event of each day shares its topic.

with

parts as (

    select distinct
        day_topics.person_id,
        day_topics.day,
        day_topics.is_promoted
    from {{ ref('day_topics') }} as day_topics

),

pairs as (

    select
        earlier.person_id,
        earlier.is_promoted,
        later.day - earlier.day as lag_days,
        count(*) as n_pairs
    from parts as earlier
    join parts as later
        on earlier.person_id = later.person_id
        and earlier.day < later.day
        and not later.is_promoted
    group by earlier.person_id, earlier.is_promoted, later.day - earlier.day

),

matches as (

    -- products of shares are unbiased, however few events a day has
    select
        earlier.person_id,
        earlier.is_promoted,
        later.day - earlier.day as lag_days,
        sum(
            earlier.n_events / nullif(earlier.n_part, 0.0)
            * later.n_events / nullif(later.n_part, 0.0)
        ) as matched
    from {{ ref('day_topics') }} as earlier
    join {{ ref('day_topics') }} as later
        on earlier.person_id = later.person_id
        and earlier.topic = later.topic
        and earlier.day < later.day
        and not later.is_promoted
    group by earlier.person_id, earlier.is_promoted, later.day - earlier.day

)

select
    pairs.person_id,
    -- what a promotion started is followed apart, on the days without one
    case when pairs.is_promoted then 'promotions' else 'signals' end as curve,
    cast(pairs.lag_days as double) as lag_days,
    pairs.n_pairs,
    coalesce(matches.matched, 0.0) / nullif(cast(pairs.n_pairs as double), 0.0) as match
from pairs
cross join {{ ref('fallback_category') }} as fallback_category
left join matches
    on pairs.person_id = matches.person_id
    and pairs.is_promoted = matches.is_promoted
    and pairs.lag_days = matches.lag_days
where
    pairs.lag_days * 86400.0 <= {{ var('drift_longest_lag') }}
    -- items without categories hardly ever come back: no match to fit a curve to
    and fallback_category.category is null
