-- One row per person, slot and span of time: the category that the person is after.

with

waits as (

    select
        persons.person,
        slots.number as slot,
        turns.number as turn,
        draws('interest', persons.person, slots.number, turns.number) as hash
    from persons
    join numbers as slots on slots.number < 2
    join numbers as turns on turns.number < {{ world.at_most(world.renewals) }}

),

ends as (

    -- half of all interests are renewed within a half-life, however old they are
    select
        person,
        slot,
        turn,
        any_category(draw(hash, 1)) as category_no,
        cast(sum(waiting(draw(hash, 0), {{ world.interest_tick_us }})) over (
            partition by person, slot
            order by turn
        ) as bigint) as to_us
    from waits

),

spans as (

    select
        person,
        slot,
        category_no,
        coalesce(lag(to_us) over (partition by person, slot order by turn), 0) as from_us,
        to_us
    from ends

)

select
    person,
    slot,
    category_no,
    from_us,
    to_us
from spans
where from_us < {{ world.end_us }}
