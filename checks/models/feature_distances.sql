-- One row per feature of numbers: how far serving's distribution function is from training's.

with

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

)

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
