-- One row per person and device: the share of visits made on it, as a span of [0, total).

with

owned as (

    select
        persons.person,
        numbers.number as device,
        draws('device', persons.person, numbers.number, 0) as hash
    from persons
    join numbers on numbers.number < persons.devices

),

weighed as (

    select
        person,
        device,
        1 + ticks(draw(hash, 0)) + ticks(draw(hash, 1)) as weight
    from owned

)

select
    person,
    device,
{%- if world.one_surface %}
    'web' as surface,
{%- else %}
    case device when 0 then 'app' when 1 then 'web' when 2 then 'tablet' else 'tv' end as surface,
{%- endif %}
    cast(sum(weight) over (partition by person order by device) as bigint) - weight as low,
    cast(sum(weight) over (partition by person order by device) as bigint) as high,
    cast(sum(weight) over (partition by person) as bigint) as total
from weighed
