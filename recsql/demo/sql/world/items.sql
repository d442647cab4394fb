-- One row per item: its category and place in it, and its price.

select
    categories.category_no,
    categories.category,
    item_nos.item_no,
    categories.category || '-' || cast(item_nos.item_no + 1 as varchar) as item_id,
    round(categories.price * (1.0 + 0.2 * item_nos.item_no), 2) as price
from categories
cross join range({{ world.items_per_category }}) as item_nos(item_no)
