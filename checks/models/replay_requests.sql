-- One row per request whose hit is compared: the two pipelines' cut-offs, and its place in a sample.

with

hits as (

    select
        requests.request_id,
        requests.person_id,
        requests.key,
        requests.profile_id,
        requests.serve_us,
        requests.snapshot_us,
        requests.index_us,
        scores.hit_rate as hit,
        -- the planned pipeline's last run before the request, and what is in it
        {{ var_us('rebuild_at') }} + {{ var_us('rebuild_refresh') }} * cast(floor(
            cast(requests.serve_us - {{ var_us('rebuild_at') }} as double)
            / nullif({{ var_us('rebuild_refresh') }}.0, 0.0)
        ) as bigint) as run_us
    from {{ ref('replay_target') }} as replay_target
    cross join {{ ref('scores') }} as scores
    join {{ ref('requests') }} as requests on scores.request_id = requests.request_id
    where
        scores.k is not distinct from replay_target.k
        and (
            replay_target.model_version is null
            or requests.model_version = replay_target.model_version
        )

),

ordered as (

    select
        hits.*,
        row_number() over (order by rs_hash_u(hits.request_id), hits.request_id) as nth,
        row_number() over (
            order by hits.serve_us - hits.snapshot_us, rs_hash_u(hits.request_id), hits.request_id
        ) as nth_by_age,
        count(*) over () as n_requests
    from hits

)

select
    ordered.request_id,
    ordered.person_id,
    ordered.key,
    ordered.profile_id,
    ordered.serve_us,
    ordered.snapshot_us,
    ordered.index_us,
    ordered.run_us,
    ordered.hit,
    ordered.nth,
    floor(3.0 * cast(ordered.nth_by_age - 1 as double) / nullif(ordered.n_requests, 0)) as age_third
from ordered
