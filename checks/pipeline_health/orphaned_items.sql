-- One row for all surfaces and one per segment: the share of served items nobody can describe.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}
{% set shares = {
    'unembedded_share': 'n_active', 'unindexed_share': 'n_active', 'indexed_orphan_share': 'n_indexed'
} -%}

with

served as (

    select shelf.request_id, sum(1 - shelf.is_known) as n_orphans, count(*) as n_served
    from {{ ref('shelf') }} as shelf
    group by shelf.request_id

),

people as ({{ segment_sums('served', ['n_orphans', 'n_served'], segments) }}),

scoped as ({{ scoped_rows('people', segments) }}),

scopes as ({{ segment_scopes('people', segments) }}),

lacking as (

    select shelf.surface, shelf.item_id
    from {{ ref('shelf') }} as shelf
    where shelf.is_known = 0

),

named as (

    select lacking.scope, count(distinct lacking.item_id) as n_items
    from ({{ scoped_rows('lacking', ['surface']) }}) as lacking
    group by lacking.scope

)

select
    scopes.{{ segments | join(', scopes.') }},
    orphans.value as orphan_share,
    orphans.low as orphan_share_low, orphans.high as orphan_share_high,
    coalesce(orphans.n, 0) as orphan_share_n, orphans.persons as orphan_share_persons,
    case when scopes.scope = 'all' or scopes.surface is not null then coalesce(named.n_items, 0) end
    as orphaned_items,
    {%- for share, n in shares.items() %}
    gaps.{{ share }},
    {{ wilson_low('gaps.' ~ share, 'gaps.' ~ n) }} as {{ share }}_low,
    {{ wilson_high('gaps.' ~ share, 'gaps.' ~ n) }} as {{ share }}_high,
    gaps.{{ n }} as {{ share }}_n{{ ',' if not loop.last }}
    {%- endfor %}
from scopes
left join {{ clustered_ratio('scoped', 'n_orphans', 'n_served', by=['scope']) }} as orphans
    on scopes.scope = orphans.scope
left join named on scopes.scope = named.scope
left join {{ ref('catalogue_gaps') }} as gaps on scopes.scope = 'all'
