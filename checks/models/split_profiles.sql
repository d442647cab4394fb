-- One row per person served from a part, and one of the two profiles: what it asks, earns and likes.

with

sides as (

    select person_id, profile_id, key, 'served' as side
    from {{ ref('split_people') }} as split_people
    union all
    select person_id, other_profile_id, other_key, 'missed'
    from {{ ref('split_people') }} as split_people

),

traffic as (

    select
        moments.profile_id,
        count(case when moments.is_request then 1 end) as n_requests,
        sum(moments.revenue) as revenue
    from {{ ref('moments') }} as moments
    group by moments.profile_id

),

side_keys as (

    select person_id, side, key from sides
    union
    select sides.person_id, sides.side, holdings.key
    from sides
    join {{ ref('holdings') }} as holdings on sides.profile_id = holdings.profile_id

),

tastes as (

    select
        side_keys.person_id,
        side_keys.side,
        person_events.category,
        min(person_events.event_us) as first_us,
        max(person_events.event_us) as last_us,
        row_number() over (
            partition by side_keys.person_id, side_keys.side
            order by
                case when person_events.category is null then 1 else 0 end,
                count(*) desc, person_events.category
        ) as nth
    from side_keys
    join {{ ref('person_events') }} as person_events on side_keys.key = person_events.key
    group by side_keys.person_id, side_keys.side, person_events.category

),

described as (

    select
        person_id,
        side,
        min(first_us) as first_us,
        max(last_us) as last_us,
        max(case when nth = 1 then category end)
        || coalesce(', ' || max(case when nth = 2 then category end), '')
        || coalesce(', ' || max(case when nth = 3 then category end), '') as categories
    from tastes
    group by person_id, side

)

select
    sides.person_id, sides.side, sides.profile_id,
    coalesce(traffic.n_requests, 0) as n_requests, coalesce(traffic.revenue, 0.0) as revenue,
    described.first_us, described.last_us, described.categories
from sides
left join traffic on sides.profile_id = traffic.profile_id
left join described on sides.person_id = described.person_id and sides.side = described.side
