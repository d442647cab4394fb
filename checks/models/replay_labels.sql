-- One row per replayed request, list and kind of unit wanted: is it there to be recommended?

with

first_seen as (

    select
        replay_events.planned,
        replay_events.item,
        min(replay_events.usable_us) as usable_us
    from {{ ref('replay_events') }} as replay_events
    group by replay_events.planned, replay_events.item

),

listed as (

    select
        cast(catalogue.item_id as varchar) as item_id,
        min(coalesce(rs_epoch_us(catalogue.active_from), 0)) as active_us
    from {{ relation('catalogue') }} as catalogue
    group by cast(catalogue.item_id as varchar)

),

wanted as (

    select
        lists.list_id,
        lists.nth,
        lists.profile,
        items.item_number as item,
        items.category_number as category,
        coalesce(first_seen.usable_us <= lists.items_us, false)
        or coalesce(listed.active_us <= lists.items_us, false) as is_visible
    from {{ ref('replay_lists') }} as lists
    join {{ ref('labels') }} as labels on lists.request_id = labels.request_id
    join {{ ref('items') }} as items on labels.item_id = items.item_id
    left join first_seen
        on lists.items = first_seen.planned
        and items.item_number = first_seen.item
    left join listed on labels.item_id = listed.item_id

)

select
    wanted.list_id,
    'item' as unit_kind,
    wanted.item as unit,
    max(case when wanted.is_visible then 1 else 0 end) as is_visible,
    -- what the profile holds is not listed, where the recommender leaves it out
    max(case when replay_repeats.are_served or history.unit is null then 1 else 0 end) as is_listable
from wanted
cross join {{ ref('replay_repeats') }} as replay_repeats
left join {{ ref('replay_history') }} as history
    on wanted.nth = history.nth
    and wanted.profile = history.profile
    and history.unit_kind = 'item'
    and wanted.item = history.unit
group by wanted.list_id, wanted.item
union all
select
    wanted.list_id,
    'category' as unit_kind,
    wanted.category as unit,
    max(case when wanted.is_visible then 1 else 0 end) as is_visible,
    1 as is_listable
from wanted
group by wanted.list_id, wanted.category
