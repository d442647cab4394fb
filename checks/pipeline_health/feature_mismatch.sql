-- One row for all features and one per feature: how far what was served is from what should be.

{% set defects = ['mismatch', 'missing', 'extra'] %}

with

pairs as (

    select
        feature_pairs.feature, feature_pairs.person_id, feature_pairs.smape,
        feature_pairs.is_mismatch, feature_pairs.is_missing, feature_pairs.is_extra
    from {{ ref('feature_pairs') }} as feature_pairs

),

stacked as (

    select cast(null as varchar) as feature, person_id, is_mismatch, is_missing, is_extra, smape
    from pairs
    union all
    select feature, person_id, is_mismatch, is_missing, is_extra, smape
    from pairs

),

{% for defect in defects %}
{{ defect }} as (

    select *
    from {{ clustered_ratio('stacked', 'is_' ~ defect, '1', by=['feature']) }} as found

),

{% endfor %}
broken as (

    -- a feature may be broken in one way and rare among many: the mean would hide it
    select
        count(*) as n_features,
        count(
            case
                when mismatch.low > {{ var('feature_limit') }} then 1
                when missing.low > {{ var('feature_limit') }} then 1
                when extra.low > {{ var('feature_limit') }} then 1
            end
        ) as broken_features
    from mismatch
    join missing on mismatch.feature = missing.feature
    join extra on mismatch.feature = extra.feature

),

cells as (

    select cast(null as varchar) as feature
    union all
    select distinct feature
    from pairs

)

select
    cells.feature,
    {%- for defect in defects %}
    {{ defect }}.value as {{ defect }}_share,
    {{ defect }}.low as {{ defect }}_share_low, {{ defect }}.high as {{ defect }}_share_high,
    coalesce({{ defect }}.n, 0) as {{ defect }}_share_n,
    coalesce({{ defect }}.persons, 0) as {{ defect }}_share_persons,
    {%- endfor %}
    smape.value as smape, smape.low as smape_low, smape.high as smape_high,
    case when broken.n_features > 0 then broken.broken_features end as broken_features,
    broken.n_features as broken_features_n
from cells
left join broken on cells.feature is null
{%- for defect in defects %}
left join {{ defect }} on cells.feature is not distinct from {{ defect }}.feature
{%- endfor %}
left join {{ clustered_ratio('stacked', 'smape', '1', by=['feature'], share=false) }} as smape
    on cells.feature is not distinct from smape.feature
