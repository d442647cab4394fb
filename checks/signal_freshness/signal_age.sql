-- One row for all requests and one per surface: how old the newest signal behind a list was.

with

answered as (

    select
        signals.person_id, signals.surface,
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

),

scoped as (

    select 'all' as scope, answered.* from answered
    union all
    -- what is on no surface is in no scope
    select 'on ' || surface, answered.* from answered

),

-- the total stands even where nothing was answered
scopes as (

    select 'all' as scope, cast(null as varchar) as surface,
        count(case when events.is_skewed then 1 end) as skewed_events,
        coalesce(sum(events.n_copies - 1), 0) as duplicate_events,
        count(case when events.is_bot then 1 end) as bot_events,
        count(case when events.is_backfill then 1 end) as backfilled_events
    from {{ ref('events') }} as events
    union all
    select distinct 'on ' || surface, surface, null, null, null, null
    from answered
    where surface is not null

)

select
    scopes.surface,
    middle.value as median_signal_age,
    middle.low as median_signal_age_low, middle.high as median_signal_age_high,
    coalesce(middle.n, 0) as median_signal_age_n, middle.persons as median_signal_age_persons,
    tail.value as p90_signal_age, tail.low as p90_signal_age_low, tail.high as p90_signal_age_high,
    {{ clustered_columns('avoidable', 'median_avoidable_age') }},
    {{ clustered_columns('avoidable_tail', 'p90_avoidable_age') }},
    {{ clustered_columns('cold', 'cold_share') }},
    {{ clustered_columns('unseen', 'unseen_events') }},
    {{ clustered_columns('overdue', 'overdue_share') }},
    scopes.skewed_events, scopes.duplicate_events, scopes.bot_events, scopes.backfilled_events,
    case when overdue.n > 0 then null else 'not_identified: no `refresh`' end as overdue_share_reason,
    coalesce(cold.n, 0) as requests, coalesce(cold.persons, 0) as persons
from scopes
left join {{ clustered_quantile('scoped', 'signal_age', 0.5, by=['scope']) }} as middle
    on scopes.scope = middle.scope
left join {{ clustered_quantile('scoped', 'signal_age', 0.9, by=['scope']) }} as tail
    on scopes.scope = tail.scope
left join {{ clustered_quantile('scoped', 'avoidable_age', 0.5, by=['scope']) }} as avoidable
    on scopes.scope = avoidable.scope
left join {{ clustered_quantile('scoped', 'avoidable_age', 0.9, by=['scope']) }} as avoidable_tail
    on scopes.scope = avoidable_tail.scope
left join {{ clustered_quantile('scoped', 'unseen_events', 0.5, by=['scope']) }} as unseen
    on scopes.scope = unseen.scope
left join {{ clustered_ratio('scoped', 'is_cold', '1', by=['scope']) }} as cold
    on scopes.scope = cold.scope
left join {{ clustered_ratio('scoped', 'is_overdue', '1', by=['scope']) }} as overdue
    on scopes.scope = overdue.scope
