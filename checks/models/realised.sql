-- One row per person, kind of request, k, position and metric: achieved, out of possible.

with

ranked as (

    select
        requests.person_id,
        requests.surface,
        requests.model_version,
        requests.device_class,
        requests.region,
        requests.activity,
        requests.tenure,
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
    group by
        requests.person_id, requests.surface, requests.model_version, requests.device_class,
        requests.region, requests.activity, requests.tenure, scores.k

),

click_log as (

    select count(*) as n_clicks
    from {{ ref('clicks') }} as clicks

),

shown as (

    select
        requests.person_id,
        requests.surface,
        requests.model_version,
        requests.device_class,
        requests.region,
        requests.activity,
        requests.tenure,
        displayed.position,
        cast(count(clicks.item_id) as double) as achieved,
        cast(count(*) as double) as possible
    from {{ ref('displayed') }} as displayed
    join {{ ref('requests') }} as requests on displayed.request_id = requests.request_id
    left join {{ ref('clicks') }} as clicks
        on displayed.request_id = clicks.request_id
        and displayed.item_id = clicks.item_id
    group by
        requests.person_id, requests.surface, requests.model_version, requests.device_class,
        requests.region, requests.activity, requests.tenure, displayed.position

)

select
    ranked.person_id,
    ranked.surface,
    ranked.model_version,
    ranked.device_class,
    ranked.region,
    ranked.activity,
    ranked.tenure,
    ranked.k,
    cast(null as bigint) as position,
    metrics.metric,
    case metrics.metric
        when 'hit_rate' then ranked.hit_rate
        when 'recall' then ranked.recall
        when 'mrr' then ranked.mrr
        when 'hit_rate_organic' then ranked.hit_rate_organic
        when 'hit_rate_new' then ranked.hit_rate_new
        else ranked.ndcg
    end as achieved,
    case metrics.metric
        when 'hit_rate_organic' then ranked.organic
        when 'hit_rate_new' then ranked.new
        else ranked.possible
    end as possible
from ranked
cross join (
    values ('hit_rate'), ('recall'), ('mrr'), ('ndcg'), ('hit_rate_organic'), ('hit_rate_new')
) as metrics(metric)
union all
select
    shown.person_id,
    shown.surface,
    shown.model_version,
    shown.device_class,
    shown.region,
    shown.activity,
    shown.tenure,
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
    conversions.surface,
    conversions.model_version,
    conversions.device_class,
    conversions.region,
    conversions.activity,
    conversions.tenure,
    cast(null as bigint) as k,
    cast(null as bigint) as position,
    'cvr' as metric,
    conversions.achieved,
    conversions.possible
from {{ ref('conversions') }} as conversions
{% endif %}
