-- One row per row in which the expression is false.

select {{ show | join(', ') or '*' }}
from {{ source }} as source
where {{ where or '1 = 1' }} and not {{ expression }}
