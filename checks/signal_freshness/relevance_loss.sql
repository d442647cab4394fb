-- One row for all requests and one per segment: the relevance lost to the age of their signals.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}
{% set steps = [
    'refresh_loss', 'ingestion_loss', 'identity_loss',
    'refresh_alone', 'ingestion_alone', 'identity_alone'
] -%}

with

requested as ({{ scoped_rows(ref('age_weights'), segments) }}),

scopes as ({{ segment_scopes(ref('age_weights'), segments) }}),

moves as (

    select scope, person_id, n, total_loss, avoidable_loss
    from requested
    {% if not var('half_life') -%}
    union all
    -- persons bend the curve, too: hits at a lag raise it there, and hits at once lower all of it
    select weights.scope, replayed.person_id, 0.0, -weights.n * replayed.part,
        (weights.n_fresh - weights.n) * replayed.part
    from (
        select scope, from_lag_s, sum(n) as n, sum(n_fresh) as n_fresh
        from requested
        group by scope, from_lag_s
    ) as weights
    join {{ ref('hit_parts') }} as replayed on weights.from_lag_s = replayed.lag_s
    union all
    select losses.scope, replayed.person_id, 0.0, losses.kept * replayed.part,
        -losses.avoidable_loss * replayed.part
    from (
        select scope, sum(n - total_loss) as kept, sum(avoidable_loss) as avoidable_loss
        from requested
        group by scope
    ) as losses
    join {{ ref('hit_parts') }} as replayed on replayed.lag_s = 0.0
    {%- endif %}

)

select
    scopes.{{ segments | join(', scopes.') }},
    avoidable.value as avoidable_loss,
    avoidable.low as avoidable_loss_low, avoidable.high as avoidable_loss_high,
    coalesce(avoidable.n, 0) as avoidable_loss_n, avoidable.persons as avoidable_loss_persons,
    case when avoidable.value is null then 'not_enough_data: no signal, or no curve to judge it by' end
    as avoidable_loss_reason,
    {{ clustered_columns('total', 'total_loss') }}
    {%- for step in steps %},
    {{ clustered_columns(step, step) }}, {{ step }}.reason as {{ step }}_reason
    {%- endfor %}
from scopes
left join {{ clustered_ratio('moves', 'avoidable_loss', 'n', by=['scope']) }} as avoidable
    on scopes.scope = avoidable.scope
left join {{ clustered_ratio('moves', 'total_loss', 'n', by=['scope']) }} as total
    on scopes.scope = total.scope
{%- for step in steps %}
left join {{ ref('hop_losses') }} as {{ step }}
    on scopes.scope = {{ step }}.scope and {{ step }}.figure = '{{ step }}'
{%- endfor %}
