-- One row per request and item of its list: the newest items of each listed category.

with

listed as (

    select
        requests.request_id,
        requests.serve_us,
        lists.place,
        lists.category_no,
{%- if world.item_life_us %}
        whole(requests.index_us - categories.first_item_us, {{ world.item_life_us }}) as newest_no
    from requests
    join snapshots
        on requests.profile_id = snapshots.profile_id
        and requests.snapshot_us = snapshots.snapshot_us
    join lists on snapshots.snapshot_no = lists.snapshot_no
    join categories on lists.category_no = categories.category_no
{%- else %}
        {{ world.items_per_category - 1 }} as newest_no
    from requests
    join snapshots
        on requests.profile_id = snapshots.profile_id
        and requests.snapshot_us = snapshots.snapshot_us
    join lists on snapshots.snapshot_no = lists.snapshot_no
{%- endif %}

)

select
    listed.request_id,
    listed.serve_us,
    listed.category_no,
    items.item_no,
    items.item_id,
    (listed.place - 1) * {{ world.items_per_category }}
{%- if world.item_life_us %}
    -- an item is listed until enough newer ones are there
    + listed.newest_no - items.item_no + 1 as position
{%- else %}
    + items.item_no + 1 as position
{%- endif %}
from listed
join items
    on listed.category_no = items.category_no
    and items.item_no <= listed.newest_no
    and items.item_no > listed.newest_no - {{ world.items_per_category }}
