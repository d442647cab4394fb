-- One row: how far the evidence reaches on which all of this audit rests.

with

traffic as (

{% if mapped('serving') %}
    select requests.key
    from {{ ref('requests') }} as requests
{% else %}
    select person_events.key
    from {{ ref('person_events') }} as person_events
    where person_events.event_us >= {{ window_start_us() }}
{% endif %}

),

identified as (

    select
        persons.person_id,
        case when persons.has_evidence then 1 else 0 end as has_evidence
    from traffic
    join {{ ref('persons') }} as persons on traffic.key = persons.key

),

suspects as (

    select
        count(distinct case when link_evidence.is_shared then link_evidence.key end) as shared_keys,
        count(distinct case
            when link_evidence.is_hub then link_evidence.id_type || ' ' || link_evidence.id_value
        end) as dropped_hubs
    from {{ ref('link_evidence') }} as link_evidence

)

select
    identified.value as identified_traffic_share,
    identified.low as identified_traffic_share_low,
    identified.high as identified_traffic_share_high,
    identified.n as identified_traffic_share_n,
    identified.persons as identified_traffic_share_persons,
    suspects.shared_keys,
    suspects.dropped_hubs,
    cast(log_span.keyless_events as double) / nullif(log_span.window_events, 0) as null_key_share,
    log_span.window_events as null_key_share_n,
    {% if var('probabilistic_links') -%}
    probable.unmerged / nullif(probable.persons, 0.0) as probable_person_rate,
    {{ wilson_low('probable.unmerged / nullif(probable.persons, 0.0)', 'probable.persons') }}
    as probable_person_rate_low,
    {{ wilson_high('probable.unmerged / nullif(probable.persons, 0.0)', 'probable.persons') }}
    as probable_person_rate_high,
    probable.persons as probable_person_rate_n, probable.persons as probable_person_rate_persons,
    case when probable.n_links = 0 then 'not_identified: no link is probabilistic' end
    as probable_person_rate_reason,
    probable.doubtful / nullif(probable.joined, 0.0) as doubtful_share,
    {{ wilson_low('probable.doubtful / nullif(probable.joined, 0.0)', 'probable.joined') }}
    as doubtful_share_low,
    {{ wilson_high('probable.doubtful / nullif(probable.joined, 0.0)', 'probable.joined') }}
    as doubtful_share_high,
    probable.joined as doubtful_share_n
    {%- else -%}
    cast(null as double) as probable_person_rate,
    'disabled: `probabilistic_links` is not set' as probable_person_rate_reason,
    cast(null as double) as doubtful_share,
    'disabled: `probabilistic_links` is not set' as doubtful_share_reason
    {%- endif %}
from {{ clustered_ratio('identified', 'has_evidence', '1') }} as identified
cross join suspects
cross join {{ ref('log_span') }} as log_span
{%- if var('probabilistic_links') %}
cross join {{ ref('probable_rates') }} as probable
{%- endif %}
