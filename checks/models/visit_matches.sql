-- One row per person and lag of hours below a day: the chance that two visits share their topics.

with

halves as (

    -- two visits less than a day apart lie on one UTC day or on two that follow each other
    select halves.half
    from (values (0), (1)) as halves(half)

),

visits as (

    select distinct
        visit_topics.person_id,
        visit_topics.day,
        visit_topics.start_us
    from {{ ref('visit_topics') }} as visit_topics

),

pairs as (

    select
        earlier.person_id,
        floor(cast(later.start_us - earlier.start_us as double) / 3600000000.0 + 0.5) as lag_hours,
        count(*) as n_pairs
    from visits as earlier
    cross join halves
    join visits as later
        on earlier.person_id = later.person_id
        and earlier.day + halves.half = later.day
        and earlier.start_us < later.start_us
    group by
        earlier.person_id,
        floor(cast(later.start_us - earlier.start_us as double) / 3600000000.0 + 0.5)

),

matches as (

    select
        earlier.person_id,
        floor(cast(later.start_us - earlier.start_us as double) / 3600000000.0 + 0.5) as lag_hours,
        sum(
            earlier.n_events / nullif(earlier.n_visit, 0.0)
            * later.n_events / nullif(later.n_visit, 0.0)
        ) as matched
    from {{ ref('visit_topics') }} as earlier
    cross join halves
    join {{ ref('visit_topics') }} as later
        on earlier.person_id = later.person_id
        and earlier.topic = later.topic
        and earlier.day + halves.half = later.day
        and earlier.start_us < later.start_us
    group by
        earlier.person_id,
        floor(cast(later.start_us - earlier.start_us as double) / 3600000000.0 + 0.5)

)

select
    pairs.person_id,
    'within_a_day' as curve,
    pairs.lag_hours / 24.0 as lag_days,
    pairs.n_pairs,
    coalesce(matches.matched, 0.0) / nullif(cast(pairs.n_pairs as double), 0.0) as match
from pairs
cross join {{ ref('fallback_category') }} as fallback_category
left join matches
    on pairs.person_id = matches.person_id
    and pairs.lag_hours = matches.lag_hours
where
    pairs.lag_hours > 0.0
    and pairs.lag_hours < 24.0
    and fallback_category.category is null
