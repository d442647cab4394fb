-- One row per profile and key that it held at some time of the window.

select distinct
    coalesce(profile_periods.profile_id, persons.key) as profile_id,
    persons.key,
    persons.person_id,
    persons.has_evidence,
    persons.is_shared
from {{ ref('persons') }} as persons
left join {{ ref('profile_periods') }} as profile_periods
    on persons.key = profile_periods.key
where
    not persons.is_bot
    and (
        profile_periods.key is null
        or (profile_periods.to_us > {{ window_start_us() }} and profile_periods.from_us < {{ as_of_us() }})
    )
