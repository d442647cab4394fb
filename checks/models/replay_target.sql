-- One row: the model version and cut-off whose gap is explained, and the offline score there.

{% if mapped('offline_metrics') %}
with

ranked as (

    -- the headline of metric_gap, among hit rates
    select
        ranked.model_version,
        ranked.k,
        ranked.offline,
        ranked.reason,
        row_number() over (
            order by
                ranked.version_n desc,
                ranked.model_version,
                case when ranked.reason is null then 0 else 1 end,
                ranked.k desc nulls last
        ) as place
    from (
        select
            gaps.model_version, gaps.metric, gaps.k, gaps.offline, gaps.gap,
            -- the replay counts every request alike, however busy its person
            coalesce(gaps.reason, case
                when gaps.unit_kind = 'user'
                    then 'not_comparable: the offline score is a mean over users, not requests'
            end) as reason,
            max(gaps.n) over (partition by gaps.model_version) as version_n
        from {{ ref('gaps') }} as gaps
    ) as ranked
    where ranked.metric = 'hit_rate' and ranked.gap is not null

),

versions as (

    select count(requests.model_version) as known_versions
    from {{ ref('requests') }} as requests

)

select
    case when versions.known_versions > 0 then ranked.model_version end as model_version,
    ranked.k,
    ranked.offline,
    coalesce(
        ranked.reason,
        case when ranked.offline is null then 'not_comparable: no offline hit rate' end
    ) as reason,
    offline_runs.run_id
from versions
left join ranked on ranked.place = 1
left join {{ ref('offline_runs') }} as offline_runs
    on ranked.model_version = offline_runs.model_version
    and ranked.k is not distinct from offline_runs.k
    and offline_runs.metric = 'hit_rate'
{% else %}
select
    cast(null as varchar) as model_version,
    cast(null as bigint) as k,
    cast(null as double) as offline,
    'not_comparable: no offline hit rate' as reason,
    cast(null as varchar) as run_id
{% endif %}
