-- One row per cookie: the device that holds it, from when to when.

with

waits as (

    select
        devices.person,
        devices.device,
        numbers.number as life,
        draws('cookie', devices.person, devices.device, numbers.number) as hash
    from devices
    join numbers
        on numbers.number < {{ world.at_most(world.days / world.cookie_life_days) }}

),

ends as (

    -- cookies are wiped at any time: browsers expire them, people clear them
    select
        person,
        device,
        life,
        hash,
        cast(sum(waiting(draw(hash, 0), {{ world.cookie_tick_us }})) over (
            partition by person, device
            order by life
        ) as bigint) as to_us
    from waits

),

spans as (

    select
        person,
        device,
        'k' || substr(hash, 17, 12) as key,
        coalesce(lag(to_us) over (partition by person, device order by life), 0) as from_us,
        to_us
    from ends

)

select
    spans.person,
    spans.device,
    spans.key,
    spans.from_us,
    spans.to_us
from spans
join persons on spans.person = persons.person
where
    spans.from_us < {{ world.end_us }}
    and not (persons.shares_tablet and spans.device = 2 and spans.person % 2 = 1)
union all
-- a shared tablet is the neighbour's
select
    persons.person,
    spans.device,
    spans.key,
    spans.from_us,
    spans.to_us
from spans
join persons on spans.person + 1 = persons.person
where
    spans.from_us < {{ world.end_us }}
    and persons.shares_tablet
    and spans.device = 2
    and persons.person % 2 = 1
