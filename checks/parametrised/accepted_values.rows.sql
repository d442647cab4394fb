-- One row per value that is not listed, the most frequent first.

select
    {{ column }} as unaccepted_value,
    count(*) as n_rows
from {{ source }} as source
where {{ where or '1 = 1' }} and {{ column }} is not null and not {{ column }} in {{ values }}
group by {{ column }}
order by count(*) desc
