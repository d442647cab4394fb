-- One row for all rows in which an expression is known and one per segment: where it is true.

with

checked as (

    select
        {{ checked_columns(segments, cluster) }}
        case when {{ expression }} then 1 else 0 end as is_failure
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ expression }} is not null

)

{{ failing_rows('checked', 'proportion', segments, cluster, exact, counted=false) }}
