-- One row per feature, and one for the feature that has moved furthest: training against serving.

with

indices as (

    select
        bins.feature,
        max(bins.n_bins) as n_bins,
        max(bins.all_trained) as n_trained,
        sum(bins.psi) as psi,
        max(abs(bins.served_share - bins.trained_share)) as l_infinity,
        0.5 * sum(
            coalesce(bins.served_share * log2(2.0 * nullif(bins.served_share, 0.0)
                / nullif(bins.served_share + bins.trained_share, 0.0)), 0.0)
            + coalesce(bins.trained_share * log2(2.0 * nullif(bins.trained_share, 0.0)
                / nullif(bins.served_share + bins.trained_share, 0.0)), 0.0)
        ) as jsd,
        sum(bins.t * bins.trained_slope) as slope,
        sum(bins.t * bins.trained_slope * bins.trained_slope) as slope_squares
    from {{ ref('feature_bins') }} as bins
    group by bins.feature

),

slopes as (

    select
        uses.feature,
        uses.person_id,
        uses.n_served,
        uses.n_served * bins.served_slope as pull
    from {{ ref('feature_uses') }} as uses
    join {{ ref('feature_points') }} as points
        on uses.feature = points.feature
        and uses.point = points.point
    join {{ ref('feature_bins') }} as bins
        on points.feature = bins.feature
        and points.bin = bins.bin

),

numbers as (

    select
        points.feature,
        points.value,
        points.n_trained,
        sum(points.n_trained) over (partition by points.feature) as all_trained,
        sum(points.n_served) over (partition by points.feature) as all_served,
        sum(points.n_trained) over (
            partition by points.feature order by points.value rows unbounded preceding
        ) as trained_below,
        sum(points.n_served) over (
            partition by points.feature order by points.value rows unbounded preceding
        ) as served_below,
        sum(points.n_trained * points.value) over (partition by points.feature) as total,
        lead(points.value) over (partition by points.feature order by points.value) as next_value
    from {{ ref('feature_points') }} as points
    where points.value is not null

),

apart as (

    select
        numbers.*,
        numbers.value - numbers.total / nullif(numbers.all_trained, 0.0) as deviation,
        abs(
            numbers.served_below / nullif(numbers.all_served, 0.0)
            - numbers.trained_below / nullif(numbers.all_trained, 0.0)
        ) as distance
    from numbers

),

distances as (

    select
        apart.feature,
        max(apart.distance) as ks,
        coalesce(sum(apart.distance * (apart.next_value - apart.value)), 0.0) / nullif(
            sqrt(sum(apart.n_trained * apart.deviation * apart.deviation) / nullif(max(apart.all_trained), 0.0)),
            0.0
        ) as wasserstein
    from apart
    where apart.all_served > 0.0
    group by apart.feature

),

measured as (

    select
        indices.*,
        served.n as n_served,
        served.persons,
        distances.ks,
        distances.wasserstein,
        (1.0 / nullif(indices.n_trained, 0.0) + 1.0 / nullif(served.persons, 0.0))
        * {{ chi2_99('indices.n_bins - 1') }} as psi_by_chance,
        sqrt(
            power(coalesce(served.high - served.value, 0.0), 2)
            + 1.96 * 1.96 * abs(indices.slope_squares - indices.slope * indices.slope)
            / nullif(indices.n_trained, 0.0)
        ) as reach
    from indices
    left join {{ clustered_ratio('slopes', 'pull', 'n_served', by=['feature'], share=false) }} as served
        on indices.feature = served.feature
    left join distances on indices.feature = distances.feature

),

judged as (

    select
        measured.*,
        -- what chance alone may make is not told from no shift; one bin cannot shift at all
        case
            when measured.psi <= coalesce(measured.psi_by_chance, 0.0) then 0.0
            when measured.psi <= measured.reach then 0.0
            else measured.psi - measured.reach
        end as low,
        case
            when measured.psi + measured.reach <= measured.psi_by_chance then measured.psi_by_chance
            else measured.psi + measured.reach
        end as high
    from measured

),

worst as (

    select
        judged.*,
        row_number() over (order by judged.low desc, judged.psi desc, judged.feature) as place
    from judged

),

cells as (

    select cast(null as varchar) as feature, 1 as place
    union all
    select worst.feature, worst.place
    from worst

)

select
    cells.feature,
    worst.psi,
    worst.low as psi_low,
    worst.high as psi_high,
    coalesce(worst.n_served, 0) as psi_n,
    coalesce(worst.persons, 0) as psi_persons,
    worst.psi_by_chance,
    worst.jsd,
    worst.ks,
    worst.wasserstein,
    worst.l_infinity
from cells
left join worst on cells.place = worst.place
