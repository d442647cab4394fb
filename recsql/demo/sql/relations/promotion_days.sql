-- One row per day with a promotion: what was on show.

select
    moment(promotions.day * {{ world.day_us }}) as day,
    categories.category
from promotions
join categories on promotions.category_no = categories.category_no
order by promotions.day
