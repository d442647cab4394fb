-- One row per day with a promotion: the category on show.

with

hashed as (

    select
        number as day,
        draws('promotion', number, 0, 0) as hash
    from numbers
    where number < {{ world.days }}

)

select
    day,
    any_category(draw(hash, 1)) as category_no
from hashed
where draw(hash, 0) < {{ world.promotions_per_day | parts }}
