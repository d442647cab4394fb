-- One row for signals, which is the total, and one per face: how long relevance lasts.

{% set too_short = 'not_enough_data: the log is too short to see what people are after change' -%}
{% set at_least = 'not_identified: the lags do not span it twice, so it is at least this long' -%}
{% set no_end = 'not_identified: where the curve ends is not seen by lags that do not span its half-life twice' -%}
{% set by_clock = 'not_identified: the hour of the week tells how old a snapshot is' -%}
{% set outlast = 'not_identified: signals of all ages replayed do better than what is popular' -%}
select
    faces.face,
    faces.window_s as drift_window,
    faces.window_low as drift_window_low,
    faces.window_high as drift_window_high,
    coalesce(faces.n, 0) as drift_window_n,
    faces.persons as drift_window_persons,
    case
        when faces.window_s is null and faces.face = 'served_lists'
            then {{ literal(by_clock) }}
        when faces.window_s is null then {{ literal(too_short) }}
    end as drift_window_reason,
    case when not faces.is_bounded then coalesce(faces.window_low, faces.window_s) end
    as drift_window_at_least,
    faces.half_life_s as half_life,
    faces.half_life_low,
    faces.half_life_high,
    faces.fitted_n as half_life_n,
    case when not faces.is_spanned then {{ literal(at_least) }} end as half_life_reason,
    case when not faces.is_spanned then coalesce(faces.half_life_low, faces.half_life_s) end
    as half_life_at_least,
    faces.fast_half_life_s as fast_half_life,
    faces.fitted_s as fitted_window,
    faces.fitted_low as fitted_window_low,
    faces.fitted_high as fitted_window_high,
    faces.fitted_n as fitted_window_n,
    faces.baseline,
    faces.baseline_low,
    faces.baseline_high,
    faces.fitted_n as baseline_n,
    case when not faces.is_spanned then {{ literal(no_end) }} end as baseline_reason,
    cast(faces.method as double) as method,
    faces.n as method_n,
    faces.ratio as disagreement,
    faces.n as disagreement_n,
    case when faces.window_s is null then {{ literal(too_short) }} end as disagreement_reason,
    case when faces.ratio > {{ var('max_disagreement') }} then faces.ratio end as discord,
    -- what goes stale first is told first
    items.window_s as index_window, items.window_low as index_window_low,
    items.window_high as index_window_high, items.n as index_window_n,
    popular.window_s as popularity_window,
    popular.window_low as popularity_window_low,
    popular.window_high as popularity_window_high,
    popular.n as popularity_window_n,
    popular.persons as popularity_window_persons,
    case when popular.n > 0.0 and popular.window_s is null then {{ literal(outlast) }} end
    as popularity_window_reason,
    popular.hit_rate as popular_hit_rate,
    popular.hit_rate_low as popular_hit_rate_low,
    popular.hit_rate_high as popular_hit_rate_high,
    popular.n as popular_hit_rate_n,
    popular.persons as popular_hit_rate_persons
from {{ ref('drift_faces') }} as faces
left join {{ ref('popularity_windows') }} as popular
    on coalesce(faces.face, 'signals') = 'signals'
left join {{ ref('drift_faces') }} as items
    on faces.face is null and items.face = 'items' and items.window_s < faces.window_s
