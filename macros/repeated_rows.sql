{% macro repeated_rows(copies, copies_by_segment, segments) -%}
select
    {% for segment in segments %}cast(null as varchar) as {{ segment }}, {% endfor %}
    cast(coalesce(sum(n_rows - 1), 0) as bigint) as failures,
    cast(coalesce(sum(n_rows), 0) as bigint) as failures_n,
    cast(sum(n_rows - 1) as double) / nullif(sum(n_rows), 0) as duplicate_share,
    cast(coalesce(sum(n_rows), 0) as bigint) as duplicate_share_n
from {{ copies }}
{% if segments -%}
union all
select
    {{ named_segments(segments) }}
    cast(sum(n_rows - 1) as bigint) as failures,
    cast(sum(n_rows) as bigint) as failures_n,
    cast(sum(n_rows - 1) as double) / nullif(sum(n_rows), 0) as duplicate_share,
    cast(sum(n_rows) as bigint) as duplicate_share_n
from {{ copies_by_segment }}
group by {{ segment_names(segments) }}
{%- endif %}
{%- endmacro %}
