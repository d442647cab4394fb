-- One row per replicate: the half-life, and the lag at which the match has lost drift_epsilon.

with

spans as (

    select
        match_means.replicate,
        86400.0 * max(match_means.lag_days) as longest_s,
        max(match_means.persons) as persons
    from {{ ref('match_means') }} as match_means
    group by match_means.replicate

)

select
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
    -- a half-life that the lags do not span twice is only known to be long
    decay_fits.half_life_s <= spans.longest_s / 2.0 as is_spanned,
    spans.persons
from {{ ref('decay_fits') }} as decay_fits
join spans on decay_fits.replicate = spans.replicate
