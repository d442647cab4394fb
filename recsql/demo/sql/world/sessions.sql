-- One row per visit: when, on which cookie, logged in or not, and what the person is after.

with

waits as (

    select
        persons.person,
        persons.tick_us,
        numbers.number as visit,
        draws('visit', persons.person, numbers.number, 0) as hash
    from persons
    join numbers on numbers.number < persons.most_visits

),

starts as (

    select
        person,
        visit,
        hash,
        cast(sum(waiting(draw(hash, 0), tick_us)) over (
            partition by person
            order by visit
        ) as bigint) as start_us
    from waits

),

visits as (

    select
        starts.person,
        starts.visit,
        starts.hash,
        starts.start_us,
        devices.device,
        devices.surface
    from starts
    join devices
        on starts.person = devices.person
        and whole(draw(starts.hash, 1) * devices.total, 4294967296) >= devices.low
        and whole(draw(starts.hash, 1) * devices.total, 4294967296) < devices.high
    where starts.start_us < {{ world.end_us }} - {{ world.hour_us }}

)

select
    visits.person,
    visits.visit,
    's' || substr(draws('session', visits.person, visits.visit, 0), 1, 16) as session_id,
    visits.start_us,
    visits.surface,
    keys.key,
    persons.user_id,
    not persons.never_logs_in and draw(visits.hash, 2) < {{ world.login_share | parts }} as is_logged_in,
    draw(visits.hash, 3) as length,
    case
        when
            promotions.day is not null
            and draw(draws('pull', visits.person, promotions.day, 0), 0)
            < {{ world.promotion_pull | parts }}
            then promotions.category_no
        else first_interest.category_no
    end as first_interest,
    second_interest.category_no as second_interest,
    persons.taste_0,
    persons.taste_1,
    persons.taste_2
from visits
join persons on visits.person = persons.person
join keys
    on visits.person = keys.person
    and visits.device = keys.device
    and visits.start_us >= keys.from_us
    and visits.start_us < keys.to_us
join interests as first_interest
    on visits.person = first_interest.person
    and first_interest.slot = 0
    and visits.start_us >= first_interest.from_us
    and visits.start_us < first_interest.to_us
join interests as second_interest
    on visits.person = second_interest.person
    and second_interest.slot = 1
    and visits.start_us >= second_interest.from_us
    and visits.start_us < second_interest.to_us
left join promotions on whole(visits.start_us, {{ world.day_us }}) = promotions.day
