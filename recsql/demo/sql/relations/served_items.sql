-- One row per request and item of its list: all items of the listed categories.

select
    requests.request_id,
    items.item_id,
    (lists.place - 1) * {{ world.items_per_category }} + items.item_no + 1 as position
from requests
join lists
    on requests.profile_id = lists.profile_id
    and requests.snapshot_us = lists.snapshot_us
join items on lists.category_no = items.category_no
order by requests.serve_us, requests.request_id, position
