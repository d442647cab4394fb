-- One row per face, and one for signals as the total: its estimates side by side.

with

estimates as (

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

rivals as (

    -- half-lives of the signals that were fitted to something else, beside the one over days
    select
        max(case
            when other.face = 'served_lists' and other.half_life_s > days.half_life_s
                then other.half_life_s / nullif(days.half_life_s, 0.0)
            when other.face = 'served_lists'
                then days.half_life_s / nullif(other.half_life_s, 0.0)
        end) as served_ratio,
        max(case
            when other.face = 'within_a_day'
                and days.half_life_s > {{ var('max_scale_ratio') }} * other.half_life_s
                and coalesce(
                    other.half_life_high,
                    case when other.half_life_low is null then other.half_life_s end
                ) < coalesce(days.half_life_low, days.half_life_s)
                then other.half_life_s
        end) as fast_half_life_s
    from estimates as days
    join estimates as other on days.face = 'signals' and days.method = 1 and other.is_spanned
    where other.face <> 'served_lists' or days.is_spanned

),

faces as (

    select cast(null as varchar) as face, 'signals' as measured
    union all
    select distinct face, face as measured
    from {{ ref('drift_estimates') }} as drift_estimates
    union all
    select 'served_lists', 'served_lists'
    from {{ ref('phase_clock') }} as phase_clock
    where phase_clock.clock_share > {{ var('max_clock_share') }}

)

select
    faces.face,
    chosen.window_s, chosen.window_low, chosen.window_high, chosen.is_bounded,
    chosen.n, chosen.persons, chosen.method,
    fitted.window_s as fitted_s, fitted.window_low as fitted_low,
    fitted.window_high as fitted_high, fitted.half_life_s, fitted.half_life_low,
    fitted.half_life_high, fitted.is_spanned, fitted.baseline, fitted.baseline_low,
    fitted.baseline_high, fitted.n as fitted_n,
    case when faces.measured = 'signals' then rivals.fast_half_life_s end as fast_half_life_s,
    case
        when faces.measured = 'signals' and rivals.served_ratio > chosen.ratio
            then rivals.served_ratio
        else chosen.ratio
    end as ratio
from faces
cross join rivals
left join estimates as chosen on faces.measured = chosen.face and chosen.nth = 1
left join estimates as fitted on faces.measured = fitted.face and fitted.method < 3
