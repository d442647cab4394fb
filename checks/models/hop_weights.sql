-- One row per person, surface, step and lag of the curve: what the step's delay moves on that lag.

{% set costs = ['refresh_loss', 'ingestion_loss', 'identity_loss'] -%}
{% set gains = {'refresh_alone': 1, 'ingestion_alone': 2, 'identity_alone': 4} -%}

with

{% if var('half_life') -%}
kept as (

    -- a declared curve is taken as it is, so nobody weighs on it
    select
        signals.person_id, signals.surface, 0.0 as from_lag_s, 1.0 as retained, count(*) as n
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %},
        sum(pow(0.5, cast(signals.serve_us - signals.us_{{ cell }} as double)
            / {{ var_us('half_life') }}.0)) as v{{ cell }}
        {%- endfor %}
    from {{ ref('mended_signals') }} as signals
    group by signals.person_id, signals.surface

),
{%- else -%}
ages as (

    select
        signals.person_id, signals.surface
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %},
        cast(signals.serve_us - signals.us_{{ cell }} as double) / 1000000.0 as age_{{ cell }}
        {%- endfor %}
    from {{ ref('mended_signals') }} as signals

),

kept as (

    -- on straight lines an age weighs on the two lags beside it
    select
        ages.person_id, ages.surface, curve.from_lag_s, curve.retained
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %},
        sum({{ lag_weight('ages.age_' ~ cell, 'curve') }}) as v{{ cell }}
        {%- endfor %}
    from ages
    cross join {{ ref('curve_steps') }} as curve
    group by ages.person_id, ages.surface, curve.lag_s, curve.from_lag_s, curve.retained

),
{%- endif %}

moved as (

    select
        kept.person_id, kept.surface, kept.from_lag_s, kept.retained,
        {{ 'kept.n' if var('half_life') else 'kept.v0' }} as n,
        {{ shapley_costs('kept', costs) }}
        {%- for name, cell in gains.items() %},
        kept.v{{ cell }} - kept.v0 as {{ name }}
        {%- endfor %}
    from kept

)

select
    moved.person_id, moved.surface, moved.from_lag_s, steps.figure,
    moved.n,
    case steps.figure
        {%- for name in costs + gains.keys() | list %}
        when '{{ name }}' then moved.{{ name }}
        {%- endfor %}
    end as weight,
    moved.retained
from moved
cross join (
    values {% for name in costs + gains.keys() | list %}('{{ name }}'){{ '' if loop.last else ', ' }}{% endfor %}
) as steps(figure)
