{% macro named_segments(segments) -%}
{% for segment in segments -%}
segment_{{ loop.index }} as {{ segment }},
    {% endfor -%}
{%- endmacro %}
