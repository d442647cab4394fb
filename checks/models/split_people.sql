-- One row per person served from a part of themselves: the last such request, and the key it missed.

with

split as (

    select
        fragments.person_id,
        fragments.moment_id,
        fragments.missed_us,
        moments.key,
        moments.profile_id,
        moments.at_us,
        moments.cut_us,
        row_number() over (
            partition by fragments.person_id
            order by moments.at_us desc, fragments.moment_id
        ) as nth
    from {{ ref('fragments') }} as fragments
    join {{ ref('moments') }} as moments on fragments.moment_id = moments.moment_id
    where fragments.is_request and fragments.is_split

),

missed as (

    select
        split.person_id,
        split.moment_id,
        split.missed_us,
        split.key,
        split.profile_id,
        split.at_us,
        moment_keys.known_us,
        moment_keys.key as other_key,
        row_number() over (partition by split.person_id order by moment_keys.key) as nth
    from split
    join {{ ref('moment_keys') }} as moment_keys on split.moment_id = moment_keys.moment_id
    join {{ ref('key_sightings') }} as key_sightings
        on split.moment_id = key_sightings.moment_id
        and moment_keys.key = key_sightings.key
        and split.missed_us = key_sightings.before_cut_us
    where
        split.nth = 1
        and not moment_keys.in_profile
        and moment_keys.known_us <= split.cut_us - {{ var_us('grace') }}

)

select
    missed.person_id,
    missed.moment_id,
    missed.key,
    missed.profile_id,
    missed.other_key,
    coalesce(max(profile_periods.profile_id), missed.other_key) as other_profile_id,
    missed.at_us,
    missed.known_us,
    missed.missed_us
from missed
left join {{ ref('profile_periods') }} as profile_periods
    on missed.other_key = profile_periods.key
    and missed.at_us >= profile_periods.from_us
    and missed.at_us < profile_periods.to_us
where missed.nth = 1
group by
    missed.person_id, missed.moment_id, missed.key, missed.profile_id, missed.other_key,
    missed.at_us, missed.known_us, missed.missed_us
