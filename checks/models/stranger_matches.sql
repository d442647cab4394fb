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

lags as (

    select lags.lag_days
    from (values (1), (7), (21)) as lags(lag_days)
    cross join {{ ref('fallback_category') }} as fallback_category
    where
        lags.lag_days * 86400.0 <= {{ var('drift_longest_lag') }}
        and fallback_category.category is null

),

around as (

    -- what everybody was after so many days before and after a day, summed up before it is met
    select
        lags.lag_days,
        everybody.day + signs.sign * lags.lag_days as day,
        everybody.topic,
        sum(everybody.share) as share
    from everybody
    cross join lags
    cross join (values (-1), (1)) as signs(sign)
    group by lags.lag_days, everybody.day + signs.sign * lags.lag_days, everybody.topic

),

met as (

    select shares.person_id, around.lag_days, shares.share * around.share as matched, 0.0 as pairs
    from shares
    join around on shares.day = around.day and shares.topic = around.topic
    union all
    select own.person_id, crowds.lag_days, 0.0, crowds.persons
    from (select distinct shares.person_id, shares.day from shares) as own
    join (
        select around.lag_days, around.day, sum(around.share) as persons
        from around
        group by around.lag_days, around.day
    ) as crowds on own.day = crowds.day
    union all
    -- less what they met of their own, which is in it both ways
    select
        day_matches.person_id, cast(day_matches.lag_days as bigint),
        -2.0 * day_matches.match * day_matches.n_pairs, -2.0 * day_matches.n_pairs
    from {{ ref('day_matches') }} as day_matches
    join lags on day_matches.lag_days = cast(lags.lag_days as double)
    where day_matches.curve = 'signals'

)

select
    met.person_id,
    met.lag_days,
    sum(met.matched) as matched,
    sum(met.pairs) as pairs
from met
group by met.person_id, met.lag_days
