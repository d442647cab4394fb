-- One row per served or indexed item that the catalogue does not have, the most served first.

with

orphans as (

    select shelf.item_id, shelf.person_id, shelf.is_retrieved, 1 as served, 0 as indexed
    from {{ ref('shelf') }} as shelf
    where shelf.is_known = 0
    union all
    select cast(indexed_items.item_id as varchar), cast(null as varchar), false, 0, 1
    from {{ relation('indexed_items') }} as indexed_items
    left join (
        select distinct cast(catalogue.item_id as varchar) as item_id
        from {{ relation('catalogue') }} as catalogue
    ) as listed on cast(indexed_items.item_id as varchar) = listed.item_id
    where indexed_items.item_id is not null and listed.item_id is null

)

select
    orphans.item_id,
    sum(orphans.served) as times_served,
    count(distinct orphans.person_id) as persons,
    max(case when orphans.is_retrieved then 1 else 0 end) = 1 as is_retrieved,
    max(orphans.indexed) = 1 as is_indexed
from orphans
group by orphans.item_id
order by times_served desc, orphans.item_id
