{% macro failing_rows(checked, share, segments, cluster, exact, counted=true) -%}
{%- set each = segment_names(segments, ', ') -%}
{%- if cluster -%}
{{ cluster_shares(checked, share, segments, counted) }}
{%- else -%}
, counted as (

    select {{ each }} count(*) as n_rows, coalesce(sum(is_failure), 0) as n_failures
    from {{ checked }}
    {{ 'group by ' if segments }}{{ segment_names(segments) }}

), summed as (

    select {{ no_segments(segments) }}
        coalesce(sum(n_rows), 0) as n_rows, coalesce(sum(n_failures), 0) as n_failures
    from counted
    {% if segments %}union all select {{ each }} n_rows, n_failures from counted{% endif %}

), shares as (

    select {{ each }} n_rows, n_failures,
        cast(n_failures as double) / nullif(n_rows, 0) as own_share
    from summed

)

{{ plain_shares(share, segments, exact, counted) }}
{%- endif %}
{%- endmacro %}
