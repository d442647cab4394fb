-- One row per served item that the catalogue does not have, with how often it was served.

select
    shelf.item_id,
    count(*) as times_served,
    count(distinct shelf.person_id) as persons,
    max(case when shelf.is_retrieved then 1 else 0 end) = 1 as is_retrieved
from {{ ref('shelf') }} as shelf
where shelf.is_known = 0
group by shelf.item_id
order by times_served desc, shelf.item_id
