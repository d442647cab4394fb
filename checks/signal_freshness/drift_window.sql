-- One row for signals, which is the total, and one per face: how long relevance lasts.

{% set too_short = 'not_enough_data: the log is too short to see what people are after change' %}

with

chosen as (

    -- replayed lists need no curve, so they go before the fitted one
    select
        drift_estimates.*,
        row_number() over (
            partition by drift_estimates.face
            order by drift_estimates.method desc
        ) as nth,
        max(drift_estimates.window_s) over (partition by drift_estimates.face)
        / nullif(min(drift_estimates.window_s) over (partition by drift_estimates.face), 0.0)
        as ratio
    from {{ ref('drift_estimates') }} as drift_estimates

),

fitted as (

    select
        drift_estimates.face,
        drift_estimates.half_life_s,
        drift_estimates.half_life_low,
        drift_estimates.half_life_high,
        drift_estimates.baseline,
        drift_estimates.baseline_low,
        drift_estimates.baseline_high,
        drift_estimates.n
    from {{ ref('drift_estimates') }} as drift_estimates
    where drift_estimates.method = 1

),

faces as (

    select cast(null as varchar) as face, 'signals' as measured
    union all
    select 'signals', 'signals'
    union all
    select 'items', 'items'

)

select
    faces.face,
    chosen.window_s as drift_window,
    chosen.window_low as drift_window_low,
    chosen.window_high as drift_window_high,
    coalesce(chosen.n, 0) as drift_window_n,
    chosen.persons as drift_window_persons,
    case when chosen.window_s is null then {{ literal(too_short) }} end as drift_window_reason,
    fitted.half_life_s as half_life,
    fitted.half_life_low,
    fitted.half_life_high,
    fitted.n as half_life_n,
    fitted.baseline,
    fitted.baseline_low,
    fitted.baseline_high,
    fitted.n as baseline_n,
    cast(chosen.method as double) as method,
    chosen.n as method_n,
    chosen.ratio as disagreement,
    chosen.n as disagreement_n,
    case when chosen.window_s is null then {{ literal(too_short) }} end as disagreement_reason
from faces
left join chosen on faces.measured = chosen.face and chosen.nth = 1
left join fitted on faces.measured = fitted.face
where faces.face is null or chosen.face is not null
