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

),

copies_by_segment as (

    select
        {{ (segments or ['1 as one']) | join(', ') }},
        {{ value_names(column) }},
        count(*) as n_rows
    from valued
    group by {{ (segments + ['']) | join(', ') }}{{ value_names(column) }}

)

{{ repeated_rows('copies', 'copies_by_segment', segments) }}
