-- One row per period and shown item: its place among all items, from the least shown to the most.

with

assortment as (

    select exposures.item_id
    from {{ ref('exposures') }} as exposures
    union
    -- what was never shown is part of how unequal showing is
    select cast(catalogue.item_id as varchar)
    from {{ relation('catalogue') }} as catalogue
    where
        catalogue.item_id is not null
        and coalesce(catalogue.active_from, {{ window_start() }}) < {{ as_of() }}
        and coalesce(catalogue.active_to, {{ as_of() }}) > {{ window_start() }}

),

sizes as (

    select cast(count(*) as double) as n_items
    from assortment

),

shown as (

    select
        exposures.periods_ago,
        exposures.item_id,
        sum(exposures.n_shown) as n_shown
    from {{ ref('exposures') }} as exposures
    group by exposures.periods_ago, exposures.item_id

),

placed as (

    select
        shown.periods_ago,
        shown.item_id,
        shown.n_shown,
        -- from the top, so that items never shown need no row
        row_number() over (
            partition by shown.periods_ago
            order by shown.n_shown desc, shown.item_id
        ) as place
    from shown

),

tied as (

    select
        placed.periods_ago,
        placed.item_id,
        placed.n_shown,
        placed.place,
        avg(cast(placed.place as double)) over (
            partition by placed.periods_ago, placed.n_shown
        ) as middle_place
    from placed

)

select
    tied.periods_ago,
    tied.item_id,
    tied.n_shown,
    tied.place,
    sizes.n_items,
    -- its mean over impressions is the Gini coefficient
    (sizes.n_items + 1.0 - 2.0 * tied.middle_place) / nullif(sizes.n_items, 0.0) as pull,
    case
        when cast(tied.place as double) <= ceil({{ var('top_items_share') }} * sizes.n_items)
            then 1.0
        else 0.0
    end as is_top
from tied
cross join sizes
