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

)

select
    request_id,
    key,
    person_id,
    profile_id,
    serve_us,
    snapshot_us,
    index_us,
    session_id,
    model_version,
    index_version,
    surface,
    retrieved_k
from matched
where candidate = 1
