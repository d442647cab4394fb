-- One row for all rows with a value and one per segment: how many have one that is not listed.

with

checked as (

    select
        {{ checked_columns(segments, cluster) }}
        case when {{ column }} in {{ values }} then 0 else 1 end as is_failure
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ column }} is not null

)

{{ failing_rows('checked', 'unaccepted_share', segments, cluster, exact) }}
