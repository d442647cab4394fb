-- One row per person and lag: the person's hits with signals that old, by all hits with fresh ones.

with

own as (

    select
        backtest_hits.person_id,
        backtest_hits.lag_s,
        sum(backtest_hits.hit) as hits
    from {{ ref('backtest_hits') }} as backtest_hits
    group by backtest_hits.person_id, backtest_hits.lag_s

)

select
    own.person_id,
    own.lag_s,
    own.hits / nullif(
        sum(case when own.lag_s = 0.0 then own.hits else 0.0 end) over (), 0.0
    ) as part
from own
