-- One row per request and item of its list.

select
    request_id,
    item_id,
    position
from shown
order by serve_us, request_id, position
