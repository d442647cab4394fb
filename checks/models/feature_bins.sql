-- One row per feature and bin: its share of training, of serving, and what it adds to the index.

with

bins as (

    select
        feature_points.feature,
        feature_points.bin,
        sum(feature_points.n_trained) as n_trained,
        sum(feature_points.n_served) as n_served
    from {{ ref('feature_points') }} as feature_points
    group by feature_points.feature, feature_points.bin

),

totals as (

    select
        bins.*,
        -- half an observation per bin, but only where a bin is empty and the logarithm has no value
        max(case when bins.n_trained = 0.0 or bins.n_served = 0.0 then 0.5 else 0.0 end) over (
            partition by bins.feature
        ) as extra,
        count(*) over (partition by bins.feature) as n_bins,
        sum(bins.n_trained) over (partition by bins.feature) as all_trained,
        sum(bins.n_served) over (partition by bins.feature) as all_served
    from bins

),

shares as (

    select
        totals.*,
        totals.n_trained / nullif(totals.all_trained, 0.0) as trained_share,
        totals.n_served / nullif(totals.all_served, 0.0) as served_share,
        (totals.n_trained + totals.extra)
        / nullif(totals.all_trained + totals.extra * totals.n_bins, 0.0) as t,
        (totals.n_served + totals.extra)
        / nullif(totals.all_served + totals.extra * totals.n_bins, 0.0) as s
    from totals

)

select
    shares.feature,
    shares.bin,
    shares.n_bins,
    shares.all_trained,
    shares.all_served,
    shares.trained_share,
    shares.served_share,
    (shares.s - shares.t) * ln(shares.s / nullif(shares.t, 0.0)) as psi,
    -- how the index moves with the bin's share of serving, and of training
    ln(shares.s / nullif(shares.t, 0.0)) + 1.0 - shares.t / nullif(shares.s, 0.0) as served_slope,
    -ln(shares.s / nullif(shares.t, 0.0)) + 1.0 - shares.s / nullif(shares.t, 0.0) as trained_slope,
    shares.t
from shares
where shares.all_served > 0.0
