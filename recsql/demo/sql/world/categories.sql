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
        number as category_no,
        whole(number, 10) + 1 as shelf,
        draws('category', number, 0, 0) as hash
    from numbers
    where number < {{ world.categories }}

)

select
    hashed.category_no,
    departments.department || case when hashed.shelf < 10 then '-0' else '-' end
    || cast(hashed.shelf as varchar) as category,
    -- from an hour (socks) to two days (a tent), in whole seconds
    cast(floor(3600.0 * pow(48.0, unit(draw(hashed.hash, 0))) + 0.5) as bigint) * 1000000
    as decision_us,
    cast(floor(600.0 * pow(30.0, unit(draw(hashed.hash, 1))) + 0.5) as bigint) as cents,
    -- new items come at fixed intervals, in each category at other times
    -cast(floor(unit(draw(hashed.hash, 2)) * {{ world.item_life_us }}) as bigint)
    - {{ world.items_per_category * world.item_life_us }} as first_item_us
from hashed
join departments on hashed.category_no % 10 = departments.department_no
