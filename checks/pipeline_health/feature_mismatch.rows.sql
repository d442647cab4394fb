-- One row per pair of a request and feature that differ, the largest differences first.

select
    feature_pairs.feature,
    feature_pairs.request_id,
    case
        when feature_pairs.is_missing = 1 then 'missing'
        when feature_pairs.is_extra = 1 then 'extra'
        else 'mismatch'
    end as defect,
    feature_pairs.served_value,
    feature_pairs.true_value,
    feature_pairs.served_category,
    feature_pairs.true_category,
    feature_pairs.smape
from {{ ref('feature_pairs') }} as feature_pairs
where
    feature_pairs.is_mismatch = 1 or feature_pairs.is_missing = 1 or feature_pairs.is_extra = 1
order by
    feature_pairs.smape desc nulls last,
    feature_pairs.feature,
    feature_pairs.request_id
