-- One row per fitted request and item or category served to it: how much of the list it stands for.

with

served as (

    select
        replayed.nth,
        items.item_number as item,
        items.category_number as category,
        cast(lists.list_length as double) as list_length
    from {{ ref('replay_requests') }} as replayed
    join {{ ref('lists') }} as lists on replayed.request_id = lists.request_id
    left join {{ ref('items') }} as items on lists.item_id = items.item_id
    where replayed.nth <= {{ var('replay_fit_requests') }}

),

widths as (

    -- a list shows so many categories, with so many items of each
    select avg(width.n_categories) as n_categories
    from (
        select
            served.nth,
            cast(count(distinct served.category) as double) as n_categories
        from served
        group by served.nth
    ) as width

),

sizes as (

    select
        items.category_number as category,
        cast(count(*) as double) as n_items
    from {{ ref('items') }} as items
    where items.category_number is not null
    group by items.category_number

)

select
    served.nth,
    'item' as unit_kind,
    served.item as unit,
    served.list_length as width,
    1.0 / nullif(served.list_length, 0.0) as worth
from served
union all
select
    served.nth,
    'category' as unit_kind,
    served.category as unit,
    max(floor(widths.n_categories + 0.5)) as width,
    -- which items of a category are shown is left to chance
    sum(
        1.0 / nullif(served.list_length, 0.0)
        * case
            when sizes.n_items * widths.n_categories <= served.list_length then 1.0
            else served.list_length / nullif(sizes.n_items * widths.n_categories, 0.0)
        end
    ) as worth
from served
join sizes on served.category = sizes.category
cross join widths
group by served.nth, served.category
