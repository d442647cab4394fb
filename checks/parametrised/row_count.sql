-- One row for all rows and one per segment: how many there are.

with

kept as (

    select
        {{ checked_columns(segments, none) }}
        1 as one
    from {{ source }} as source
    where {{ where or '1 = 1' }}

),

counted as (

    select
        {{ no_segments(segments) }}
        count(*) as n_rows
    from kept
    {% if segments -%}
    union all
    select
        {{ segment_names(segments) }},
        count(*) as n_rows
    from kept
    group by {{ segment_names(segments) }}
    {%- endif %}

)

select
    {{ named_segments(segments) }}
    counted.n_rows as row_count,
    counted.n_rows as row_count_n
from counted
