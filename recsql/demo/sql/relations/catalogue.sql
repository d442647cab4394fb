-- One row per item.

select
    item_id,
    category,
    moment(0) as active_from,
    true as in_stock
from items
order by category_no, item_no
