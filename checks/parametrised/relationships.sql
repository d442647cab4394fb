-- One row for all rows with a value and one per segment: how many have one that is not there.

with

parents as (

    select distinct {{ field }} as parent_value
    from {{ to }} as source
    where {{ field }} is not null

),

children as (

    select
        {{ checked_columns(segments, cluster) }}
        {{ column }} as child_value
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ column }} is not null

),

checked as (

    select
        children.*,
        case when parents.parent_value is null then 1 else 0 end as is_failure
    from children
    left join parents on children.child_value = parents.parent_value

)

{{ failing_rows('checked', 'orphan_share', segments, cluster, exact) }}
