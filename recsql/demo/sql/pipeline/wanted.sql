-- One row per profile and snapshot that answered a request.

select distinct
    profile_id,
    snapshot_us
from requests
