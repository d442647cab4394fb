-- One row per person: how often they come, on how many devices, and whether they ever log in.

with

hashed as (

    select
        number as person,
        draws('activity', number, 0, 0) as activity,
        draws('habits', number, 0, 0) as habits,
        draws('taste', number, 0, 0) as taste,
        draws('household', whole(number, 2), 0, 0) as household
    from numbers
    where number < {{ world.persons }}

),

drawn as (

    select
        person,
        taste,
        -- Erlang with four stages: a few come all the time, most now and then
        0.12 + case
            when draw(habits, 2) < {{ world.light_share | parts }}
                then {{ world.light_sessions_per_day }}
            else {{ world.sessions_per_day }}
        end * floor(
            0.5 - 65536.0 * ln(
                unit(draw(activity, 0)) * unit(draw(activity, 1))
                * unit(draw(activity, 2)) * unit(draw(activity, 3))
            )
        ) / 262144.0 as sessions_per_day,
        draw(habits, 0) as owns,
        draw(habits, 1) < {{ world.never_login_share | parts }} as never_logs_in,
        draw(household, 0) < {{ world.shared_tablet_share | parts }} as shares_tablet
    from hashed

)

select
    person,
    'u' || substr(draws('account', person, 0, 0), 1, 12) as user_id,
    sessions_per_day,
    cast(floor({{ world.day_us / 65536 }} / nullif(sessions_per_day, 0.0)) as bigint) as tick_us,
    -- more than the person ever makes
    sessions_per_day * {{ world.days }} + 6.0 * sqrt(sessions_per_day * {{ world.days }}) + 20.0
    as most_visits,
    case
        -- whoever shares a tablet has one, with the neighbour in the list of persons
        when shares_tablet then 3
        when owns < {{ 0.20 | parts }} then 1
        when owns < {{ 0.55 | parts }} then 2
        when owns < {{ 0.85 | parts }} then 3
        else 4
    end as devices,
    shares_tablet,
    never_logs_in,
    -- what a person likes whatever the month
    any_category(draw(taste, 0)) as taste_0,
    any_category(draw(taste, 1)) as taste_1,
    any_category(draw(taste, 2)) as taste_2
from drawn
