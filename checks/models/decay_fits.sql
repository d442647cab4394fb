-- One row per replicate: match = baseline + amplitude * 2^(-lag / half-life), by least squares.

with

candidates as (

    -- for each half-life of a fine grid, the best line is known in closed form
    select
        0.25 * pow(1.02, cast(grid.i as double)) as half_life_days
    from {{ counting(400) }} as grid

),

sums as (

    select
        match_means.replicate,
        candidates.half_life_days,
        cast(count(*) as double) as n,
        sum(pow(0.5, match_means.lag_days / nullif(candidates.half_life_days, 0.0))) as sx,
        sum(pow(0.25, match_means.lag_days / nullif(candidates.half_life_days, 0.0))) as sxx,
        sum(match_means.match) as sy,
        sum(match_means.match * match_means.match) as syy,
        sum(
            match_means.match
            * pow(0.5, match_means.lag_days / nullif(candidates.half_life_days, 0.0))
        ) as sxy
    from {{ ref('match_means') }} as match_means
    cross join candidates
    group by match_means.replicate, candidates.half_life_days

),

lines as (

    select
        replicate,
        half_life_days,
        n,
        sx,
        sy,
        syy,
        sxy,
        (n * sxy - sx * sy) / nullif(n * sxx - sx * sx, 0.0) as amplitude
    from sums
    where n >= 3.0

),

ranked as (

    select
        replicate,
        half_life_days,
        amplitude,
        (sy - amplitude * sx) / nullif(n, 0.0) as baseline,
        row_number() over (
            partition by replicate
            order by
                syy - amplitude * sxy - (sy - amplitude * sx) / nullif(n, 0.0) * sy,
                half_life_days
        ) as nth
    from lines
    where amplitude > 0.0

),

triples as (

    -- three lags at equal distances leave nothing to search for
    select
        replicate,
        min(lag_days) as first_lag,
        max(lag_days) - min(lag_days) as span,
        sum(lag_days) as lags,
        max(case when nth = 1 then match end) as m1,
        max(case when nth = 2 then match end) as m2,
        max(case when nth = 3 then match end) as m3
    from (
        select
            replicate,
            lag_days,
            match,
            row_number() over (partition by replicate order by lag_days) as nth
        from {{ ref('match_means') }} as match_means
    ) as numbered
    group by replicate
    having count(*) = 3 and sum(lag_days) = 3 * min(lag_days) + 1.5 * (max(lag_days) - min(lag_days))

),

exact as (

    select
        replicate,
        span / 2.0 * ln(2.0) / nullif(-ln((m3 - m2) / nullif(m2 - m1, 0.0)), 0.0) as half_life_days,
        (m1 * m3 - m2 * m2) / nullif(m1 + m3 - 2.0 * m2, 0.0) as baseline,
        first_lag,
        m1
    from triples
    where m1 > m2 and m2 > m3 and m2 - m3 < m1 - m2

)

select
    ranked.replicate,
    86400.0 * coalesce(exact.half_life_days, ranked.half_life_days) as half_life_s,
    coalesce(exact.baseline, ranked.baseline) as baseline,
    coalesce(
        (exact.m1 - exact.baseline)
        * pow(2.0, exact.first_lag / nullif(exact.half_life_days, 0.0)),
        ranked.amplitude
    ) as amplitude
from ranked
left join exact on ranked.replicate = exact.replicate
where ranked.nth = 1
