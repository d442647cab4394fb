{% macro segment_names(segments, end='') -%}
{% for segment in segments -%}
segment_{{ loop.index }}{{ end if loop.last else ', ' }}
{%- endfor %}
{%- endmacro %}
