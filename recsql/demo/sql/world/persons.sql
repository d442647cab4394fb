-- One row per person: how often they come, on how many devices, and whether they ever log in.

with

hashed as (

    select
        person,
        draws('activity', person, 0, 0) as activity,
        draws('habits', person, 0, 0) as habits,
        draws('taste', person, 0, 0) as taste
    from range({{ world.persons }}) as numbers(person)

)

select
    person,
    'u' || substr(draws('account', person, 0, 0), 1, 12) as user_id,
    -- Erlang with four stages: a few come all the time, most now and then
    0.12 + case
        when draw(habits, 2) < {{ world.light_share }} then {{ world.light_sessions_per_day }}
        else {{ world.sessions_per_day }}
    end * -ln(
        draw(activity, 0) * draw(activity, 1) * draw(activity, 2) * draw(activity, 3)
    ) / 4.0 as sessions_per_day,
    case
        -- whoever shares a tablet has one, with the neighbour in the list of persons
        when draw(draws('household', person // 2, 0, 0), 0) < {{ world.shared_tablet_share }}
            then 3
        when draw(habits, 0) < 0.20 then 1
        when draw(habits, 0) < 0.55 then 2
        when draw(habits, 0) < 0.85 then 3
        else 4
    end as devices,
    draw(draws('household', person // 2, 0, 0), 0) < {{ world.shared_tablet_share }}
    as shares_tablet,
    draw(habits, 1) < {{ world.never_login_share }} as never_logs_in,
    -- what a person likes whatever the month
    any_category(draw(taste, 0)) as taste_0,
    any_category(draw(taste, 1)) as taste_1,
    any_category(draw(taste, 2)) as taste_2
from hashed
