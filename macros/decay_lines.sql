{% macro decay_lines(steps) -%}
(
    with decay_points as (
        select steps.curve, steps.replicate, steps.step, match_means.fixed_baseline,
            match_means.match - coalesce(match_means.fixed_baseline, 0.0) as y,
            pow(0.5, match_means.lag_days / nullif(0.25 * pow(1.02, steps.step), 0.0)) as x
        from {{ steps }} as steps
        join {{ ref('match_means') }} as match_means
            on steps.curve = match_means.curve and steps.replicate = match_means.replicate
    ), decay_sums as (
        select curve, replicate, step, max(fixed_baseline) as fixed, cast(count(*) as double) as n,
            sum(x) as sx, sum(x * x) as sxx, sum(y) as sy, sum(y * y) as syy, sum(x * y) as sxy
        from decay_points
        group by curve, replicate, step
    ), decay_slopes as (
        select curve, replicate, step, fixed, n, sx, sy, syy, sxy, case
            when fixed is not null and n >= 2.0 then sxy / nullif(sxx, 0.0)
            when n >= 3.0 then (n * sxy - sx * sy) / nullif(n * sxx - sx * sx, 0.0) end as slope
        from decay_sums
    ), decay_intercepts as (
        select curve, replicate, step, slope, fixed, sy, syy, sxy,
            case when fixed is null then (sy - slope * sx) / nullif(n, 0.0) else 0.0 end as intercept
        from decay_slopes
    )
    select curve, replicate, step, 0.25 * pow(1.02, step) as half_life_days, slope as amplitude,
        intercept + coalesce(fixed, 0.0) as baseline, row_number() over (
            partition by curve, replicate
            order by syy - slope * sxy - intercept * sy, step) as nth
    from decay_intercepts
    where slope > 0.0
)
{%- endmacro %}
