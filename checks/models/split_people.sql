-- One row per person served from a part of themselves: the last such request, and the key it missed.

with

asked as (

    select
        fragments.person_id, fragments.moment_id, fragments.missed_us, fragments.is_split,
        moments.key, moments.profile_id, moments.at_us, moments.cut_us,
        row_number() over (
            partition by fragments.person_id
            order by
                case when fragments.is_split then 0 else 1 end,
                moments.at_us desc,
                fragments.moment_id
        ) as nth
    from {{ ref('fragments') }} as fragments
    join {{ ref('moments') }} as moments on fragments.moment_id = moments.moment_id
    where fragments.is_request

),

people as (

    select
        asked.person_id,
        count(*) as n_requests,
        count(case when asked.is_split then 1 end) as n_split,
        count(distinct asked.profile_id) as n_profiles
    from asked
    group by asked.person_id

),

missed as (

    select
        asked.person_id, asked.moment_id, asked.missed_us, asked.key, asked.profile_id,
        asked.at_us,
        moment_keys.known_us,
        moment_keys.key as other_key,
        coalesce(profile_periods.profile_id, moment_keys.key) as other_profile_id,
        row_number() over (
            partition by asked.person_id
            order by moment_keys.key, profile_periods.profile_id nulls last
        ) as nth
    from asked
    join {{ ref('moment_keys') }} as moment_keys on asked.moment_id = moment_keys.moment_id
    join {{ ref('key_sightings') }} as key_sightings
        on asked.moment_id = key_sightings.moment_id
        and moment_keys.key = key_sightings.key
        and asked.missed_us = key_sightings.before_cut_us
    left join {{ ref('profile_periods') }} as profile_periods
        on moment_keys.key = profile_periods.key
        and asked.at_us >= profile_periods.from_us
        and asked.at_us < profile_periods.to_us
    where
        asked.nth = 1
        and asked.is_split
        and not moment_keys.in_profile
        and moment_keys.known_us <= asked.cut_us - {{ var_us('grace') }}

)

select
    missed.person_id,
    people.n_requests, people.n_split, people.n_profiles,
    missed.moment_id,
    missed.key, missed.profile_id,
    missed.other_key, missed.other_profile_id,
    missed.at_us,
    missed.known_us,
    missed.missed_us
from missed
join people on missed.person_id = people.person_id
where missed.nth = 1
