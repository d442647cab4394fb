-- One row per feature: its stability index, how surely it is above chance, and its other distances.

with

indices as (

    select
        bins.feature,
        max(bins.n_bins) as n_bins,
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

trainees as (

    -- a row of training whose person is not known counts as one of its own
    select
        cast(training_sample.feature as varchar) as feature,
        cast(
            count(distinct coalesce(persons.person_id, cast(training_sample.key as varchar)))
            + count(case when training_sample.key is null then 1 end) as double
        ) as n
    from {{ relation('training_sample') }} as training_sample
    left join {{ ref('persons') }} as persons
        on cast(training_sample.key as varchar) = persons.key
    where training_sample.feature is not null
    group by cast(training_sample.feature as varchar)

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

measured as (

    select
        indices.*,
        served.n as n_served,
        served.persons,
        (1.0 / nullif(trainees.n, 0.0) + 1.0 / nullif(served.persons, 0.0))
        * {{ chi2_99('indices.n_bins - 1') }} as psi_by_chance,
        sqrt(
            power(coalesce(served.high - served.value, 0.0), 2)
            + 1.96 * 1.96 * abs(indices.slope_squares - indices.slope * indices.slope)
            / nullif(trainees.n, 0.0)
        ) as reach
    from indices
    join trainees on indices.feature = trainees.feature
    left join {{ clustered_ratio('slopes', 'pull', 'n_served', by=['feature'], share=false) }} as served
        on indices.feature = served.feature

)

select
    measured.*,
    -- what chance alone may make is not told from no shift; one bin cannot shift at all
    case
        when measured.psi <= coalesce(measured.psi_by_chance, 0.0) then 0.0
        when measured.psi <= measured.reach then 0.0
        else measured.psi - measured.reach
    end as psi_low,
    case
        when measured.psi + measured.reach <= measured.psi_by_chance then measured.psi_by_chance
        else measured.psi + measured.reach
    end as psi_high
from measured
