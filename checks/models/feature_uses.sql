-- One row per person, feature and value or category that serving logged for them: how often.

with

trained as (

    -- a feature is a number where training knows a number of it
    select
        cast(training_sample.feature as varchar) as feature,
        max(case when training_sample.value is not null then 1 else 0 end) as is_numeric
    from {{ relation('training_sample') }} as training_sample
    where training_sample.feature is not null
    group by cast(training_sample.feature as varchar)

),

served as (

    select
        requests.person_id,
        trained.feature,
        case when trained.is_numeric = 1 then {{ plain_zero('served_features.value') }} end as value,
        case when trained.is_numeric = 0 then cast(served_features.category as varchar) end as category
    from {{ relation('served_features') }} as served_features
    join trained on cast(served_features.feature as varchar) = trained.feature
    join {{ ref('requests') }} as requests
        on cast(served_features.request_id as varchar) = requests.request_id

)

select
    served.person_id,
    served.feature,
    served.value,
    served.category,
    {{ feature_point('served.value', 'served.category') }} as point,
    cast(count(*) as double) as n_served
from served
group by served.person_id, served.feature, served.value, served.category
