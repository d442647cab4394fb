{% macro no_segments(segments) -%}
{% for segment in segments -%}
cast(null as varchar) as segment_{{ loop.index }},
    {% endfor -%}
{%- endmacro %}
