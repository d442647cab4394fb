-- One row per category, and one for all: how often a recommendation came after the purchase.

with

shown as (

    -- an item that no signal called for is neither before nor after a purchase: no number, not zero
    select
        served_categories.person_id,
        served_categories.category,
        served_categories.n_items,
        case
            when served_categories.gap_s is null then null
            when served_categories.is_decided then served_categories.n_items
            else 0
        end as bought_items
    from {{ ref('served_categories') }} as served_categories

),

scoped as (

    select cast(null as varchar) as category, person_id, n_items, bought_items
    from shown
    union all
    select category, person_id, n_items, bought_items
    from shown

),

cells as (

    select cast(null as varchar) as category
    union all
    select distinct category
    from shown

)

select
    cells.category,
    bought.value as post_purchase_share,
    bought.low as post_purchase_share_low,
    bought.high as post_purchase_share_high,
    coalesce(bought.n, 0) as post_purchase_share_n,
    bought.persons as post_purchase_share_persons
from cells
left join {{ clustered_ratio('scoped', 'bought_items', 'n_items', by=['category']) }} as bought
    on cells.category is not distinct from bought.category
