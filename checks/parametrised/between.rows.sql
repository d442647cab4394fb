-- One row per row whose value lies outside the range.

select {{ show | join(', ') or '*' }}
from {{ source }} as source
where {{ where or '1 = 1' }} and {{ outside(column, min_value, max_value, inclusive) }}
