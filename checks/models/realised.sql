-- One row per person, kind of request, k, position and metric: achieved, out of possible.

{% set kind = ['surface', 'model_version', 'device_class', 'region', 'activity', 'tenure'] -%}
{% set metrics = ['hit_rate', 'recall', 'mrr', 'ndcg', 'hit_rate_organic', 'hit_rate_new'] -%}

with

ranked as (

    select
        requests.person_id,
        requests.{{ kind | join(', requests.') }},
        scores.k,
        sum(scores.hit_rate) as hit_rate,
        sum(scores.hit_rate_organic) as hit_rate_organic,
        cast(count(scores.hit_rate_organic) as double) as organic,
        sum(scores.hit_rate_new) as hit_rate_new,
        cast(count(scores.hit_rate_new) as double) as new,
        sum(scores.recall) as recall,
        sum(scores.mrr) as mrr,
        sum(scores.ndcg) as ndcg,
        cast(count(*) as double) as possible
    from {{ ref('scores') }} as scores
    join {{ ref('requests') }} as requests on scores.request_id = requests.request_id
    group by requests.person_id, requests.{{ kind | join(', requests.') }}, scores.k

),

click_log as (

    select count(*) as n_clicks
    from {{ ref('clicks') }} as clicks

),

shown as (

    select
        requests.person_id,
        requests.{{ kind | join(', requests.') }},
        displayed.position,
        cast(count(clicks.item_id) as double) as achieved,
        cast(count(*) as double) as possible
    from {{ ref('displayed') }} as displayed
    join {{ ref('requests') }} as requests on displayed.request_id = requests.request_id
    left join {{ ref('clicks') }} as clicks
        on displayed.request_id = clicks.request_id
        and displayed.item_id = clicks.item_id
    group by requests.person_id, requests.{{ kind | join(', requests.') }}, displayed.position

)

select
    ranked.person_id,
    ranked.{{ kind | join(', ranked.') }},
    ranked.k,
    cast(null as bigint) as position,
    metrics.metric,
    case metrics.metric
        {%- for metric in metrics %}
        when '{{ metric }}' then ranked.{{ metric }}
        {%- endfor %}
    end as achieved,
    case metrics.metric
        when 'hit_rate_organic' then ranked.organic
        when 'hit_rate_new' then ranked.new
        else ranked.possible
    end as possible
from ranked
cross join (
    values {% for metric in metrics %}('{{ metric }}'){{ '' if loop.last else ', ' }}{% endfor %}
) as metrics(metric)
union all
select
    shown.person_id,
    shown.{{ kind | join(', shown.') }},
    cast(null as bigint) as k,
    shown.position,
    'ctr' as metric,
    shown.achieved,
    shown.possible
from shown
cross join click_log
-- without a single click the rate is unknown, not zero
where click_log.n_clicks > 0
{% if mapped('outcomes') %}
union all
select
    conversions.person_id,
    conversions.{{ kind | join(', conversions.') }},
    cast(null as bigint) as k,
    cast(null as bigint) as position,
    'cvr' as metric,
    conversions.achieved,
    conversions.possible
from {{ ref('conversions') }} as conversions
{% endif %}
