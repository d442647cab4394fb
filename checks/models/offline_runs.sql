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
        lower(trim(cast(offline_metrics.split as varchar))) as split,
        lower(trim(cast(offline_metrics.candidates as varchar))) as candidates,
        lower(trim(cast(offline_metrics.unit as varchar))) as unit,
        cast(offline_metrics.positives_only as boolean) as positives_only,
        cast(offline_metrics.label as varchar) as label,
        lower(trim(cast(offline_metrics.item_filter as varchar))) as item_filter,
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
        logged.item_filter,
        logged.unit,
        case
            when logged.unit in ('user', 'person', 'customer', 'account') then 'user'
            when logged.unit in ('event', 'request', 'session', 'impression', 'example')
                then 'event'
        end as unit_kind,
        -- without a global time line the model learns from what comes after its test
        coalesce(logged.split in (
            'random', 'leave-last', 'leave_last', 'leave-one-out', 'leave_one_out'
        ), false) as looks_ahead,
        -- what is not declared, in words
        case when logged.metric is null then ', metric' else '' end
        || case
            when logged.k is null and coalesce(logged.metric, '') not in ('ctr', 'cvr') then ', k'
            else ''
        end
        || case when logged.split is null then ', split' else '' end
        || case when logged.candidates is null then ', candidates' else '' end
        || case when logged.unit is null then ', unit' else '' end
        || case when logged.label is null then ', label' else '' end
        || case when logged.positives_only is null then ', positives_only' else '' end
        || case when logged.item_filter is null then ', item_filter' else '' end
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
    newest_first.unit_kind,
    newest_first.looks_ahead,
    case
        when newest_first.undeclared <> ''
            then 'not_comparable: undeclared' || substr(newest_first.undeclared, 2)
        when newest_first.candidates <> 'full'
            then 'not_comparable: candidates ' || newest_first.candidates
            || ', while the served list is ranked over all items'
        when newest_first.metric not in ('ctr', 'cvr') and not newest_first.positives_only
            then 'not_comparable: the offline score counts cases without a relevant item'
        when newest_first.unit_kind is null
            then 'not_comparable: unit ' || newest_first.unit || ' is neither user nor event'
        when newest_first.item_filter not in ('none', 'as served')
            then 'not_comparable: item_filter ' || newest_first.item_filter
            || ', which the served list does not have'
    end as reason
from newest_first
where newest_first.nth = 1
