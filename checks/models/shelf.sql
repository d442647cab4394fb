-- One row per request, stage and served item: what the catalogue said of it at that instant.

with

listed as (

    select
        cast(catalogue.item_id as varchar) as item_id,
        cast(catalogue.in_stock as boolean) as in_stock,
        cast(catalogue.embedding_version as varchar) as embedding_version,
        -- an item without a first day has always been there
        coalesce(rs_epoch_us(catalogue.active_from), 0) as from_us,
        rs_epoch_us(catalogue.active_to) as to_us
    from {{ relation('catalogue') }} as catalogue
    where catalogue.item_id is not null

),

dated as (

    select
        served.request_id,
        served.item_id,
        served.is_retrieved,
        requests.person_id,
        requests.surface,
        listed.item_id is not null as is_listed,
        listed.from_us <= requests.serve_us and (
            listed.to_us is null or requests.serve_us < listed.to_us
        ) as is_active,
        listed.in_stock,
        listed.embedding_version
    from {{ ref('served') }} as served
    join {{ ref('requests') }} as requests on served.request_id = requests.request_id
    left join listed on served.item_id = listed.item_id

)

-- an item with several rows is what any row of the time says in its favour
select
    dated.request_id,
    dated.item_id,
    dated.is_retrieved,
    min(dated.person_id) as person_id,
    min(dated.surface) as surface,
    max(case when dated.is_listed then 1 else 0 end) as is_known,
    max(case when dated.is_active then 1 else 0 end) as is_active,
    max(case when dated.is_active and coalesce(dated.in_stock, true) then 1 else 0 end)
    as is_for_sale,
    min(case when dated.is_active then dated.embedding_version end) as first_version,
    max(case when dated.is_active then dated.embedding_version end) as last_version
from dated
group by dated.request_id, dated.item_id, dated.is_retrieved
