-- One row for all shown items and one per segment: the share that nobody could have bought.

{% set segments = [
    'surface', 'device_class', 'region', 'model_version', 'activity', 'tenure', 'category'
] -%}

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
        shelf.request_id,
        items.category,
        sum(1 - shelf.is_for_sale) as n_dead,
        sum(1 - shelf.is_active) as n_inactive,
        sum(shelf.is_active - shelf.is_for_sale) as n_out_of_stock,
        count(*) as n_shown
    from {{ ref('shelf') }} as shelf
    cross join states
    left join {{ ref('items') }} as items on shelf.item_id = items.item_id
    where not shelf.is_retrieved and shelf.is_known = 1 and states.n_known > 0
    group by shelf.request_id, items.category

),

people as (

    {{ segment_sums(
        'shown', ['n_dead', 'n_inactive', 'n_out_of_stock', 'n_shown'], segments, own=['category']
    ) }}

),

scoped as ({{ scoped_rows('people', segments) }}),

scopes as ({{ segment_scopes('people', segments) }})

select
    scopes.{{ segments | join(', scopes.') }},
    dead.value as dead_share,
    dead.low as dead_share_low, dead.high as dead_share_high,
    coalesce(dead.n, 0) as dead_share_n,
    dead.persons as dead_share_persons,
    inactive.value as inactive_share,
    inactive.low as inactive_share_low, inactive.high as inactive_share_high,
    sold_out.value as out_of_stock_share,
    sold_out.low as out_of_stock_share_low, sold_out.high as out_of_stock_share_high
from scopes
left join {{ clustered_ratio('scoped', 'n_dead', 'n_shown', by=['scope']) }} as dead
    on scopes.scope = dead.scope
left join {{ clustered_ratio('scoped', 'n_inactive', 'n_shown', by=['scope']) }} as inactive
    on scopes.scope = inactive.scope
left join {{ clustered_ratio('scoped', 'n_out_of_stock', 'n_shown', by=['scope']) }} as sold_out
    on scopes.scope = sold_out.scope
