-- One row per event, with when it happened and when it could be read.

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
from logged
order by event_us, event_id
