-- One row per shown item: whether it was clicked, and its weight under a uniform choice of items.

with

logged as (

    -- read from the log itself: without the column there is nothing to weigh, and that is said
    select count(served_items.propensity) as n_propensities
    from {{ relation('served_items') }} as served_items

),

shown as (

    select
        requests.person_id,
        requests.surface,
        requests.model_version,
        displayed.item_id,
        displayed.propensity,
        cast(case when clicks.item_id is null then 0 else 1 end as double) as click
    from {{ ref('displayed') }} as displayed
    cross join logged
    join {{ ref('requests') }} as requests on displayed.request_id = requests.request_id
    left join {{ ref('clicks') }} as clicks
        on displayed.request_id = clicks.request_id
        and displayed.item_id = clicks.item_id
    where logged.n_propensities > 0

),

choices as (

    -- a surface can show what it was ever seen to show
    select
        shown.surface,
        cast(count(distinct shown.item_id) as double) as n_items
    from shown
    group by shown.surface

)

select
    shown.person_id,
    shown.surface,
    shown.model_version,
    shown.click,
    1.0 / nullif(choices.n_items * shown.propensity, 0.0) as weight
from shown
join choices on shown.surface is not distinct from choices.surface
where shown.propensity > 0.0
