-- One row per item: its category and place in it, its price, and when it was new.

select
    categories.category_no,
    categories.category,
    item_nos.item_no,
    categories.category || '-' || cast(item_nos.item_no + 1 as varchar) as item_id,
    round(categories.price * (1.0 + 0.2 * item_nos.item_no), 2) as price,
    categories.first_item_us + item_nos.item_no * {{ world.item_life_us }} as born_us
from categories
cross join range({{ world.most_items }}) as item_nos(item_no)
