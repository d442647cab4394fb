-- One row for all requests and one per segment: the share answered across versions.

{% set segments = ['model_version', 'surface', 'device_class', 'region', 'activity', 'tenure'] -%}

with

judged as (

    select
        request_versions.request_id,
        request_versions.is_index_mismatch,
        case when request_versions.is_index_mismatch is not null then 1 end as n_indexed,
        request_versions.is_vector_mismatch,
        case when request_versions.is_vector_mismatch is not null then 1 end as n_embedded,
        -- one comparison that fails is enough, one that is possible is needed
        case
            when request_versions.is_vector_mismatch = 1 then 1
            else coalesce(request_versions.is_index_mismatch, request_versions.is_vector_mismatch)
        end as is_mismatch,
        case
            when coalesce(request_versions.is_index_mismatch, request_versions.is_vector_mismatch)
                is not null then 1
        end as n
    from {{ ref('request_versions') }} as request_versions

),

people as (

    {{ segment_sums('judged', [
        'is_mismatch', 'n', 'is_index_mismatch', 'n_indexed', 'is_vector_mismatch', 'n_embedded'
    ], segments) }}

),

scoped as ({{ scoped_rows('people', segments) }}),

scopes as ({{ segment_scopes('people', segments) }})

select
    scopes.{{ segments | join(', scopes.') }},
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
from scopes
left join {{ clustered_ratio('scoped', 'is_mismatch', 'n', by=['scope']) }} as mismatches
    on scopes.scope = mismatches.scope
left join {{ clustered_ratio('scoped', 'is_index_mismatch', 'n_indexed', by=['scope']) }} as indexes
    on scopes.scope = indexes.scope
left join {{ clustered_ratio('scoped', 'is_vector_mismatch', 'n_embedded', by=['scope']) }} as vectors
    on scopes.scope = vectors.scope
