-- One row per feature, the one that lost most first: how often it was a default.

with

features as (

    select
        feature,
        sum(n_defaults) as n_defaults,
        sum(n_served) as n_served,
        max(training_share) as training_share
    from {{ ref('default_counts') }} as default_counts
    group by feature

)

select
    feature,
    n_defaults / nullif(n_served, 0.0) as default_share,
    training_share,
    cast(n_defaults as bigint) as defaults,
    cast(n_served as bigint) as values_served
from features
where n_defaults > training_share * n_served
order by n_defaults / nullif(n_served, 0.0) - training_share desc, feature
limit 20
