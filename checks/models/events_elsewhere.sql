-- One row per request of a person with several keys: recent events of the person under other keys.

with

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

    -- each event once among the person's, and once among those under its key
    select
        events.person_id, cast(null as varchar) as key, events.us, 0 as weight, events.n_events,
        cast(null as bigint) as moment_id
    from ({{ past_in_one('whole', ['person_id'], 'event_us') }}) as events
    union all
    select events.person_id, events.key, events.us, 0, events.n_events, cast(null as bigint)
    from ({{ past_in_one('whole', ['person_id', 'key'], 'event_us') }}) as events
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

)

select
    counted.moment_id,
    sum(counted.weight * counted.n_events) as n_events
from counted
where counted.weight <> 0
group by counted.moment_id
