-- One row per key active of late that is one person's: the profile that holds it at as_of.

with

active_keys as (

    select distinct person_events.key
    from {{ ref('person_events') }} as person_events
    where person_events.event_us >= {{ as_of_us() }} - {{ var_us('activity_window') }}

),

filed as (

    select
        persons.key,
        persons.person_id,
        coalesce(profile_periods.profile_id, persons.key) as profile_id,
        row_number() over (
            partition by persons.key
            order by profile_periods.from_us desc nulls last, profile_periods.profile_id nulls last
        ) as candidate
    from active_keys
    join {{ ref('persons') }} as persons on active_keys.key = persons.key
    left join {{ ref('profile_periods') }} as profile_periods
        on persons.key = profile_periods.key
        and profile_periods.from_us <= {{ as_of_us() }}
        and profile_periods.to_us > {{ as_of_us() }}
    -- a shared key is nobody's
    where not persons.is_shared

)

select
    key,
    person_id,
    profile_id
from filed
where candidate = 1
