-- One row per feature and bin, those that have moved furthest first.

select
    bins.feature,
    bins.bin,
    bins.served_share,
    bins.trained_share,
    bins.psi
from {{ ref('feature_bins') }} as bins
where bins.psi > 0.0
order by bins.psi desc, bins.feature, bins.bin
