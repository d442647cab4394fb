-- One row per request and item of its list: the newest items of each listed category.

with

shelf as (

    -- an item is listed until enough newer ones are there
    select
        category_no,
        item_no,
        item_id,
        born_us,
        lead(born_us, {{ world.items_per_category }}) over (
            partition by category_no
            order by item_no
        ) as gone_us
    from items

)

select
    requests.request_id,
    requests.serve_us,
    shelf.category_no,
    shelf.item_no,
    shelf.item_id,
    row_number() over (
        partition by requests.request_id
        order by lists.place, shelf.born_us desc, shelf.item_no
    ) as position
from requests
join lists
    on requests.profile_id = lists.profile_id
    and requests.snapshot_us = lists.snapshot_us
join shelf
    on lists.category_no = shelf.category_no
    and requests.index_us >= shelf.born_us
    and (shelf.gone_us is null or requests.index_us < shelf.gone_us)
