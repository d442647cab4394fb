{% macro repeated_rows(copies, copies_by_segment, segments) -%}
select
    {{ no_segments(segments) }}
    cast(coalesce(sum(n_rows - 1), 0) as bigint) as failures,
    cast(coalesce(sum(n_rows), 0) as bigint) as failures_n,
    cast(sum(n_rows - 1) as double) / nullif(sum(n_rows), 0) as duplicate_share,
    cast(coalesce(sum(n_rows), 0) as bigint) as duplicate_share_n
from {{ copies }}
{% if segments -%}
union all
select
    {{ (segments + ['']) | join(', ') }}
    cast(sum(n_rows - 1) as bigint) as failures,
    cast(sum(n_rows) as bigint) as failures_n,
    cast(sum(n_rows - 1) as double) / nullif(sum(n_rows), 0) as duplicate_share,
    cast(sum(n_rows) as bigint) as duplicate_share_n
from {{ copies_by_segment }}
group by {{ segments | join(', ') }}
{%- endif %}
{%- endmacro %}
