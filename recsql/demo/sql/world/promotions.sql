-- One row per day with a promotion: the category on show.

with

hashed as (

    select
        day,
        draws('promotion', day, 0, 0) as hash
    from range({{ world.days }}) as days(day)

)

select
    day,
    any_category(draw(hash, 1)) as category_no
from hashed
where draw(hash, 0) < {{ world.promotions_per_day }}
