-- One row for all requests and one per segment: the share served from a part of the person.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

judged as (

    select
        fragments.request_id,
        fragments.person_id,
        fragments.is_request,
        case when fragments.has_evidence then 1 else 0 end as has_evidence,
        case when fragments.is_split then 1 else 0 end as is_split,
        case when fragments.is_split_in_hindsight then 1 else 0 end as is_split_in_hindsight,
        case when fragments.is_split then fragments.revenue else 0.0 end as split_revenue,
        fragments.revenue
    from {{ ref('fragments') }} as fragments

),

answered as (

    select judged.*, requests.{{ segments | join(', requests.') }}
    from judged
    join {{ ref('requests') }} as requests on judged.request_id = requests.request_id

),

scoped as ({{ scoped_rows('answered', segments) }}),

scopes as ({{ segment_scopes('answered', segments) }}),

evidence_log as (

    select 'all' as scope, count(*) as n_links
    from {{ ref('link_evidence') }} as link_evidence

),

sales as (

    select 'all' as scope, person_id, split_revenue, revenue
    from judged
    where not is_request

)

select
    scopes.{{ segments | join(', scopes.') }},
    split.value as traffic_share, split.low as traffic_share_low, split.high as traffic_share_high,
    coalesce(split.n, 0) as traffic_share_n,
    split.persons as traffic_share_persons,
    -- no evidence at all says nothing about who is who
    case when evidence_log.n_links = 0 then 'not_identified: no key was ever tied to an identifier' end
    as traffic_share_reason,
    revenue.value as revenue_share, revenue.low as revenue_share_low,
    revenue.high as revenue_share_high,
    hindsight.value as hindsight_share, hindsight.low as hindsight_share_low,
    hindsight.high as hindsight_share_high,
    evidence.value as evidence_share, evidence.low as evidence_share_low,
    evidence.high as evidence_share_high, evidence.n as evidence_share_n
from scopes
left join evidence_log on scopes.scope = evidence_log.scope
left join {{ clustered_ratio('scoped', 'is_split', '1', by=['scope']) }} as split
    on scopes.scope = split.scope
left join {{ clustered_ratio('scoped', 'is_split_in_hindsight', '1', by=['scope']) }} as hindsight
    on scopes.scope = hindsight.scope
left join {{ clustered_ratio('scoped', 'has_evidence', '1', by=['scope']) }} as evidence
    on scopes.scope = evidence.scope
left join {{ clustered_ratio('sales', 'split_revenue', 'revenue', by=['scope']) }} as revenue
    on scopes.scope = revenue.scope
