-- One row per value that stands in several rows, the most frequent first.

select
    {{ column | join(', ') }},
    count(*) as n_rows
from {{ source }} as source
where {{ where or '1 = 1' }} and {{ all_known(column) }}
group by {{ column | join(', ') }}
having count(*) > 1
order by count(*) desc
