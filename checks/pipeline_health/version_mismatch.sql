-- One row for all requests and one per model version: the share answered across versions.

with

judged as (

    select
        request_versions.person_id,
        request_versions.model_version,
        request_versions.is_index_mismatch,
        request_versions.is_vector_mismatch,
        -- one comparison that fails is enough, one that is possible is needed
        case
            when request_versions.is_vector_mismatch = 1 then 1
            else coalesce(request_versions.is_index_mismatch, request_versions.is_vector_mismatch)
        end as is_mismatch
    from {{ ref('request_versions') }} as request_versions

),

stacked as (

    select
        cast(null as varchar) as model_version,
        person_id, is_mismatch, is_index_mismatch, is_vector_mismatch
    from judged
    union all
    select model_version, person_id, is_mismatch, is_index_mismatch, is_vector_mismatch
    from judged
    where model_version is not null

),

mismatches as (

    select *
    from {{ clustered_ratio('stacked', 'is_mismatch', '1', by=['model_version']) }} as found

),

cells as (

    select cast(null as varchar) as model_version
    union all
    select mismatches.model_version
    from mismatches
    where mismatches.model_version is not null

)

select
    cells.model_version,
    mismatches.value as mismatch_share,
    mismatches.low as mismatch_share_low,
    mismatches.high as mismatch_share_high,
    coalesce(mismatches.n, 0) as mismatch_share_n,
    mismatches.persons as mismatch_share_persons,
    case when mismatches.n > 0 then mismatches.positives end as mismatched_requests,
    coalesce(mismatches.n, 0) as mismatched_requests_n,
    mismatches.persons as mismatched_requests_persons,
    indexes.value as index_mismatch_share,
    indexes.low as index_mismatch_share_low, indexes.high as index_mismatch_share_high,
    coalesce(indexes.n, 0) as index_mismatch_share_n,
    vectors.value as vector_mismatch_share,
    vectors.low as vector_mismatch_share_low, vectors.high as vector_mismatch_share_high,
    coalesce(vectors.n, 0) as vector_mismatch_share_n
from cells
left join mismatches on cells.model_version is not distinct from mismatches.model_version
left join {{ clustered_ratio('stacked', 'is_index_mismatch', '1', ['model_version']) }} as indexes
    on cells.model_version is not distinct from indexes.model_version
left join {{ clustered_ratio('stacked', 'is_vector_mismatch', '1', ['model_version']) }} as vectors
    on cells.model_version is not distinct from vectors.model_version
