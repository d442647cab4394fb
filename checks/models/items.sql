-- One row per item that the catalogue or the event log knows, with its category where it has one.

with

listed as (

    select
        cast(catalogue.item_id as varchar) as item_id,
        min(cast(catalogue.category as varchar)) as category
    from {{ relation('catalogue') }} as catalogue
    where catalogue.item_id is not null
    group by cast(catalogue.item_id as varchar)

),

counted as (

    select
        events.item_id,
        events.category,
        count(*) as n_events
    from {{ ref('events') }} as events
    where events.item_id is not null
    group by events.item_id, events.category

),

ranked as (

    -- the category it is seen in most; a known one before none
    select
        counted.item_id,
        counted.category,
        row_number() over (
            partition by counted.item_id
            order by
                case when counted.category is null then 1 else 0 end,
                counted.n_events desc,
                counted.category
        ) as nth
    from counted

),

named as (

    select
        listed.item_id,
        listed.category,
        0 as source
    from listed
    union all
    select
        ranked.item_id,
        ranked.category,
        1 as source
    from ranked
    where ranked.nth = 1

),

filed as (

    select
        named.item_id,
        coalesce(
            max(case when named.source = 0 then named.category end),
            max(case when named.source = 1 then named.category end)
        ) as category
    from named
    group by named.item_id

),

categories as (

    select
        known.category,
        row_number() over (order by known.category) as category_number
    from (select distinct category from filed where category is not null) as known

)

-- numbers are compared and sorted faster than names, in the same order
select
    filed.item_id,
    filed.category,
    row_number() over (order by filed.item_id) as item_number,
    categories.category_number
from filed
left join categories on filed.category = categories.category
