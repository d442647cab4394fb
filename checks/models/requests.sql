-- One row per request of the window that a known key made: its profile, snapshot and model.

with

matched as (

    select
        asked.request_id,
        asked.key,
        persons.person_id,
        coalesce(asked.profile_id, profile_periods.profile_id, asked.key) as profile_id,
        asked.serve_us,
        -- without a snapshot the pipeline is taken to be perfect
        coalesce(asked.snapshot_us, asked.serve_us) as snapshot_us,
        coalesce(asked.index_us, asked.snapshot_us, asked.serve_us) as index_us,
        asked.session_id,
        asked.model_version,
        asked.index_version,
        asked.surface,
        asked.device_class,
        asked.region,
        asked.retrieved_k,
        row_number() over (
            partition by asked.request_id
            order by
                asked.serve_us,
                asked.key,
                profile_periods.from_us desc nulls last,
                profile_periods.profile_id nulls last
        ) as candidate
    from {{ ref('asked') }} as asked
    join {{ ref('persons') }} as persons on asked.key = persons.key
    left join {{ ref('profile_periods') }} as profile_periods
        on asked.key = profile_periods.key
        and asked.serve_us >= profile_periods.from_us
        and asked.serve_us < profile_periods.to_us
    where asked.request_id is not null and not persons.is_bot


),

people as (

    -- the whole history is what makes a person busy, and old
    select
        matched.person_id,
        min(persons.first_us) as first_us,
        sum(persons.n_events) as n_events
    from (select distinct matched.person_id from matched) as matched
    join {{ ref('persons') }} as persons on matched.person_id = persons.person_id
    group by matched.person_id

),

placed as (

    -- persons with as many events are as busy
    select
        people.person_id,
        people.first_us,
        log_start.first_us as log_us,
        count(*) over (order by people.n_events)
        - count(*) over (partition by people.n_events) as n_below,
        count(*) over () as n_people
    from people
    cross join (select min(persons.first_us) as first_us from {{ ref('persons') }} as persons)
        as log_start

)

select
    matched.request_id,
    matched.key,
    matched.person_id,
    matched.profile_id,
    matched.serve_us,
    matched.snapshot_us,
    matched.index_us,
    matched.session_id,
    matched.model_version,
    matched.index_version,
    matched.surface,
    matched.device_class,
    matched.region,
    case
        when 3 * placed.n_below < placed.n_people then 'low'
        when 3 * placed.n_below < 2 * placed.n_people then 'middle'
        else 'high'
    end as activity,
    case
        when matched.serve_us - placed.first_us > {{ var_us('new_person_age') }} then 'known'
        -- a log that began later cannot tell who is new
        when matched.serve_us - placed.log_us > {{ var_us('new_person_age') }} then 'new'
    end as tenure,
    matched.retrieved_k
from matched
join placed on matched.person_id = placed.person_id
where matched.candidate = 1
