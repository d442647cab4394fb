-- One row: active items without an embedding or outside the index, indexed ones outside the catalogue.

with

listed as (

    select
        catalogue_items.item_id,
        max(case when catalogue_items.is_active then 1 else 0 end) as is_active,
        max(case when catalogue_items.is_active then catalogue_items.embedding_version end)
            as embedding_version
    from (
        select
            cast(catalogue.item_id as varchar) as item_id,
            cast(catalogue.embedding_version as varchar) as embedding_version,
            (catalogue.active_from is null or catalogue.active_from < {{ as_of() }})
            and (catalogue.active_to is null or catalogue.active_to >= {{ as_of() }}) as is_active
        from {{ relation('catalogue') }} as catalogue
        where catalogue.item_id is not null
    ) as catalogue_items
    group by catalogue_items.item_id

),

indexed as (

    select distinct cast(indexed_items.item_id as varchar) as item_id
    from {{ relation('indexed_items') }} as indexed_items
    where indexed_items.item_id is not null

),

catalogued as (

    select
        count(*) as n_active,
        count(listed.embedding_version) as n_embedded,
        count(indexed.item_id) as n_findable
    from listed
    left join indexed on listed.item_id = indexed.item_id
    where listed.is_active = 1

),

held as (

    select
        count(*) as n_indexed,
        count(listed.item_id) as n_listed
    from indexed
    left join listed on indexed.item_id = listed.item_id

)

select
    catalogued.n_active,
    held.n_indexed,
    -- a catalogue without any version does not keep them, and no index has nothing in it
    case when catalogued.n_embedded > 0
        then 1.0 - cast(catalogued.n_embedded as double) / nullif(catalogued.n_active, 0)
    end as unembedded_share,
    case when held.n_indexed > 0
        then 1.0 - cast(catalogued.n_findable as double) / nullif(catalogued.n_active, 0)
    end as unindexed_share,
    1.0 - cast(held.n_listed as double) / nullif(held.n_indexed, 0) as indexed_orphan_share
from catalogued
cross join held
