-- One row per model version, metric and k: the offline score that counts, and how it was made.

with

logged as (

    select
        cast(offline_metrics.run_id as varchar) as run_id,
        cast(offline_metrics.model_version as varchar) as model_version,
        lower(cast(offline_metrics.metric as varchar)) as metric,
        cast(offline_metrics.k as bigint) as k,
        cast(offline_metrics.value as double) as score,
        cast(offline_metrics.n as double) as n,
        cast(offline_metrics.split as varchar) as split,
        cast(offline_metrics.candidates as varchar) as candidates,
        cast(offline_metrics.unit as varchar) as unit,
        cast(offline_metrics.positives_only as boolean) as positives_only,
        cast(offline_metrics.label as varchar) as label,
        rs_epoch_us(offline_metrics.data_to) as data_to_us
    from {{ relation('offline_metrics') }} as offline_metrics

),

newest_first as (

    select
        logged.run_id,
        logged.model_version,
        logged.metric,
        logged.k,
        logged.score,
        logged.n,
        logged.candidates,
        logged.positives_only,
        -- what is not declared, in words
        case when logged.split is null then ', split' else '' end
        || case when logged.candidates is null then ', candidates' else '' end
        || case when logged.unit is null then ', unit' else '' end
        || case when logged.label is null then ', label' else '' end
        || case when logged.positives_only is null then ', positives_only' else '' end
        as undeclared,
        row_number() over (
            partition by logged.model_version, logged.metric, logged.k
            order by logged.data_to_us desc nulls last, logged.score desc, logged.run_id
        ) as nth
    from logged
    where logged.model_version is not null and logged.score is not null

)

select
    newest_first.run_id,
    newest_first.model_version,
    newest_first.metric,
    newest_first.k,
    newest_first.score,
    newest_first.n,
    case
        when newest_first.undeclared <> ''
            then 'not_comparable: undeclared' || substr(newest_first.undeclared, 2)
        when newest_first.candidates <> 'full'
            then 'not_comparable: candidates ' || newest_first.candidates
            || ', while the served list is ranked over all items'
        when newest_first.metric not in ('ctr', 'cvr') and not newest_first.positives_only
            then 'not_comparable: the offline score counts cases without a relevant item'
    end as reason
from newest_first
where newest_first.nth = 1
