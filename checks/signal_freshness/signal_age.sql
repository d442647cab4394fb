-- One row for all requests and one per surface: how old the newest signal behind a list was.

with

answered as (

    select
        signals.person_id,
        signals.surface,
        case when signals.used_us is null then 1 else 0 end as is_cold,
        case when signals.used_us is not null then signals.unseen_events end as unseen_events,
        cast(signals.serve_us - signals.used_us as double) / 1000000.0 as signal_age,
        cast(signals.newest_us - signals.used_us as double) / 1000000.0 as avoidable_age
    from {{ ref('signals') }} as signals

),

scoped as (

    select 'all' as scope, person_id, is_cold, unseen_events, signal_age, avoidable_age
    from answered
    union all
    select 'on ' || surface, person_id, is_cold, unseen_events, signal_age, avoidable_age
    from answered
    where surface is not null

),

-- the total stands even where nothing was answered
scopes as (

    select
        'all' as scope,
        cast(null as varchar) as surface,
        count(case when events.is_skewed then 1 end) as skewed_events
    from {{ ref('events') }} as events
    union all
    select 'on ' || surface, surface, cast(null as bigint)
    from answered
    where surface is not null
    group by surface
    having count(distinct person_id) >= {{ var('min_segment_persons') }}

)

select
    scopes.surface,
    middle.value as median_signal_age,
    middle.low as median_signal_age_low, middle.high as median_signal_age_high,
    coalesce(middle.n, 0) as median_signal_age_n,
    coalesce(middle.persons, 0) as median_signal_age_persons,
    tail.value as p90_signal_age, tail.low as p90_signal_age_low, tail.high as p90_signal_age_high,
    avoidable.value as median_avoidable_age,
    avoidable.low as median_avoidable_age_low, avoidable.high as median_avoidable_age_high,
    avoidable_tail.value as p90_avoidable_age,
    avoidable_tail.low as p90_avoidable_age_low, avoidable_tail.high as p90_avoidable_age_high,
    cold.value as cold_share, cold.low as cold_share_low, cold.high as cold_share_high,
    unseen.value as unseen_events,
    scopes.skewed_events,
    coalesce(cold.n, 0) as requests,
    coalesce(cold.persons, 0) as persons
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
