-- One row for all surfaces and one per surface: the share of served items nobody can describe.

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

on_sale as (

    select
        cast(catalogue.item_id as varchar) as item_id,
        max(cast(catalogue.embedding_version as varchar)) as embedding_version
    from {{ relation('catalogue') }} as catalogue
    where
        catalogue.item_id is not null
        and (catalogue.active_from is null or catalogue.active_from < {{ as_of() }})
        and (catalogue.active_to is null or catalogue.active_to >= {{ as_of() }})
    group by cast(catalogue.item_id as varchar)

),

embeddings as (

    select
        count(*) as n,
        -- a catalogue without any version does not keep them
        case when count(on_sale.embedding_version) > 0
            then 1.0 - cast(count(on_sale.embedding_version) as double) / nullif(count(*), 0)
        end as unembedded_share
    from on_sale

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
    coalesce(named.n_items, 0) as orphaned_items, embeddings.unembedded_share,
    {{ wilson_low('embeddings.unembedded_share', 'embeddings.n') }} as unembedded_share_low,
    {{ wilson_high('embeddings.unembedded_share', 'embeddings.n') }} as unembedded_share_high,
    case when cells.surface is null then embeddings.n end as unembedded_share_n
from cells
left join orphans on cells.surface is not distinct from orphans.surface
left join named on cells.surface is not distinct from named.surface
left join embeddings on cells.surface is null
