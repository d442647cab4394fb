-- One row per person, kind of request and lag of the curve: what they lost, and how they weigh on it.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

ages as (

    select
        signals.person_id, signals.surface, requests.{{ segments[1:] | join(', requests.') }},
        cast(signals.serve_us - signals.used_us as double) / 1000000.0 as used_s,
        cast(signals.serve_us - signals.newest_us as double) / 1000000.0 as fresh_s
    from {{ ref('signals') }} as signals
    left join {{ ref('requests') }} as requests on signals.request_id = requests.request_id
    where signals.used_us <= signals.serve_us and signals.newest_us <= signals.serve_us

),

{% if var('half_life') -%}
weights as (

    -- a declared curve is taken as it is, so nobody weighs on it
    select
        ages.person_id, ages.{{ segments | join(', ages.') }},
        0.0 as from_lag_s, count(*) as used, 0.0 as fresh,
        sum(1.0 - pow(0.5, ages.used_s / {{ var('half_life') }}.0)) as total_loss,
        sum(
            pow(0.5, ages.fresh_s / {{ var('half_life') }}.0)
            - pow(0.5, ages.used_s / {{ var('half_life') }}.0)
        ) as avoidable_loss
    from ages
    group by ages.person_id, ages.{{ segments | join(', ages.') }}

)
{%- else -%}
placed as (

    -- on straight lines an age weighs on the two lags beside it, so a loss is a sum over lags
    select
        ages.person_id, ages.{{ segments | join(', ages.') }}, curve.retained, curve.from_lag_s,
        sum({{ lag_weight('ages.used_s', 'curve') }}) as used,
        sum({{ lag_weight('ages.fresh_s', 'curve') }}) as fresh
    from ages
    cross join {{ ref('curve_steps') }} as curve
    group by
        ages.person_id, ages.{{ segments | join(', ages.') }},
        curve.lag_s, curve.retained, curve.from_lag_s

),

weights as (

    select
        placed.*,
        placed.used * (1.0 - placed.retained) as total_loss,
        (placed.fresh - placed.used) * placed.retained as avoidable_loss
    from placed

)
{%- endif %}

select
    person_id, {{ segments | join(', ') }},
    from_lag_s,
    sum(used) as n,
    sum(fresh) as n_fresh,
    sum(total_loss) as total_loss,
    sum(avoidable_loss) as avoidable_loss
from weights
group by person_id, {{ segments | join(', ') }}, from_lag_s
