-- One row per item that was shown while it could not be bought, with how often.

select
    shelf.item_id,
    count(*) as times_shown,
    count(distinct shelf.person_id) as persons,
    count(case when shelf.is_active = 0 then 1 end) as times_inactive,
    count(case when shelf.is_active = 1 then 1 end) as times_out_of_stock
from {{ ref('shelf') }} as shelf
where not shelf.is_retrieved and shelf.is_known = 1 and shelf.is_for_sale = 0
group by shelf.item_id
order by times_shown desc, shelf.item_id
