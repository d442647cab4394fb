-- One row per surface, one per model version, and one for all: the clicks of a uniform choice.

{% set segments = ['surface', 'model_version'] %}

with

weights as (

    select weights.person_id, weights.surface, weights.model_version, weights.weight, weights.click
    from {{ ref('weights') }} as weights

),

stacked as (

    select
        person_id, cast(null as varchar) as surface, cast(null as varchar) as model_version,
        weight, click
    from weights
    union all
    select person_id, surface, null, weight, click
    from weights
    where surface is not null
    union all
    select person_id, null, model_version, weight, click
    from weights
    where model_version is not null

),

sums as (

    select
        surface, model_version,
        sum(click) as clicks, avg(weight) as mean_weight, max(weight) as max_weight,
        sum(weight) * sum(weight) / nullif(sum(weight * weight), 0.0) as effective_sample_size
    from stacked
    group by surface, model_version

),

cells as (

    select cast(null as varchar) as surface, cast(null as varchar) as model_version
    union all
    select surface, model_version
    from sums
    where surface is not null or model_version is not null

)

select
    cells.surface,
    cells.model_version,
    snips.value as snips,
    snips.low as snips_low,
    snips.high as snips_high,
    coalesce(ips.n, 0) as snips_n,
    ips.persons as snips_persons,
    sums.clicks as snips_positives,
    case when sums.effective_sample_size < {{ var('min_effective_sample_size') }}
        then 'not_enough_data: effective sample size below min_effective_sample_size'
    end as snips_reason,
    ips.value as ips,
    ips.low as ips_low,
    ips.high as ips_high,
    sums.effective_sample_size,
    sums.mean_weight,
    sums.max_weight
from cells
left join sums
    on cells.surface is not distinct from sums.surface
    and cells.model_version is not distinct from sums.model_version
left join {{ clustered_ratio('stacked', 'weight * click', 'weight', segments) }} as snips
    on cells.surface is not distinct from snips.surface
    and cells.model_version is not distinct from snips.model_version
left join {{ clustered_ratio('stacked', 'weight * click', '1', segments, share=false) }} as ips
    on cells.surface is not distinct from ips.surface
    and cells.model_version is not distinct from ips.model_version
