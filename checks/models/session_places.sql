-- One row per replayed request with an answer: which event of its session the first wanted one was.

{% set longest = var_us('horizon' if var('horizon') else 'horizon_fallback') %}

with

wanted as (

    select
        cells.request_id,
        min(labels.engaged_us) as engaged_us
    from {{ ref('replay_cells') }} as cells
    join {{ ref('labels') }} as labels on cells.request_id = labels.request_id
    where cells.cell = 7
    group by cells.request_id

),

near as (

    select
        wanted.request_id,
        wanted.engaged_us,
        person_events.event_us,
        person_events.session_id,
        max(case when person_events.event_us = wanted.engaged_us then person_events.session_id end)
            over (partition by wanted.request_id) as own_session
    from wanted
    join {{ ref('requests') }} as requests on wanted.request_id = requests.request_id
    join {{ ref('person_events') }} as person_events
        on requests.person_id = person_events.person_id
        and person_events.event_us <= wanted.engaged_us
        and person_events.event_us > wanted.engaged_us - {{ longest }}
    where
        person_events.item_id is not null
        {% if var('engagement_types') %}
        and person_events.event_type in {{ var('engagement_types') }}
        {% endif %}

)

select
    near.request_id,
    1 + count(case when near.event_us < near.engaged_us then 1 end) as session_position
from near
where near.session_id = near.own_session
group by near.request_id
