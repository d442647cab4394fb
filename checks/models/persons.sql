-- One row per key that anything mentions: the person behind it, as far as the evidence goes.

with

mentions as (

    select
        events.key,
        max(case when events.is_bot then 1 else 0 end) as bot,
        min(events.event_us) as first_us,
        count(*) as n_events
    from {{ ref('events') }} as events
    group by events.key
    union all
    select
        cast(serving.key as varchar) as key,
        0 as bot,
        cast(null as bigint) as first_us,
        0 as n_events
    from {{ relation('serving') }} as serving
    where serving.serve_ts >= {{ window_start() }} and serving.serve_ts < {{ as_of() }}
    union all
    select
        cast(identity_map.key as varchar) as key,
        0 as bot,
        cast(null as bigint) as first_us,
        0 as n_events
    from {{ relation('identity_map') }} as identity_map
    union all
    select
        link_evidence.key,
        0 as bot,
        cast(null as bigint) as first_us,
        0 as n_events
    from {{ ref('link_evidence') }} as link_evidence

),

keys as (

    select
        key,
        max(bot) = 1 as is_bot,
        min(first_us) as first_us,
        sum(n_events) as n_events
    from mentions
    where key is not null
    group by key

),

evidence as (

    select
        link_evidence.key,
        max(case when link_evidence.is_shared then 1 else 0 end) as shared
    from {{ ref('link_evidence') }} as link_evidence
    where not link_evidence.is_hub
    group by link_evidence.key

),

connected as (

    select
        components.name as key,
        min(components.name) over (partition by components.component) as person_id
    from {{ ref('components') }} as components
    where components.id_type is null

),

resolved as (

    select
        keys.key,
        -- a key without evidence stands alone, and so does a shared one
        coalesce(connected.person_id, keys.key) as person_id,
        coalesce(evidence.shared, 0) = 1 as is_shared,
        evidence.key is not null as has_evidence,
        keys.is_bot,
        keys.first_us,
        keys.n_events
    from keys
    left join evidence on keys.key = evidence.key
    left join connected on keys.key = connected.key

)

select
    key,
    person_id,
    is_shared,
    has_evidence,
    is_bot,
    first_us,
    n_events
from resolved
where {{ sample_filter('person_id') }}
