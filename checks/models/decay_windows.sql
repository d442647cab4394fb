-- One row per curve and replicate: its half-life, and when the match has lost drift_epsilon.

with

spans as (

    select
        match_means.curve,
        match_means.replicate,
        86400.0 * max(match_means.lag_days) as longest_s,
        -- lags that do not span two half-lives cannot tell a longer one from another baseline
        86400.0 * max(match_means.lag_days)
        * case when max(match_means.fixed_baseline) is null then 0.5 else 1.0 end as tellable_s,
        max(match_means.persons) as persons
    from {{ ref('match_means') }} as match_means
    group by match_means.curve, match_means.replicate

)

select
    decay_fits.curve,
    decay_fits.replicate,
    decay_fits.half_life_s,
    decay_fits.baseline,
    -- lasting taste is never lost; NULL when it alone keeps enough
    case
        when {{ var('drift_epsilon') }} * (decay_fits.amplitude + decay_fits.baseline)
            < decay_fits.amplitude
            then -decay_fits.half_life_s / nullif(ln(2.0), 0.0) * ln(
                1.0 - {{ var('drift_epsilon') }} * (decay_fits.amplitude + decay_fits.baseline)
                / nullif(decay_fits.amplitude, 0.0)
            )
    end as window_s,
    spans.longest_s,
    spans.tellable_s,
    spans.persons
from {{ ref('decay_fits') }} as decay_fits
join spans
    on decay_fits.curve = spans.curve
    and decay_fits.replicate = spans.replicate
