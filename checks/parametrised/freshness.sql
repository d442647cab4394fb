-- One row for all rows and one per segment: how long before as_of the newest of them is.

with

times as (

    select
        {{ checked_columns(segments, none) }}
        {{ time_us(column, microseconds) }} as us
    from {{ source }} as source
    where {{ where or '1 = 1' }} and {{ column }} is not null

),

newest as (

    select
        {{ segment_names(segments, ',') }}
        count(*) as n_rows,
        max(case when us <= {{ as_of_us('1s') }} + 1000000 then us end) as newest_us,
        sum(case when us > {{ as_of_us('1s') }} + 1000000 then 1 else 0 end) as future_rows
    from times
    {{ 'group by ' if segments }}{{ segment_names(segments) }}

),

placed as (

    select
        {{ no_segments(segments) }}
        coalesce(sum(newest.n_rows), 0) as n_rows,
        max(newest.newest_us) as newest_us,
        coalesce(sum(newest.future_rows), 0) as future_rows
    from newest
    {% if segments -%}
    union all
    select
        {{ segment_names(segments) }},
        newest.n_rows,
        newest.newest_us,
        newest.future_rows
    from newest
    {%- endif %}

)

select
    {{ named_segments(segments) }}
    cast({{ as_of_us('1s') }} + 1000000 - placed.newest_us as double) / 1000000.0 as age,
    cast(placed.n_rows as bigint) as age_n,
    case when placed.n_rows > 0 and placed.newest_us is null
        then 'not_comparable: every time is later than as_of' end as age_reason,
    cast(placed.future_rows as bigint) as future_rows,
    cast(placed.n_rows as bigint) as future_rows_n
from placed
