-- One row for signals, which is the total, and one per face: how long relevance lasts.

{% set too_short = 'not_enough_data: the log is too short to see what people are after change' -%}
{% set at_least = 'not_identified: the lags do not span it twice, so it is at least this long' -%}
{% set no_end = 'not_identified: where the curve ends is not seen by lags that do not span its half-life twice' -%}
{% set by_clock = 'not_identified: the hour of the week tells how old a snapshot is' -%}
select
    face,
    window_s as drift_window,
    window_low as drift_window_low,
    window_high as drift_window_high,
    coalesce(n, 0) as drift_window_n,
    persons as drift_window_persons,
    case
        when window_s is null and face = 'served_lists' then {{ literal(by_clock) }}
        when window_s is null then {{ literal(too_short) }}
    end as drift_window_reason,
    case when not is_bounded then coalesce(window_low, window_s) end as drift_window_at_least,
    half_life_s as half_life,
    half_life_low,
    half_life_high,
    fitted_n as half_life_n,
    case when not is_spanned then {{ literal(at_least) }} end as half_life_reason,
    case when not is_spanned then coalesce(half_life_low, half_life_s) end as half_life_at_least,
    fast_half_life_s as fast_half_life,
    fitted_s as fitted_window,
    fitted_low as fitted_window_low,
    fitted_high as fitted_window_high,
    fitted_n as fitted_window_n,
    baseline,
    baseline_low,
    baseline_high,
    fitted_n as baseline_n,
    case when not is_spanned then {{ literal(no_end) }} end as baseline_reason,
    cast(method as double) as method,
    n as method_n,
    ratio as disagreement,
    n as disagreement_n,
    case when window_s is null then {{ literal(too_short) }} end as disagreement_reason,
    case when ratio > {{ var('max_disagreement') }} then ratio end as discord
from {{ ref('drift_faces') }} as drift_faces
