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
        {{ (segments or ['1 as whole']) | join(', ') }},
        count(*) as n_rows
    from kept
    {{ 'group by ' if segments }}{{ segments | join(', ') }}

)

select
    {{ no_segments(segments) }}
    cast(coalesce(sum(counted.n_rows), 0) as bigint) as row_count,
    cast(coalesce(sum(counted.n_rows), 0) as bigint) as row_count_n
from counted
{% if segments -%}
union all
select
    {{ segments | join(', ') }},
    counted.n_rows as row_count,
    counted.n_rows as row_count_n
from counted
{%- endif %}
