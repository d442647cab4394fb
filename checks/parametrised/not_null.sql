-- One row for all rows and one per segment: how many have no value in a column.

with

checked as (

    select
        {{ checked_columns(segments, cluster) }}
        case when {{ column }} is null then 1 else 0 end as is_failure
    from {{ source }} as source
    where {{ where or '1 = 1' }}

)

{{ failing_rows('checked', 'null_share', segments, cluster, exact) }}
