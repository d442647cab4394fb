-- One row per request: who asked, when, and which profile and snapshot answered.

select
    request_id,
    key,
    moment(serve_us) as serve_ts,
    profile_id,
    moment(snapshot_us) as snapshot_ts,
    moment(index_us) as index_ts,
    'at ' || cast(moment(snapshot_us) as varchar) as snapshot_id,
    {{ world.model_version }} as model_version,
    {{ world.model_version }} as index_version,
    surface,
    session_id,
    cast({{ world.k }} as bigint) as retrieved_k
from requests
order by serve_us, request_id
