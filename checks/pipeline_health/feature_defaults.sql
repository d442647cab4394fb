-- One row for all features and one per feature: values that were defaults, served and in training.

with

stacked as (

    select cast(null as varchar) as feature, person_id, n_defaults, n_served
    from {{ ref('default_counts') }} as default_counts
    union all
    select feature, person_id, n_defaults, n_served
    from {{ ref('default_counts') }} as default_counts

),

trained as (

    select feature, max(training_share) as share, max(n_trained) as n, sum(n_served) as n_served
    from {{ ref('default_counts') }} as default_counts
    group by feature

),

expected as (

    select feature, share, n from trained
    union all
    -- of all features: in the mix in which they were served
    select null, sum(n_served * share) / nullif(sum(n_served), 0.0), sum(n) from trained

),

compared as (

    select
        expected.feature, expected.share, expected.n as n_trained,
        {{ wilson_low('expected.share', 'expected.n') }} as share_low,
        {{ wilson_high('expected.share', 'expected.n') }} as share_high,
        found.value, found.low, found.high, found.n, found.persons
    from expected
    left join {{ clustered_ratio('stacked', 'n_defaults', 'n_served', by=['feature']) }} as found
        on expected.feature is not distinct from found.feature

),

spread as (

    select
        *,
        sqrt((value - low) * (value - low) + (share_high - share) * (share_high - share)) as down,
        sqrt((high - value) * (high - value) + (share - share_low) * (share - share_low)) as up
    from compared

),

broken as (

    select
        count(*) as n_features,
        count(case when value - share - down > {{ var('feature_limit') }} then 1 end) as n_broken
    from spread
    where feature is not null

)

select
    spread.feature,
    spread.value - spread.share as excess_default_share,
    spread.value - spread.share - spread.down as excess_default_share_low,
    spread.value - spread.share + spread.up as excess_default_share_high,
    coalesce(spread.n, 0) as excess_default_share_n,
    spread.persons as excess_default_share_persons,
    spread.value as default_share, spread.low as default_share_low,
    spread.high as default_share_high,
    spread.share as training_default_share, spread.share_low as training_default_share_low,
    spread.share_high as training_default_share_high,
    spread.n_trained as training_default_share_n,
    broken.n_broken as defaulted_features,
    broken.n_features as defaulted_features_n
from spread
left join broken on spread.feature is null and broken.n_features > 0
