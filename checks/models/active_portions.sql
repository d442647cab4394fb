-- One row per person active of late and profile that holds some of their active keys.

with

active_keys as (

    select distinct person_events.key
    from {{ ref('person_events') }} as person_events
    where person_events.event_us >= {{ as_of_us() }} - {{ var_us('activity_window') }}

),

filed as (

    select
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
    person_id,
    profile_id,
    cast(count(*) as double) as n_keys
from filed
where candidate = 1
group by person_id, profile_id
