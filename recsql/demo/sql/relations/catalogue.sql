-- One row per item.

select
    item_id,
    category,
    moment(born_us) as active_from,
    true as in_stock
from items
where born_us < {{ world.end_us }}
order by category_no, item_no
