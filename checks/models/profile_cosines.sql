-- One row per person active in several profiles: how alike the categories of two of them are.

with

tastes as (

    select
        filed_keys.person_id,
        filed_keys.profile_id,
        person_events.category,
        cast(count(*) as double) as n_events
    from {{ ref('filed_keys') }} as filed_keys
    join {{ ref('person_events') }} as person_events on filed_keys.key = person_events.key
    where person_events.category is not null
    group by filed_keys.person_id, filed_keys.profile_id, person_events.category

),

units as (

    select
        tastes.person_id,
        tastes.profile_id,
        tastes.category,
        tastes.n_events / nullif(
            sqrt(sum(tastes.n_events * tastes.n_events) over (
                partition by tastes.person_id, tastes.profile_id
            )), 0.0
        ) as part
    from tastes

),

sums as (

    select
        units.person_id,
        units.category,
        sum(units.part) as part
    from units
    group by units.person_id, units.category

),

people as (

    select
        units.person_id,
        cast(count(distinct units.profile_id) as double) as n_profiles
    from units
    group by units.person_id

)

-- unit vectors: the square of their sum is one for each, and twice the cosine of every pair
select
    people.person_id,
    (sum(sums.part * sums.part) - people.n_profiles)
    / nullif(people.n_profiles * (people.n_profiles - 1.0), 0.0) as cosine
from people
join sums on people.person_id = sums.person_id
where people.n_profiles > 1.0
group by people.person_id, people.n_profiles
