-- One row per person and lag in days: the chance that an event of each day shares its topic.

with

days as (

    select
        topic_events.person_id,
        topic_events.topic,
        {{ epoch_day('topic_events.event_us') }} as day,
        cast(count(*) as double) as n_events
    from {{ ref('topic_events') }} as topic_events
    join {{ ref('drift_people') }} as drift_people
        on topic_events.person_id = drift_people.person_id
    group by
        topic_events.person_id,
        topic_events.topic,
        {{ epoch_day('topic_events.event_us') }}

),

sizes as (

    select person_id, day, sum(n_events) as n_events
    from days
    group by person_id, day

),

pairs as (

    select
        earlier.person_id,
        later.day - earlier.day as lag_days,
        count(*) as n_pairs
    from sizes as earlier
    join sizes as later
        on earlier.person_id = later.person_id
        and earlier.day < later.day
    group by earlier.person_id, later.day - earlier.day

),

matches as (

    -- products of shares are unbiased, however few events a day has
    select
        earlier.person_id,
        later.day - earlier.day as lag_days,
        sum(
            earlier.n_events / nullif(earlier_sizes.n_events, 0.0)
            * later.n_events / nullif(later_sizes.n_events, 0.0)
        ) as matched
    from days as earlier
    join days as later
        on earlier.person_id = later.person_id
        and earlier.topic = later.topic
        and earlier.day < later.day
    join sizes as earlier_sizes
        on earlier.person_id = earlier_sizes.person_id
        and earlier.day = earlier_sizes.day
    join sizes as later_sizes
        on later.person_id = later_sizes.person_id
        and later.day = later_sizes.day
    group by earlier.person_id, later.day - earlier.day

)

select
    pairs.person_id,
    pairs.lag_days,
    pairs.n_pairs,
    coalesce(matches.matched, 0.0) / nullif(cast(pairs.n_pairs as double), 0.0) as match
from pairs
cross join {{ ref('fallback_category') }} as fallback_category
left join matches
    on pairs.person_id = matches.person_id
    and pairs.lag_days = matches.lag_days
where
    pairs.lag_days * 86400.0 <= {{ var('drift_longest_lag') }}
    -- items without categories hardly ever come back: no match to fit a curve to
    and fallback_category.category is null
