-- One row per request and item that its person engaged with afterwards, where that is settled.

{% set horizon = var_us('horizon' if var('horizon') else 'horizon_fallback') %}
{% set gap = var_us('session_gap') %}

with

settled as (

    select
        requests.request_id,
        requests.key,
        requests.person_id,
        requests.session_id,
        requests.serve_us,
        log_span.has_sessions and {{ var('horizon') }} is null as is_by_session
    from {{ ref('requests') }} as requests
    cross join {{ ref('log_span') }} as log_span
    where requests.serve_us + {{ horizon }} + {{ var_us('late_arrival') }} <= log_span.end_us

),

engagement as (

    select
        person_events.event_id,
        person_events.key,
        person_events.person_id,
        person_events.session_id,
        person_events.event_type,
        person_events.item_id,
        person_events.event_us,
        floor(cast(person_events.event_us as double) / {{ gap }}.0) as gap_bucket,
        floor(cast(person_events.event_us as double) / {{ horizon }}.0) as horizon_bucket
    from {{ ref('person_events') }} as person_events

),

halves as (

    -- a span after a request touches two buckets of its own length: equal joins, no range join
    select halves.half
    from (values (0), (1)) as halves(half)

),

next_events as (

    select
        settled.request_id,
        engagement.session_id,
        row_number() over (
            partition by settled.request_id
            order by engagement.event_us, engagement.event_id nulls last, engagement.session_id
        ) as nth
    from settled
    cross join halves
    join engagement
        on settled.key = engagement.key
        and floor(cast(settled.serve_us as double) / {{ gap }}.0) + halves.half
        = engagement.gap_bucket
    where
        settled.is_by_session
        and settled.session_id is null
        and engagement.session_id is not null
        and engagement.event_us > settled.serve_us
        and engagement.event_us <= settled.serve_us + {{ gap }}

),

in_sessions as (

    select
        settled.request_id,
        engagement.item_id,
        engagement.event_type,
        engagement.event_us
    from settled
    left join next_events
        on settled.request_id = next_events.request_id
        and next_events.nth = 1
    join engagement
        on coalesce(settled.session_id, next_events.session_id) = engagement.session_id
    where
        settled.is_by_session
        and engagement.event_us > settled.serve_us
        and engagement.event_us <= settled.serve_us + {{ horizon }}

),

in_horizon as (

    select
        settled.request_id,
        engagement.item_id,
        engagement.event_type,
        engagement.event_us
    from settled
    cross join halves
    join engagement
        on settled.person_id = engagement.person_id
        and floor(cast(settled.serve_us as double) / {{ horizon }}.0) + halves.half
        = engagement.horizon_bucket
    where
        not settled.is_by_session
        and engagement.event_us > settled.serve_us
        and engagement.event_us <= settled.serve_us + {{ horizon }}

),

engaged as (

    select * from in_sessions
    union all
    select * from in_horizon

)

select
    engaged.request_id,
    engaged.item_id,
    min(engaged.event_us) as engaged_us
from engaged
where
    engaged.item_id is not null
    {% if var('engagement_types') %}
    and engaged.event_type in {{ var('engagement_types') }}
    {% endif %}
group by engaged.request_id, engaged.item_id
