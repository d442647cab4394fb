-- One row for all rows with a value and one per segment: how many repeat another row's value.

with

valued as (

    select
        {{ checked_columns(segments, none) }}
        {{ numbered(column, 'value_') }}
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ all_known(column) }}

),

copies as (

    select
        {{ value_names(column) }},
        count(*) as n_rows
    from valued
    group by {{ value_names(column) }}

){% if segments %},

copies_by_segment as (

    select
        {{ segment_names(segments) }},
        {{ value_names(column) }},
        count(*) as n_rows
    from valued
    group by {{ segment_names(segments) }}, {{ value_names(column) }}

){% endif %}

{{ repeated_rows('copies', 'copies_by_segment', segments) }}
