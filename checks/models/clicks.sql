-- One row per shown item that was clicked.

{% set window = var_us('attribution_window') %}

with

attributed as (

    select distinct
        cast(outcomes.request_id as varchar) as request_id,
        cast(outcomes.item_id as varchar) as item_id
    from {{ relation('outcomes') }} as outcomes
    where
        outcomes.ts >= {{ window_start() }}
        and outcomes.ts < {{ as_of() }}
        and cast(outcomes.type as varchar) in {{ var('click_types') }}
        and outcomes.request_id is not null

),

attribution as (

    select count(*) as attributed_clicks
    from attributed

),

requests as (

    -- a span after a request touches two buckets of its own length: equal joins, no range join
    select
        requests.request_id,
        requests.person_id,
        requests.serve_us,
        floor(cast(requests.serve_us as double) / {{ window }}.0) + halves.half as bucket
    from {{ ref('requests') }} as requests
    cross join attribution
    cross join (values (0), (1)) as halves(half)
    where attribution.attributed_clicks = 0

),

followed as (

    select distinct
        requests.request_id,
        person_events.item_id
    from requests
    join {{ ref('person_events') }} as person_events
        on requests.person_id = person_events.person_id
        and requests.bucket = floor(cast(person_events.event_us as double) / {{ window }}.0)
    where
        person_events.event_type in {{ var('click_types') }}
        and person_events.event_us > requests.serve_us
        and person_events.event_us <= requests.serve_us + {{ window }}

),

clicked as (

    select * from attributed
    union all
    select * from followed

)

select
    displayed.request_id,
    displayed.item_id
from clicked
join {{ ref('displayed') }} as displayed
    on clicked.request_id = displayed.request_id
    and clicked.item_id = displayed.item_id
