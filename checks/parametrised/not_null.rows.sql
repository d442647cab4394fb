-- One row per row that has no value in the column.

select {{ show | join(', ') or '*' }}
from {{ source }} as source
where {{ where or '1 = 1' }} and {{ column }} is null
