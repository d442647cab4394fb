-- One row: how often the most popular topics hold the answer, and when older signals do worse.

with

daily as (

    select topic_events.topic, {{ epoch_day('topic_events.event_us') }} as day, count(*) as n_events
    from {{ ref('topic_events') }} as topic_events
    group by topic_events.topic, {{ epoch_day('topic_events.event_us') }}

),

recent as (

    -- what a list of the last seven whole days would hold on each day
    select daily.topic, daily.day + 1 + ages.i as day, sum(daily.n_events) as n_events
    from daily
    cross join {{ counting(7) }} as ages
    group by daily.topic, daily.day + 1 + ages.i

),

popular as (

    select recent.topic, recent.day,
        row_number() over (partition by recent.day order by recent.n_events desc, recent.topic)
        as place
    from recent

),

own as (

    select
        backtest_hits.person_id,
        cast(count(*) as double) as tries,
        cast(count(case when popular.place <= list_sizes.n_topics then 1 end) as double) as hits
    from {{ ref('backtest_hits') }} as backtest_hits
    join {{ ref('backtests') }} as backtests on backtest_hits.request = backtests.nth
    cross join {{ ref('list_sizes') }} as list_sizes
    left join popular
        on backtests.topic = popular.topic
        and {{ epoch_day('backtests.serve_us') }} = popular.day
    where backtest_hits.lag_s = 0.0
    group by backtest_hits.person_id

),

rates as (

    select resamples.replicate,
        sum(resamples.weight * own.hits) / nullif(sum(resamples.weight * own.tries), 0.0) as rate
    from own
    join {{ ref('resamples') }} as resamples on own.person_id = resamples.person_id
    where resamples.weight > 0.0
    group by resamples.replicate

),

steps as (

    select
        retained.replicate, retained.lag_s, retained.hit_rate, rates.rate,
        lag(retained.lag_s) over (
            partition by retained.replicate order by retained.lag_s
        ) as earlier_s,
        lag(retained.hit_rate) over (
            partition by retained.replicate order by retained.lag_s
        ) as earlier_rate,
        min(case when retained.hit_rate < rates.rate then retained.lag_s end) over (
            partition by retained.replicate
        ) as crossing_s
    from {{ ref('retained') }} as retained
    join rates on retained.replicate = rates.replicate

),

crossings as (

    -- on a straight line between two lags; NULL where signals of every age do better
    select
        steps.replicate,
        max(case when steps.lag_s = steps.crossing_s then coalesce(
            steps.earlier_s + (steps.lag_s - steps.earlier_s) * (steps.earlier_rate - steps.rate)
            / nullif(steps.earlier_rate - steps.hit_rate, 0.0), steps.lag_s
        ) end) as window_s
    from steps
    group by steps.replicate

),

ranked as (

    select crossings.replicate, crossings.window_s,
        row_number() over (
            partition by case when crossings.replicate > 0 then 1 else 0 end
            order by crossings.window_s nulls last, crossings.replicate
        ) as nth,
        sum(case when crossings.replicate > 0 then 1.0 else 0.0 end) over () as replicates
    from crossings

),

limits as (

    select
        max(case when replicate = 0 then window_s end) as window_s,
        max(case when replicate > 0 and nth = ceil(0.025 * replicates) then window_s end) as low,
        max(case when replicate > 0 and nth = ceil(0.975 * replicates) then window_s end) as high
    from ranked

)

select
    limits.window_s, limits.low as window_low, limits.high as window_high,
    hits.value as hit_rate, hits.low as hit_rate_low, hits.high as hit_rate_high,
    hits.n, hits.persons
from limits
cross join {{ clustered_ratio('own', 'hits', 'tries') }} as hits
