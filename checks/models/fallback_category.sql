-- One row: the category of what has none; '(all)' when nothing has one, else none.

select case when count(items.category) = 0 then '(all)' end as category
from {{ ref('items') }} as items
