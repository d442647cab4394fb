-- One row for all requests and one per segment: how old the newest signal behind a list was.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

answered as (

    select
        signals.person_id, requests.{{ segments | join(', requests.') }},
        case when signals.used_us is null then 1 else 0 end as is_cold,
        case when signals.used_us is not null then signals.unseen_events end as unseen_events,
        cast(signals.serve_us - signals.used_us as double) / 1000000.0 as signal_age,
        cast(signals.newest_us - signals.used_us as double) / 1000000.0 as avoidable_age,
        {% if var('refresh') and mapped('serving.snapshot_ts') -%}
        -- a request without a snapshot of its own keeps no promise and breaks none
        case
            when signals.serve_us - signals.snapshot_us > {{ var_us('refresh') }} then 1
            when signals.serve_us > signals.snapshot_us then 0
        end as is_overdue
        {%- else -%}
        cast(null as bigint) as is_overdue
        {%- endif %}
    from {{ ref('signals') }} as signals
    join {{ ref('requests') }} as requests on signals.request_id = requests.request_id

),

scoped as ({{ scoped_rows('answered', segments) }}),

-- what is told of surfaces only
shown as ({{ scoped_rows('answered', ['surface']) }}),

scopes as ({{ segment_scopes('answered', segments) }}),

logged as (

    select 'all' as scope,
        count(case when events.is_skewed then 1 end) as skewed_events,
        coalesce(sum(events.n_copies - 1), 0) as duplicate_events,
        count(case when events.is_bot then 1 end) as bot_events,
        count(case when events.is_backfill then 1 end) as backfilled_events
    from {{ ref('events') }} as events

)

select
    scopes.{{ segments | join(', scopes.') }},
    middle.value as median_signal_age,
    middle.low as median_signal_age_low, middle.high as median_signal_age_high,
    coalesce(middle.n, 0) as median_signal_age_n, middle.persons as median_signal_age_persons,
    tail.value as p90_signal_age, tail.low as p90_signal_age_low, tail.high as p90_signal_age_high,
    {{ clustered_columns('avoidable', 'median_avoidable_age') }},
    {{ clustered_columns('avoidable_tail', 'p90_avoidable_age') }},
    {{ clustered_columns('cold', 'cold_share') }},
    {{ clustered_columns('unseen', 'unseen_events') }},
    {{ clustered_columns('overdue', 'overdue_share') }},
    logged.skewed_events, logged.duplicate_events, logged.bot_events, logged.backfilled_events,
    case when overdue.n > 0 then null else 'not_identified: no `refresh`' end as overdue_share_reason,
    coalesce(cold.n, 0) as requests, coalesce(cold.persons, 0) as persons
from scopes
left join logged on scopes.scope = logged.scope
left join {{ clustered_quantile('scoped', 'signal_age', 0.5, by=['scope']) }} as middle
    on scopes.scope = middle.scope
left join {{ clustered_quantile('shown', 'signal_age', 0.9, by=['scope']) }} as tail
    on scopes.scope = tail.scope
left join {{ clustered_quantile('scoped', 'avoidable_age', 0.5, by=['scope']) }} as avoidable
    on scopes.scope = avoidable.scope
left join {{ clustered_quantile('shown', 'avoidable_age', 0.9, by=['scope']) }} as avoidable_tail
    on scopes.scope = avoidable_tail.scope
left join {{ clustered_quantile('shown', 'unseen_events', 0.5, by=['scope']) }} as unseen
    on scopes.scope = unseen.scope
left join {{ clustered_ratio('scoped', 'is_cold', '1', by=['scope']) }} as cold
    on scopes.scope = cold.scope
left join {{ clustered_ratio('shown', 'is_overdue', '1', by=['scope']) }} as overdue
    on scopes.scope = overdue.scope
