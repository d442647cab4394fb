-- One row per category, and one for all: how often a recommendation came after the purchase.

with

placements as (

    -- an item that no signal called for is neither before nor after a purchase: no number, not zero
    select
        placements.person_id,
        placements.category,
        placements.n_items,
        case
            when placements.placement = 'post_purchase' then placements.n_items
            when placements.placement <> 'no_signal' then 0
        end as bought_items
    from {{ ref('placements') }} as placements

),

scoped as (

    select cast(null as varchar) as category, person_id, n_items, bought_items
    from placements
    union all
    select category, person_id, n_items, bought_items
    from placements

),

cells as (

    select cast(null as varchar) as category
    union all
    select distinct category
    from placements

)

select
    cells.category,
    bought.value as post_purchase_share,
    bought.low as post_purchase_share_low,
    bought.high as post_purchase_share_high,
    coalesce(bought.n, 0) as post_purchase_share_n,
    coalesce(bought.persons, 0) as post_purchase_share_persons
from cells
left join {{ clustered_ratio('scoped', 'bought_items', 'n_items', by=['category']) }} as bought
    on cells.category is not distinct from bought.category
