-- One row per replicate and lag: the hit rate of signals that old, and what of the fresh one is left.

with

own as (

    select
        backtest_hits.person_id,
        backtest_hits.lag_s,
        sum(backtest_hits.hit) as hits,
        cast(count(*) as double) as tries
    from {{ ref('backtest_hits') }} as backtest_hits
    group by backtest_hits.person_id, backtest_hits.lag_s

),

rates as (

    select
        resamples.replicate,
        own.lag_s,
        sum(resamples.weight * own.hits) / nullif(sum(resamples.weight * own.tries), 0.0)
        as hit_rate,
        sum(own.tries) as n,
        count(*) as persons
    from own
    join {{ ref('resamples') }} as resamples on own.person_id = resamples.person_id
    where resamples.weight > 0.0
    group by resamples.replicate, own.lag_s

),

relative as (

    select
        rates.*,
        rates.hit_rate / nullif(
            max(case when rates.lag_s = 0.0 then rates.hit_rate end) over (
                partition by rates.replicate
            ), 0.0
        ) as raw_retained
    from rates

),

falling as (

    select
        relative.*,
        -- what is lost stays lost: a small rise is noise
        min(relative.raw_retained) over (
            partition by relative.replicate
            order by relative.lag_s
            rows between unbounded preceding and current row
        ) as retained
    from relative

)

select
    replicate,
    lag_s,
    hit_rate,
    retained,
    -- the lag that was measured so low
    max(case when raw_retained = retained then lag_s end) over (
        partition by replicate
        order by lag_s
        rows between unbounded preceding and current row
    ) as from_lag_s,
    n,
    persons
from falling
