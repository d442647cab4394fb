-- One row per category, parent (`a.b.*`) and one for all (none): how long people take to decide.

with

counts as (

    select
        curve, category,
        count(*) as journeys,
        count(distinct person_id) as persons,
        count(case when is_bought then 1 end) as purchases,
        count(case when is_abandoned then 1 end) as abandoned
    from {{ ref('journey_curves') }} as journey_curves
    group by curve, category
    union all
    -- the row of all stands without a journey, too
    select 'all', cast(null as varchar), 0, 0, 0, 0

),

totals as (

    select
        curve, category,
        max(journeys) as journeys,
        max(persons) as persons,
        max(purchases) as purchases,
        max(abandoned) as abandoned
    from counts
    group by curve, category

),

ranks as (

    -- never surer than independent purchases would be
    select
        totals.curve, spreads.final_share,
        {%- for q, place in [(0.5, 'mid'), (var('late_quantile'), 'late')] %}
        1.96 * case
            when spreads.{{ place }}_error
                > sqrt({{ q }} * (1.0 - {{ q }}) / nullif(cast(totals.purchases as double), 0.0))
                then spreads.{{ place }}_error
            when spreads.{{ place }}_error is not null
                then sqrt({{ q }} * (1.0 - {{ q }}) / nullif(cast(totals.purchases as double), 0.0))
            -- one person's decisions say nothing of other people's
            else 1.0
        end as {{ place }}_reach{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('window_spreads') }} as spreads
    join totals on spreads.curve = totals.curve

),

bounds as (

    -- order statistics: the last purchase surely before the quantile, the first surely after it
    select
        ranks.curve,
        max(survival.elapsed_s) as longest,
        {%- for q, place, name in [(0.5, 'mid', '50'), (var('late_quantile'), 'late', '90')] %}
        max(case when survival.bought_share
            <= ({{ q }} - ranks.{{ place }}_reach) * ranks.final_share + 0.000000000001
            then survival.elapsed_s end) as low_{{ name }},
        min(case when survival.bought_share - survival.each_share * survival.bought
            >= ({{ q }} + ranks.{{ place }}_reach) * ranks.final_share - 0.000000000001
            then survival.elapsed_s end) as high_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ranks
    join {{ ref('survival') }} as survival on ranks.curve = survival.curve
    where survival.bought > 0.0
    group by ranks.curve

)

select
    totals.category,
    spreads.window_50,
    case when spreads.window_50 is not null then coalesce(bounds.low_50, 0.0) end as window_50_low,
    coalesce(bounds.high_50, bounds.longest) as window_50_high,
    spreads.window_90,
    case when spreads.window_90 is not null then coalesce(bounds.low_90, 0.0) end as window_90_low,
    coalesce(bounds.high_90, bounds.longest) as window_90_high,
    case when totals.journeys > 0 then coalesce(spreads.final_share, 0.0) end as conversion_share,
    spreads.final_error as conversion_error,
    totals.journeys, totals.persons, totals.purchases, totals.abandoned
from totals
left join {{ ref('window_spreads') }} as spreads on totals.curve = spreads.curve
left join bounds on totals.curve = bounds.curve
