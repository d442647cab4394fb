-- One row per request of the window that a known key made: its profile, snapshot and model.

with

served as (

    select
        cast(serving.request_id as varchar) as request_id,
        cast(serving.key as varchar) as key,
        cast(serving.profile_id as varchar) as logged_profile_id,
        cast(serving.session_id as varchar) as session_id,
        cast(serving.model_version as varchar) as model_version,
        cast(serving.index_version as varchar) as index_version,
        cast(serving.surface as varchar) as surface,
        cast(serving.retrieved_k as bigint) as retrieved_k,
        rs_epoch_us(serving.serve_ts) as serve_us,
        rs_epoch_us(serving.snapshot_ts) as logged_snapshot_us,
        rs_epoch_us(serving.index_ts) as logged_index_us
    from {{ relation('serving') }} as serving
    where serving.serve_ts >= {{ window_start() }} and serving.serve_ts < {{ as_of() }}

),

matched as (

    select
        served.request_id,
        served.key,
        persons.person_id,
        coalesce(served.logged_profile_id, profile_periods.profile_id, served.key) as profile_id,
        served.serve_us,
        -- without a snapshot the pipeline is taken to be perfect
        coalesce(served.logged_snapshot_us, served.serve_us) as snapshot_us,
        coalesce(served.logged_index_us, served.logged_snapshot_us, served.serve_us) as index_us,
        served.session_id,
        served.model_version,
        served.index_version,
        served.surface,
        served.retrieved_k,
        row_number() over (
            partition by served.request_id
            order by
                served.serve_us,
                served.key,
                profile_periods.from_us desc nulls last,
                profile_periods.profile_id nulls last
        ) as candidate
    from served
    join {{ ref('persons') }} as persons on served.key = persons.key
    left join {{ ref('profile_periods') }} as profile_periods
        on served.key = profile_periods.key
        and served.serve_us >= profile_periods.from_us
        and served.serve_us < profile_periods.to_us
    where served.request_id is not null and not persons.is_bot

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
