{% macro cluster_shares(checked, share, segments, counted) -%}
{%- set names = segment_names(segments).split(', ') if segments else [] -%}
select
    {% for segment in segments %}cast(null as varchar) as {{ segment }}, {% endfor %}
    {% if counted -%}
    cast(total.positives as bigint) as failures,
    cast(total.n as bigint) as failures_n,
    {% endif -%}
    {{ clustered_columns('total', share) }}
from {{ clustered_ratio(checked, 'is_failure', '1') }} as total
{% if segments -%}
union all
select
    {{ named_segments(segments) }}
    {% if counted -%}
    cast(by_segment.positives as bigint) as failures,
    cast(by_segment.n as bigint) as failures_n,
    {% endif -%}
    {{ clustered_columns('by_segment', share) }}
from {{ clustered_ratio(checked, 'is_failure', '1', by=names) }} as by_segment
{%- endif %}
{%- endmacro %}
