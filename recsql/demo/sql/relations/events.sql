-- One row per event, with when it happened and when it could be read.

with

happened as (

    select
        event_id, key, event_us, ingested_us, event_type, item_id, category, user_id, is_logged_in,
        session_id, surface
    from logged
    union all
    select
        event_id, key, event_us, event_us + {{ pipeline.ingest_us }}, event_type, item_id, category,
        user_id, is_logged_in, session_id, surface
    from caused

)

select
    event_id,
    key,
    moment(event_us) as event_ts,
    moment(ingested_us) as ingested_ts,
    event_type,
    item_id,
    category,
    case when is_logged_in then user_id end as user_id,
    session_id,
    surface
from happened
order by event_us, event_id
