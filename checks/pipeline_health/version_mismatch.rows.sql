-- One row per combination of versions that does not fit, with when it was first and last served.

select
    request_versions.model_version,
    request_versions.index_version,
    request_versions.user_version,
    request_versions.item_version,
    count(*) as requests,
    count(distinct request_versions.person_id) as persons,
    {{ day_text(epoch_day('min(request_versions.serve_us)')) }} as first_day,
    {{ day_text(epoch_day('max(request_versions.serve_us)')) }} as last_day
from {{ ref('request_versions') }} as request_versions
where request_versions.is_index_mismatch = 1 or request_versions.is_vector_mismatch = 1
group by
    request_versions.model_version,
    request_versions.index_version,
    request_versions.user_version,
    request_versions.item_version
order by requests desc, model_version, index_version, user_version, item_version
