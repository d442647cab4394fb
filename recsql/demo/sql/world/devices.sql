-- One row per person and device: the share of visits made on it, as a span of [0, total).

with

owned as (

    select
        persons.person,
        devices.device,
        draws('device', persons.person, devices.device, 0) as hash
    from persons
    join range(4) as devices(device) on devices.device < persons.devices

),

weighed as (

    -- integers add up to the same in any order
    select
        person,
        device,
        1 + waiting(draw(hash, 0), 1000000.0) + waiting(draw(hash, 1), 1000000.0) as weight
    from owned

)

select
    person,
    device,
    case device when 0 then 'app' when 1 then 'web' when 2 then 'tablet' else 'tv' end as surface,
    sum(weight) over (partition by person order by device) - weight as low,
    sum(weight) over (partition by person order by device) as high,
    sum(weight) over (partition by person) as total
from weighed
