-- One row per way and lag: what is retained, replayed or by the fitted drift rate, with 95 % interval.

with

draws as (

    select
        'replayed' as way,
        retained.lag_s,
        retained.replicate,
        retained.retained as value,
        retained.n
    from {{ ref('retained') }} as retained
    where retained.retained is not null
    union all
    -- lasting taste is never lost, what drifts halves with each half-life
    select
        'fitted',
        lags.lag_s,
        decay_fits.replicate,
        (
            decay_fits.baseline
            + decay_fits.amplitude * pow(0.5, lags.lag_s / nullif(decay_fits.half_life_s, 0.0))
        ) / nullif(decay_fits.baseline + decay_fits.amplitude, 0.0),
        cast(decay_windows.persons as double)
    from {{ ref('decay_fits') }} as decay_fits
    join {{ ref('decay_windows') }} as decay_windows
        on decay_fits.curve = decay_windows.curve
        and decay_fits.replicate = decay_windows.replicate
    cross join (
        select distinct 86400.0 * match_means.lag_days as lag_s
        from {{ ref('match_means') }} as match_means
        where match_means.curve = 'signals'
        union
        select hours.hour * 3600.0
        from (values (0.0), (1.0), (6.0), (12.0), (24.0)) as hours(hour)
    ) as lags
    where decay_fits.curve = 'signals'

),

ranked as (

    select
        draws.way,
        draws.lag_s,
        draws.replicate,
        draws.value,
        draws.n,
        row_number() over (
            partition by draws.way, draws.lag_s, case when draws.replicate > 0 then 1 else 0 end
            order by draws.value, draws.replicate
        ) as nth,
        sum(case when draws.replicate > 0 then 1.0 else 0.0 end) over (
            partition by draws.way, draws.lag_s
        ) as replicates
    from draws

)

select
    way,
    lag_s,
    max(case when replicate = 0 then value end) as value,
    max(case when replicate = 0 then n end) as n,
    max(case when replicate > 0 and nth = ceil(0.025 * replicates) then value end) as low,
    max(case when replicate > 0 and nth = ceil(0.975 * replicates) then value end) as high
from ranked
group by way, lag_s
