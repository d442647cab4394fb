-- One row for all rows with a value and one per segment: how many lie outside a range.

with

checked as (

    select
        {{ checked_columns(segments, cluster) }}
        case
            when {{ outside(column, min_value, max_value, inclusive) }} then 1 else 0
        end as is_failure
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ column }} is not null

)

{{ failing_rows('checked', 'outside_share', segments, cluster, exact) }}
