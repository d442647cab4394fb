-- One row per whole number from 0: what is counted off is joined to them.

with

digits as (

    select cast(digit as bigint) as digit
    from (
        values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
    ) as named(digit)

),

numbered as (

    select
        units.digit
{%- for place in range(1, world.digits) %}
        + {{ 10 ** place }} * digits_{{ place }}.digit
{%- endfor %} as number
    from digits as units
{%- for place in range(1, world.digits) %}
    cross join digits as digits_{{ place }}
{%- endfor %}

)

select number
from numbered
where number < {{ world.most_numbers }}
