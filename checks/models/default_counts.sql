-- One row per person and feature that training knows: served values, defaults, training's share.

with

trained as (

    select
        cast(training_sample.feature as varchar) as feature,
        cast(count(*) as double) as n_trained,
        cast(count(case
            when training_sample.value is null and training_sample.category is null then 1
        end) as double) as n_defaults
    from {{ relation('training_sample') }} as training_sample
    where training_sample.feature is not null
    group by cast(training_sample.feature as varchar)

),

served as (

    select
        requests.person_id,
        cast(served_features.feature as varchar) as feature,
        case
            when coalesce(cast(served_features.is_default as boolean), false) then 1
            when served_features.value is null and served_features.category is null then 1
            else 0
        end as is_default
    from {{ relation('served_features') }} as served_features
    join {{ ref('requests') }} as requests
        on cast(served_features.request_id as varchar) = requests.request_id

)

select
    served.person_id,
    served.feature,
    cast(count(*) as double) as n_served,
    cast(sum(served.is_default) as double) as n_defaults,
    max(trained.n_defaults / nullif(trained.n_trained, 0.0)) as training_share,
    max(trained.n_trained) as n_trained
from served
join trained on served.feature = trained.feature
group by served.person_id, served.feature
