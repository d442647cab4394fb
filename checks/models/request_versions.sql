-- One row per request: whether its model fits its index, and its user vector its item vectors.

{% set has_vectors = mapped('snapshots.embedding_version')
    and mapped('catalogue.embedding_version') %}

with

{% if has_vectors %}
comparable as (

    select 1 as n_rows

),

item_vectors as (

    select
        shelf.request_id,
        min(shelf.first_version) as first_version,
        max(shelf.last_version) as last_version
    from {{ ref('shelf') }} as shelf
    group by shelf.request_id

),

user_vectors as (

    select
        snapshots.profile_id,
        snapshots.snapshot_us,
        snapshots.embedding_version
    from {{ ref('snapshots') }} as snapshots

),
{% else %}
comparable as (

    -- without vectors the version of the index cannot be done without
    select count(serving.index_version) as n_rows
    from {{ relation('serving') }} as serving
    where serving.serve_ts >= {{ window_start() }} and serving.serve_ts < {{ as_of() }}

),
{% endif %}

versions as (

    select
        requests.request_id,
        requests.person_id,
        requests.model_version,
        requests.index_version,
        requests.serve_us,
{%- if has_vectors %}
        user_vectors.embedding_version as user_version,
        item_vectors.first_version,
        item_vectors.last_version
{%- else %}
        cast(null as varchar) as user_version,
        cast(null as varchar) as first_version,
        cast(null as varchar) as last_version
{%- endif %}
    from {{ ref('requests') }} as requests
    cross join comparable
{%- if has_vectors %}
    left join user_vectors
        on requests.profile_id = user_vectors.profile_id
        and requests.snapshot_us = user_vectors.snapshot_us
    left join item_vectors on requests.request_id = item_vectors.request_id
{%- endif %}

)

select
    request_id,
    person_id,
    serve_us,
    model_version,
    index_version,
    user_version,
    case when user_version = first_version then last_version else first_version end as item_version,
    case
        when model_version <> index_version then 1
        when model_version = index_version then 0
    end as is_index_mismatch,
    case
        when user_version <> first_version or user_version <> last_version then 1
        when user_version = first_version then 0
    end as is_vector_mismatch
from versions
