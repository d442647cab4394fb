-- One row per feature and value or category: its bin, and how often it was trained on and served.

with

trained as (

    select
        cast(training_sample.feature as varchar) as feature,
        {{ plain_zero('training_sample.value') }} as value,
        cast(training_sample.category as varchar) as category,
        max(case when training_sample.value is not null then 1 else 0 end) over (
            partition by training_sample.feature
        ) as is_numeric
    from {{ relation('training_sample') }} as training_sample
    where training_sample.feature is not null

),

used as (

    select
        trained.feature,
        case when trained.is_numeric = 1 then trained.value end as value,
        case when trained.is_numeric = 0 then trained.category end as category,
        1.0 as n_trained,
        0.0 as n_served
    from trained
    union all
    select feature, value, category, 0.0, n_served
    from {{ ref('feature_uses') }} as feature_uses

),

points as (

    select
        used.feature,
        used.value,
        used.category,
        cast(sum(used.n_trained) as double) as n_trained,
        cast(sum(used.n_served) as double) as n_served
    from used
    group by used.feature, used.value, used.category

),

placed as (

    select
        points.*,
        -- a value's decile is told by the part of training below it: ties stay together
        coalesce(sum(case when points.value is not null then points.n_trained end) over (
            partition by points.feature
            order by points.value nulls last
            rows between unbounded preceding and 1 preceding
        ), 0.0) as n_below,
        sum(case when points.value is not null then points.n_trained end) over (
            partition by points.feature
        ) as n_numbers,
        row_number() over (
            partition by points.feature
            order by
                case when points.category is null then 1 else 0 end,
                points.n_trained desc,
                points.category
        ) as place
    from points

)

select
    placed.feature,
    placed.value,
    placed.category,
    {{ feature_point('placed.value', 'placed.category') }} as point,
    placed.n_trained,
    placed.n_served,
    case
        when placed.value is not null and placed.n_below >= placed.n_numbers then 'decile 10'
        when placed.value is not null
            then 'decile ' || cast(cast(1 + floor(10.0 * placed.n_below / nullif(placed.n_numbers, 0.0)) as bigint) as varchar)
        when placed.category is null then '(missing)'
        when placed.place <= {{ var('shift_categories') }} and placed.n_trained > 0.0 then placed.category
        else '(other)'
    end as bin
from placed
