-- One row per request and feature: the value logged at serving and the one recomputed for then.

with

logged as (

    select
        cast(served_features.request_id as varchar) as request_id,
        cast(served_features.feature as varchar) as feature,
        cast(served_features.value as double) as served_value,
        cast(served_features.category as varchar) as served_category,
        cast(null as double) as true_value,
        cast(null as varchar) as true_category,
        1 as is_served,
        0 as is_recomputed
    from {{ relation('served_features') }} as served_features
    union all
    select
        cast(recomputed_features.request_id as varchar),
        cast(recomputed_features.feature as varchar),
        null,
        null,
        cast(recomputed_features.value as double),
        cast(recomputed_features.category as varchar),
        0,
        1
    from {{ relation('recomputed_features') }} as recomputed_features

),

paired as (

    -- a feature that is logged twice counts once, with its largest value
    select
        logged.request_id,
        logged.feature,
        max(requests.person_id) as person_id,
        max(logged.served_value) as served_value,
        max(logged.served_category) as served_category,
        max(logged.true_value) as true_value,
        max(logged.true_category) as true_category,
        max(logged.is_served) as is_served,
        max(logged.is_recomputed) as is_recomputed
    from logged
    join {{ ref('requests') }} as requests on logged.request_id = requests.request_id
    where logged.feature is not null
    group by logged.request_id, logged.feature

),

known as (

    select
        paired.*,
        max(paired.is_served) over (partition by paired.request_id) as is_request_served,
        max(paired.is_recomputed) over (partition by paired.request_id) as is_request_recomputed,
        max(paired.is_recomputed) over (partition by paired.feature) as is_feature_recomputed,
        paired.served_value is not null or paired.served_category is not null as has_served,
        paired.true_value is not null or paired.true_category is not null as has_true,
        abs(paired.served_value - paired.true_value) as distance,
        abs(paired.served_value) + abs(paired.true_value) as size
    from paired

)

-- either side may be a sample: only requests that both know, and features that were recomputed
select
    request_id,
    person_id,
    feature,
    served_value,
    true_value,
    served_category,
    true_category,
    case
        when not (has_served and has_true) then null
        when served_category <> true_category then 1
        when served_category is null and true_category is not null then 1
        when served_category is not null and true_category is null then 1
        when served_value is null and true_value is not null then 1
        when served_value is not null and true_value is null then 1
        when distance > {{ var('feature_tolerance') }} * size / 2.0 then 1
        else 0
    end as is_mismatch,
    case when has_true and has_served then 0 when has_true then 1 end as is_missing,
    case when has_served and has_true then 0 when has_served then 1 end as is_extra,
    -- two zeros are alike
    case when distance is not null then 2.0 * coalesce(distance / nullif(size, 0.0), 0.0) end
    as smape
from known
where is_request_served = 1 and is_request_recomputed = 1 and is_feature_recomputed = 1
