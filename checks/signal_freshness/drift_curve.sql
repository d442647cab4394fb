-- One row per lag in hours, and as the total the one of a day: what older signals are worth.

with

replayed as (

    select
        retained.lag_s,
        max(case when retained.replicate = 0 then retained.retained end) as retained_relevance,
        max(case when retained.replicate = 0 then retained.hit_rate end) as hit_rate,
        max(case when retained.replicate = 0 then retained.n end) as n
    from {{ ref('retained') }} as retained
    group by retained.lag_s

),

hits as (

    select
        backtest_hits.person_id,
        backtest_hits.lag_s,
        backtest_hits.hit
    from {{ ref('backtest_hits') }} as backtest_hits

),

matched as (

    select
        day_matches.person_id,
        86400.0 * day_matches.lag_days as lag_s,
        day_matches.match
    from {{ ref('day_matches') }} as day_matches

),

lags as (

    select replayed.lag_s, replayed.lag_s / 3600.0 as lag
    from replayed
    union
    select matched.lag_s, matched.lag_s / 3600.0
    from matched
    union
    select 86400.0, null

)

select
    lags.lag,
    replayed.retained_relevance,
    coalesce(replayed.n, 0) as retained_relevance_n,
    case
        when replayed.n is null
            then 'not_enough_data: no request was answered that had signals two weeks before'
    end as retained_relevance_reason,
    {{ clustered_columns('rates', 'hit_rate') }},
    {{ clustered_columns('matches', 'match_probability') }}
from lags
left join replayed on lags.lag_s = replayed.lag_s
left join {{ clustered_ratio('hits', 'hit', '1', by=['lag_s']) }} as rates
    on lags.lag_s = rates.lag_s
left join {{ clustered_ratio('matched', 'match', '1', by=['lag_s']) }} as matches
    on lags.lag_s = matches.lag_s
