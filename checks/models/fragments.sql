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

),

-- in hindsight: the person's events of the time, less those under the profile's own keys

several as (

    -- who has one key throughout has been nowhere else
    select whereabouts.person_id
    from (
        select person_events.person_id, person_events.key
        from {{ ref('person_events') }} as person_events
        union all
        select moments.person_id, moments.key
        from {{ ref('moments') }} as moments
        where moments.is_request
    ) as whereabouts
    group by whereabouts.person_id
    having
        min(whereabouts.key) <> max(whereabouts.key)
        or count(whereabouts.key) < count(*)

),

looks as (

    select
        moments.moment_id,
        moments.person_id,
        cast(null as varchar) as key,
        moments.at_us - {{ var_us('fragment_lookback') }} as from_us,
        moments.cut_us,
        1 as weight
    from {{ ref('moments') }} as moments
    join several on moments.person_id = several.person_id
    where moments.is_request
    union all
    select
        moments.moment_id,
        moments.person_id,
        moment_keys.key,
        moments.at_us - {{ var_us('fragment_lookback') }} as from_us,
        moments.cut_us,
        -1 as weight
    from {{ ref('moments') }} as moments
    join several on moments.person_id = several.person_id
    join {{ ref('moment_keys') }} as moment_keys on moments.moment_id = moment_keys.moment_id
    where moments.is_request and moment_keys.in_profile

),

firsts as (

    select person_id, min(case when cut_us < from_us then cut_us else from_us end) as first_us
    from looks
    group by person_id

),

whole as (

    select
        person_events.person_id,
        person_events.key,
        person_events.event_us,
        firsts.first_us
    from {{ ref('person_events') }} as person_events
    join firsts on person_events.person_id = firsts.person_id

),

timeline as (

    -- each event once among the person's, and once among those under its key;
    -- all that was there when a person is first looked at is one row of each
    select
        person_id,
        cast(null as varchar) as key,
        max(event_us) as us,
        0 as weight,
        count(*) as n_events,
        cast(null as bigint) as moment_id
    from whole
    where event_us < first_us
    group by person_id
    union all
    select person_id, key, max(event_us), 0, count(*), cast(null as bigint)
    from whole
    where event_us < first_us
    group by person_id, key
    union all
    select person_id, cast(null as varchar), event_us, 0, 1, cast(null as bigint)
    from whole
    where event_us >= first_us
    union all
    select person_id, key, event_us, 0, 1, cast(null as bigint)
    from whole
    where event_us >= first_us
    union all
    select person_id, key, cut_us, weight, 0, moment_id
    from looks
    union all
    select person_id, key, from_us, -weight, 0, moment_id
    from looks

),

counted as (

    select
        moment_id,
        weight,
        sum(n_events) over (
            partition by person_id, key
            -- events before looks: at one instant an event counts as seen
            order by us, case when weight = 0 then 0 else 1 end
            rows between unbounded preceding and current row
        ) as n_events
    from timeline

),

elsewhere as (

    select
        counted.moment_id,
        sum(counted.weight * counted.n_events) as n_events
    from counted
    where counted.weight <> 0
    group by counted.moment_id

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
left join elsewhere on moments.moment_id = elsewhere.moment_id
