-- One row per curve and replicate: match = baseline + amplitude * 2^(-lag / half-life), least squares.

with

spans as (

    -- what halves within a quarter of the shortest lag has vanished before it can be seen
    select
        match_means.curve,
        match_means.replicate,
        floor(ln(min(match_means.lag_days)) / nullif(ln(1.02), 0.0) + 0.000001) as first_step
    from {{ ref('match_means') }} as match_means
    group by match_means.curve, match_means.replicate

),

-- for each half-life of a grid the best line is known in closed form; the grid is 2 % fine, but
-- the squares are smooth, so that every sixth step shows where to look closely

coarse_steps as (

    select spans.curve, spans.replicate, cast(6 * grid.i - 162 as double) as step
    from spans
    cross join {{ counting(94) }} as grid
    where 6 * grid.i - 162 >= spans.first_step

),

fine_steps as (

    select spans.curve, spans.replicate, coarse.step + cast(near.i - 6 as double) as step
    from {{ decay_lines('coarse_steps') }} as coarse
    join spans on coarse.curve = spans.curve and coarse.replicate = spans.replicate
    cross join {{ counting(13) }} as near
    where
        coarse.nth = 1
        and coarse.step + near.i - 6 >= spans.first_step
        and coarse.step + near.i - 6 < 400.0

),

numbered as (

    select
        match_means.*,
        row_number() over (
            partition by match_means.curve, match_means.replicate
            order by match_means.lag_days
        ) as nth
    from {{ ref('match_means') }} as match_means
    where match_means.fixed_baseline is null

),

triples as (

    -- three lags at equal distances leave nothing to search for
    select
        curve,
        replicate,
        min(lag_days) as first_lag,
        max(lag_days) - min(lag_days) as span,
        max(case when nth = 1 then match end) as m1,
        max(case when nth = 2 then match end) as m2,
        max(case when nth = 3 then match end) as m3
    from numbered
    group by curve, replicate
    having
        count(*) = 3
        and abs(sum(lag_days) - 1.5 * (min(lag_days) + max(lag_days))) < 0.000001

),

exact as (

    select
        curve,
        replicate,
        span / 2.0 * ln(2.0) / nullif(-ln((m3 - m2) / nullif(m2 - m1, 0.0)), 0.0) as half_life_days,
        (m1 * m3 - m2 * m2) / nullif(m1 + m3 - 2.0 * m2, 0.0) as baseline,
        first_lag,
        m1
    from triples
    where m1 > m2 and m2 > m3 and m2 - m3 < m1 - m2

)

select
    fine.curve,
    fine.replicate,
    86400.0 * coalesce(exact.half_life_days, fine.half_life_days) as half_life_s,
    coalesce(exact.baseline, fine.baseline) as baseline,
    coalesce(
        (exact.m1 - exact.baseline)
        * pow(2.0, exact.first_lag / nullif(exact.half_life_days, 0.0)),
        fine.amplitude
    ) as amplitude
from {{ decay_lines('fine_steps') }} as fine
left join exact on fine.curve = exact.curve and fine.replicate = exact.replicate
where fine.nth = 1
