-- One row per value that the other side does not have, the most frequent first.

with

parents as (

    select distinct {{ field }} as parent_value
    from {{ to }} as source
    where {{ field }} is not null

),

children as (

    select {{ column }} as child_value
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ column }} is not null

)

select
    children.child_value as orphan_value,
    count(*) as n_rows
from children
left join parents on children.child_value = parents.parent_value
where parents.parent_value is null
group by children.child_value
order by count(*) desc
