-- One row for all requests with a list and one per segment: the share given everybody's list.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

answered as (

    select fallbacks.request_id, fallbacks.is_fallback, 1 as n
    from {{ ref('fallbacks') }} as fallbacks

),

people as ({{ segment_sums('answered', ['is_fallback', 'n'], segments) }}),

scoped as ({{ scoped_rows('people', segments) }}),

scopes as ({{ segment_scopes('people', segments) }}),

lists as (

    select
        count(distinct case when fallbacks.is_fallback = 1 then fallbacks.list_print end)
        as n_lists,
        count(*) as n_requests
    from {{ ref('fallbacks') }} as fallbacks

)

select
    scopes.{{ segments | join(', scopes.') }},
    found.value as fallback_share,
    found.low as fallback_share_low, found.high as fallback_share_high,
    coalesce(found.n, 0) as fallback_share_n,
    found.persons as fallback_share_persons,
    case when scopes.scope = 'all' and lists.n_requests > 0 then lists.n_lists end
    as fallback_lists
from scopes
cross join lists
left join {{ clustered_ratio('scoped', 'is_fallback', 'n', by=['scope']) }} as found
    on scopes.scope = found.scope
