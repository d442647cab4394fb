-- One row per item: its category and place in it, its price, and when it was new.

select
    categories.category_no,
    categories.category,
    numbers.number as item_no,
    categories.category || '-' || cast(numbers.number + 1 as varchar) as item_id,
    -- each is dearer than the one before it by a fifth of the first
    whole(categories.cents * (5 + numbers.number) + 2, 5) as cents,
    categories.first_item_us + numbers.number * {{ world.item_life_us }} as born_us
from categories
join numbers on numbers.number < {{ world.most_items }}
