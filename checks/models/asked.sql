-- One row per request as it was logged; without a serving log one per visit, as if it had asked.

with

{% if mapped('serving') %}
asked as (

    select
        cast(serving.request_id as varchar) as request_id,
        cast(serving.key as varchar) as key,
        cast(serving.profile_id as varchar) as profile_id,
        cast(serving.session_id as varchar) as session_id,
        cast(serving.model_version as varchar) as model_version,
        cast(serving.index_version as varchar) as index_version,
        cast(serving.surface as varchar) as surface,
        cast(serving.device_class as varchar) as device_class,
        cast(serving.region as varchar) as region,
        cast(serving.retrieved_k as bigint) as retrieved_k,
        rs_epoch_us(serving.serve_ts) as serve_us,
        rs_epoch_us(serving.snapshot_ts) as snapshot_us,
        rs_epoch_us(serving.index_ts) as index_us
    from {{ relation('serving') }} as serving
    where serving.serve_ts >= {{ window_start() }} and serving.serve_ts < {{ as_of() }}

)
{% else %}
spaced as (

    select
        events.event_id,
        events.key,
        events.session_id,
        events.surface,
        events.event_us,
        lag(events.event_us) over (
            partition by events.key
            order by events.event_us, events.event_id nulls last
        ) as previous_us
    from {{ ref('events') }} as events
    where events.key is not null

),

asked as (

    -- a visit starts where a key was silent for longer than a session's gap
    select
        'visit ' || key || ' ' || cast(event_us as varchar) as request_id,
        key,
        cast(null as varchar) as profile_id,
        session_id,
        cast(null as varchar) as model_version,
        cast(null as varchar) as index_version,
        surface,
        cast(null as varchar) as device_class,
        cast(null as varchar) as region,
        cast(null as bigint) as retrieved_k,
        -- just before its first event, which no list could know
        event_us - 1 as serve_us,
        {% if var('refresh') %}
        -- the newest snapshot of the declared schedule, counted from midnight UTC
        cast(floor(cast(event_us - 1 as double) / {{ var_us('refresh') }}.0) as bigint)
        * {{ var_us('refresh') }} as snapshot_us,
        {% else %}
        cast(null as bigint) as snapshot_us,
        {% endif %}
        cast(null as bigint) as index_us
    from spaced
    where
        event_us >= {{ window_start_us() }}
        and event_us < {{ as_of_us() }}
        and (previous_us is null or event_us - previous_us > {{ var_us('session_gap') }})

)
{% endif %}

select
    request_id,
    key,
    profile_id,
    session_id,
    model_version,
    index_version,
    surface,
    device_class,
    region,
    retrieved_k,
    serve_us,
    snapshot_us,
    index_us
from asked
