-- One row per request: who asked, when, and which profile and snapshot answered.

select
    request_id,
    key,
    moment(serve_us) as serve_ts,
    profile_id,
    moment(snapshot_us) as snapshot_ts,
    -- the shop has no new items, so its index is never old
    moment(serve_us) as index_ts,
    {{ world.model_version }} as model_version,
    surface,
    session_id,
    cast({{ world.k }} as bigint) as retrieved_k
from requests
order by serve_us, request_id
