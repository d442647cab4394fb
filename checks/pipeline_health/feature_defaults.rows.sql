-- One row per feature, the one that lost most first: how often it was a default.

select
    default_counts.feature,
    sum(default_counts.n_defaults) / nullif(sum(default_counts.n_served), 0.0) as default_share,
    max(default_counts.training_share) as training_share,
    cast(sum(default_counts.n_defaults) as bigint) as defaults,
    cast(sum(default_counts.n_served) as bigint) as values_served
from {{ ref('default_counts') }} as default_counts
group by default_counts.feature
having
    sum(default_counts.n_defaults)
    > max(default_counts.training_share) * sum(default_counts.n_served)
order by
    sum(default_counts.n_defaults) / nullif(sum(default_counts.n_served), 0.0)
    - max(default_counts.training_share) desc,
    default_counts.feature
