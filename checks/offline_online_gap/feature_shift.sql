-- One row per feature, and one for the feature that has moved furthest: training against serving.

with

worst as (

    select
        indices.*,
        distances.ks,
        distances.wasserstein,
        row_number() over (
            order by indices.psi_low desc, indices.psi desc, indices.feature
        ) as place
    from {{ ref('feature_indices') }} as indices
    left join {{ ref('feature_distances') }} as distances
        on indices.feature = distances.feature

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
    worst.psi_low,
    worst.psi_high,
    coalesce(worst.n_served, 0) as psi_n,
    worst.persons as psi_persons,
    worst.psi_by_chance,
    worst.jsd,
    worst.ks,
    worst.wasserstein,
    worst.l_infinity
from cells
left join worst on cells.place = worst.place
