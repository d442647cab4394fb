-- One row for all surfaces and one per surface: the share of served items nobody can describe.

{% set shares = {
    'unembedded_share': 'n_active', 'unindexed_share': 'n_active', 'indexed_orphan_share': 'n_indexed'
} -%}

with

stacked as (

    select cast(null as varchar) as surface, shelf.person_id, shelf.item_id,
        1 - shelf.is_known as orphan
    from {{ ref('shelf') }} as shelf
    union all
    select shelf.surface, shelf.person_id, shelf.item_id, 1 - shelf.is_known
    from {{ ref('shelf') }} as shelf
    where shelf.surface is not null

),

orphans as (

    select *
    from {{ clustered_ratio('stacked', 'orphan', '1', by=['surface']) }} as found

),

named as (

    select surface, count(distinct case when orphan = 1 then item_id end) as n_items
    from stacked
    group by surface

),

cells as (

    select cast(null as varchar) as surface
    union all
    select surface
    from orphans
    where orphans.surface is not null

)

select
    cells.surface,
    orphans.value as orphan_share,
    orphans.low as orphan_share_low, orphans.high as orphan_share_high,
    coalesce(orphans.n, 0) as orphan_share_n, orphans.persons as orphan_share_persons,
    coalesce(named.n_items, 0) as orphaned_items,
    {%- for share, n in shares.items() %}
    gaps.{{ share }},
    {{ wilson_low('gaps.' ~ share, 'gaps.' ~ n) }} as {{ share }}_low,
    {{ wilson_high('gaps.' ~ share, 'gaps.' ~ n) }} as {{ share }}_high,
    gaps.{{ n }} as {{ share }}_n{{ ',' if not loop.last }}
    {%- endfor %}
from cells
left join orphans on cells.surface is not distinct from orphans.surface
left join named on cells.surface is not distinct from named.surface
left join {{ ref('catalogue_gaps') }} as gaps on cells.surface is null
