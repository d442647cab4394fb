-- One row per figure of the replay: its value, 95 % interval, and what it rests on.

{% set figures = ['observed', 'what_if', 'lift', 'stale_signals', 'stale_items', 'identity'] %}

with

stacked as (

    select
        replay_effects.draw,
        replay_effects.proxy,
        figures.figure,
        case figures.figure
            {%- for figure in figures %}
            when '{{ figure }}' then replay_effects.{{ figure }}
            {%- endfor %}
        end as value
    from {{ ref('replay_effects') }} as replay_effects
    cross join (
        values {% for figure in figures %}('{{ figure }}'){{ '' if loop.last else ', ' }}{% endfor %}
    ) as figures(figure)

),

estimates as (

    select
        stacked.figure,
        max(case when stacked.proxy = 1 and stacked.draw = 0 then stacked.value end) as value,
        avg(case when stacked.draw > 0 then stacked.value end) as drawn_mean,
        avg(case when stacked.draw = 0 then stacked.value end) as proxy_mean
    from stacked
    group by stacked.figure

),

spreads as (

    -- the error of drawing persons, and the error of choosing a stand-in
    select
        stacked.figure,
        sum(case when stacked.draw > 0 then
            (stacked.value - estimates.drawn_mean) * (stacked.value - estimates.drawn_mean) end)
        / nullif(cast(count(case when stacked.draw > 0 then 1 end) as double) - 1.0, 0.0)
        as drawn_variance,
        sum(case when stacked.draw = 0 then
            (stacked.value - estimates.proxy_mean) * (stacked.value - estimates.proxy_mean) end)
        / nullif(cast(count(case when stacked.draw = 0 then 1 end) as double) - 1.0, 0.0)
        as proxy_variance
    from stacked
    join estimates on stacked.figure = estimates.figure
    group by stacked.figure

),

sizes as (

    select
        cast(count(*) as double) as n,
        cast(count(distinct replayed.person_id) as double) as persons,
        sum(replayed.hit) as positives
    from {{ ref('replay_requests') }} as replayed

)

select
    estimates.figure,
    estimates.value,
    estimates.value
    - 1.96 * sqrt(spreads.drawn_variance + coalesce(spreads.proxy_variance, 0.0)) as low,
    estimates.value
    + 1.96 * sqrt(spreads.drawn_variance + coalesce(spreads.proxy_variance, 0.0)) as high,
    sizes.n,
    sizes.persons,
    sizes.positives
from estimates
join spreads on estimates.figure = spreads.figure
cross join sizes
