-- One row per person and lag in days: how alike the person and all others are, that far apart.

with

shares as (

    select
        day_topics.person_id, day_topics.day, day_topics.topic,
        day_topics.n_events / nullif(day_topics.n_part, 0.0) as share
    from {{ ref('day_topics') }} as day_topics
    where not day_topics.is_promoted

),

everybody as (

    select shares.day, shares.topic, sum(shares.share) as share
    from shares
    group by shares.day, shares.topic

),

crowds as (

    select everybody.day, sum(everybody.share) as persons
    from everybody
    group by everybody.day

),

lags as (

    -- each person's days before and after those of all others
    select lags.lag_days, signs.sign
    from (values (1), (2), (3), (7), (14), (21)) as lags(lag_days)
    cross join (values (-1), (1)) as signs(sign)
    cross join {{ ref('fallback_category') }} as fallback_category
    where
        lags.lag_days * 86400.0 <= {{ var('drift_longest_lag') }}
        and fallback_category.category is null

),

met as (

    -- with everybody on the other day, and from it what the person met of their own
    select shares.person_id, lags.lag_days, shares.share * everybody.share as matched, 0.0 as pairs
    from shares
    cross join lags
    join everybody
        on shares.topic = everybody.topic
        and shares.day + lags.sign * lags.lag_days = everybody.day
    union all
    select shares.person_id, lags.lag_days, 0.0, shares.share * crowds.persons
    from shares
    cross join lags
    join crowds on shares.day + lags.sign * lags.lag_days = crowds.day
    union all
    select
        day_matches.person_id, cast(day_matches.lag_days as bigint),
        -2.0 * day_matches.match * day_matches.n_pairs,
        -2.0 * day_matches.n_pairs
    from {{ ref('day_matches') }} as day_matches
    where day_matches.curve = 'signals'

)

select
    met.person_id,
    met.lag_days,
    sum(met.matched) as matched,
    sum(met.pairs) as pairs
from met
join (select distinct lags.lag_days from lags) as shown on met.lag_days = shown.lag_days
group by met.person_id, met.lag_days
