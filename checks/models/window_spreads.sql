-- One row per curve of decisions in which somebody bought: its windows, and how sure they are.

with

finals as (

    -- most never buy: the quantiles are those of the share that does in the end
    select
        curve, elapsed_s, bought_share, spreads, spreads_1, pulls,
        max(bought_share) over (partition by curve) as final_share,
        max(elapsed_s) over (partition by curve) as last_s
    from {{ ref('survival') }} as survival

),

reached as (

    -- sums round: a hair below a quantile is the quantile
    select
        curve,
        max(final_share) as final_share,
        max(last_s) as last_s,
        {%- for name, q in [('window_50', 0.5), ('window_90', var('late_quantile'))] %}
        min(case when bought_share >= {{ q }} * final_share - 0.000000000001 then elapsed_s end)
            as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from finals
    where final_share > 0.0
    group by curve

),

points as (

    select
        reached.curve, reached.final_share, reached.window_50, reached.window_90,
        {%- for place, at in [('mid', 'window_50'), ('late', 'window_90'), ('end', 'last_s')] %}
        {%- for sum in ['bought_share', 'spreads', 'spreads_1', 'pulls'] %}
        max(case when finals.elapsed_s = reached.{{ at }} then finals.{{ sum }} end)
            as {{ place }}_{{ sum }}{{ ',' if not (place == 'end' and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from reached
    join finals on reached.curve = finals.curve
    group by reached.curve, reached.final_share, reached.window_50, reached.window_90

),

pulls as (

    -- by how much each person moves the share that has bought at each of the three times
    select
        journeys.curve, journeys.person_id, points.final_share,
        points.mid_bought_share / nullif(points.final_share, 0.0) as mid_part,
        points.late_bought_share / nullif(points.final_share, 0.0) as late_part,
        {%- for place, at in [
            ('mid', 'points.window_50'), ('late', 'points.window_90'), ('end', 'journeys.observed_s')
        ] %}
        sum(case
            when journeys.observed_s <= {{ at }} then
                case when journeys.is_bought then own.each_share else 0.0 end - own.pulls
                + points.{{ place }}_bought_share * own.spreads - own.spreads_1
                - case when journeys.is_bought or journeys.is_lapsed
                    then (points.{{ place }}_bought_share - own.bought_share) * own.per_left
                    else 0.0 end
            else points.{{ place }}_bought_share * points.{{ place }}_spreads
                - points.{{ place }}_spreads_1 - points.{{ place }}_pulls
        end) as {{ place }}_pull{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('journey_curves') }} as journeys
    join points on journeys.curve = points.curve
    join {{ ref('survival') }} as own
        on journeys.curve = own.curve
        and journeys.observed_s = own.elapsed_s
    group by
        journeys.curve, journeys.person_id, points.final_share, points.mid_bought_share,
        points.late_bought_share

)

select
    points.curve, points.window_50, points.window_90, points.final_share,
    cast(count(*) as double) as persons,
    sqrt(cast(count(*) as double) / nullif(cast(count(*) as double) - 1.0, 0.0)
        * sum(pulls.end_pull * pulls.end_pull)) as final_error,
    {%- for place in ['mid', 'late'] %}
    sqrt(cast(count(*) as double) / nullif(cast(count(*) as double) - 1.0, 0.0) * sum(
        (pulls.{{ place }}_pull - pulls.{{ place }}_part * pulls.end_pull)
        * (pulls.{{ place }}_pull - pulls.{{ place }}_part * pulls.end_pull)
    )) / nullif(points.final_share, 0.0) as {{ place }}_error{{ ',' if not loop.last }}
    {%- endfor %}
from points
join pulls on points.curve = pulls.curve
group by points.curve, points.window_50, points.window_90, points.final_share
