-- One row per lag in hours, and as the total the one of a day: what older signals are worth.

with

matched as (

    select day_matches.person_id, 86400.0 * day_matches.lag_days as lag_s, day_matches.match
    from {{ ref('day_matches') }} as day_matches where day_matches.curve = 'signals'

),

met as (

    -- each pair of persons is in it twice, as either's, so an error counts double
    select
        86400.0 * stranger_matches.lag_days as lag_s,
        sum(stranger_matches.matched) / nullif(sum(stranger_matches.pairs), 0.0) as value,
        sum(stranger_matches.pairs) / 2.0 as n,
        cast(count(*) as double) as persons,
        sum(stranger_matches.matched * stranger_matches.matched) as mm,
        sum(stranger_matches.matched * stranger_matches.pairs) as mp,
        sum(stranger_matches.pairs * stranger_matches.pairs) as pp
    from {{ ref('stranger_matches') }} as stranger_matches
    where stranger_matches.pairs > 0.0 group by stranger_matches.lag_days

),

others as (

    select met.lag_s, met.value, met.n, met.persons,
        sqrt(
            met.persons / nullif(met.persons - 1.0, 0.0)
            * abs(met.mm - met.value * (2.0 * met.mp - met.value * met.pp))
        ) / nullif(met.n, 0.0) as se
    from met

),

lags as (

    select curve_limits.lag_s, curve_limits.lag_s / 3600.0 as lag
    from {{ ref('curve_limits') }} as curve_limits
    union
    select lag_s, lag_s / 3600.0 from matched union select 86400.0, null

)

select
    lags.lag,
    replayed.value as retained_relevance,
    replayed.low as retained_relevance_low, replayed.high as retained_relevance_high,
    coalesce(replayed.n, 0) as retained_relevance_n,
    case when replayed.n is null
        then 'not_enough_data: no request was answered that had signals two weeks before'
    end as retained_relevance_reason,
    {{ clustered_columns('shelved', 'item_relevance') }},
    {{ clustered_columns('together', 'joint_relevance') }},
    fitted.value as fitted_relevance,
    fitted.low as fitted_relevance_low, fitted.high as fitted_relevance_high,
    fitted.n as fitted_relevance_n,
    {{ clustered_columns('rates', 'hit_rate') }},
    {{ clustered_columns('matches', 'match_probability') }},
    others.value as other_persons,
    {{ clustered_bound('others.value', 'others.se', 'others.persons', '-') }} as other_persons_low,
    {{ clustered_bound('others.value', 'others.se', 'others.persons', '+') }} as other_persons_high,
    others.n as other_persons_n
from lags
left join {{ ref('curve_limits') }} as replayed
    on lags.lag_s = replayed.lag_s and replayed.way = 'replayed'
left join {{ ref('curve_limits') }} as fitted
    on lags.lag_s = fitted.lag_s and fitted.way = 'fitted'
left join {{ ref('face_curves') }} as shelved
    on lags.lag_s = shelved.lag_s and shelved.face = 'items'
left join {{ ref('face_curves') }} as together
    on lags.lag_s = together.lag_s and together.face = 'both'
left join {{ clustered_ratio(ref('backtest_hits'), 'hit', '1', by=['lag_s']) }} as rates
    on lags.lag_s = rates.lag_s
left join {{ clustered_ratio('matched', 'match', '1', by=['lag_s']) }} as matches
    on lags.lag_s = matches.lag_s
left join others on lags.lag_s = others.lag_s
