-- One row per category: its name, and how long people think before they buy in it.

with

departments as (

    select
        department_no,
        department
    from (
        values
            (0, 'audio'), (1, 'books'), (2, 'camping'), (3, 'garden'), (4, 'kitchen'),
            (5, 'lamps'), (6, 'shoes'), (7, 'tools'), (8, 'toys'), (9, 'yarn')
    ) as named(department_no, department)

),

hashed as (

    select
        category_no,
        draws('category', category_no, 0, 0) as hash
    from range({{ world.categories }}) as numbers(category_no)

)

select
    hashed.category_no,
    departments.department || '-' || right('0' || cast(hashed.category_no // 10 + 1 as varchar), 2)
    as category,
    -- from an hour (socks) to two days (a tent)
    cast(round(pow(48.0, draw(hashed.hash, 0)) * {{ world.hour_us }}) as bigint) as decision_us,
    round(6.0 * pow(30.0, draw(hashed.hash, 1)), 2) as price,
    -- new items come at fixed intervals, in each category at other times
    cast(-floor(draw(hashed.hash, 2) * {{ world.item_life_us }}) as bigint)
    - {{ world.items_per_category * world.item_life_us }} as first_item_us
from hashed
join departments on hashed.category_no % 10 = departments.department_no
