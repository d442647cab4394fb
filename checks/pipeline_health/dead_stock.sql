-- One row for all shown items and one per surface: the share that nobody could have bought.

with

states as (

{% if mapped('catalogue.active_to') %}
    select 1 as n_known
{% else %}
    -- without an end of life, stock is what there is to judge by
    select count(catalogue.in_stock) as n_known
    from {{ relation('catalogue') }} as catalogue
{% endif %}

),

shown as (

    select
        shelf.person_id,
        shelf.surface,
        1 - shelf.is_for_sale as is_dead,
        1 - shelf.is_active as is_inactive,
        shelf.is_active - shelf.is_for_sale as is_out_of_stock
    from {{ ref('shelf') }} as shelf
    cross join states
    where not shelf.is_retrieved and shelf.is_known = 1 and states.n_known > 0

),

stacked as (

    select cast(null as varchar) as surface, person_id, is_dead, is_inactive, is_out_of_stock
    from shown
    union all
    select surface, person_id, is_dead, is_inactive, is_out_of_stock
    from shown
    where surface is not null

),

dead as (

    select *
    from {{ clustered_ratio('stacked', 'is_dead', '1', by=['surface']) }} as found

),

cells as (

    select cast(null as varchar) as surface
    union all
    select dead.surface
    from dead
    where dead.surface is not null

)

select
    cells.surface,
    dead.value as dead_share,
    dead.low as dead_share_low, dead.high as dead_share_high,
    coalesce(dead.n, 0) as dead_share_n,
    dead.persons as dead_share_persons,
    inactive.value as inactive_share,
    inactive.low as inactive_share_low, inactive.high as inactive_share_high,
    sold_out.value as out_of_stock_share,
    sold_out.low as out_of_stock_share_low, sold_out.high as out_of_stock_share_high
from cells
left join dead on cells.surface is not distinct from dead.surface
left join {{ clustered_ratio('stacked', 'is_inactive', '1', by=['surface']) }} as inactive
    on cells.surface is not distinct from inactive.surface
left join {{ clustered_ratio('stacked', 'is_out_of_stock', '1', by=['surface']) }} as sold_out
    on cells.surface is not distinct from sold_out.surface
