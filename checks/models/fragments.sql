-- One row per moment: was its person also active outside the profile, knowably or in hindsight.

with

active_elsewhere as (

    select
        moments.moment_id,
        count(distinct coalesce(profile_periods.profile_id, moment_keys.key)) as n_profiles,
        max(key_sightings.before_cut_us) as missed_us
    from {{ ref('moments') }} as moments
    join {{ ref('moment_keys') }} as moment_keys on moments.moment_id = moment_keys.moment_id
    join {{ ref('key_sightings') }} as key_sightings
        on moment_keys.moment_id = key_sightings.moment_id
        and moment_keys.key = key_sightings.key
    left join {{ ref('profile_periods') }} as profile_periods
        on moment_keys.key = profile_periods.key
        and moments.at_us >= profile_periods.from_us
        and moments.at_us < profile_periods.to_us
    where
        not moment_keys.in_profile
        and moment_keys.known_us <= moments.cut_us - {{ var_us('grace') }}
        and key_sightings.before_cut_us > moments.at_us - {{ var_us('fragment_lookback') }}
    group by moments.moment_id

)

select
    moments.moment_id,
    moments.request_id,
    moments.is_request,
    moments.person_id,
    moments.surface,
    moments.revenue,
    -- without a key of its own, a moment is split when two profiles were active
    coalesce(active_elsewhere.n_profiles, 0) >= case when moments.key is null then 2 else 1 end
    as is_split,
    active_elsewhere.missed_us,
    coalesce(elsewhere.n_events, 0) > 0 as is_split_in_hindsight,
    coalesce(persons.has_evidence, false) as has_evidence
from {{ ref('moments') }} as moments
left join {{ ref('persons') }} as persons on moments.key = persons.key
left join active_elsewhere on moments.moment_id = active_elsewhere.moment_id
left join {{ ref('events_elsewhere') }} as elsewhere
    on moments.moment_id = elsewhere.moment_id
