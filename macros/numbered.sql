{% macro numbered(columns, prefix) -%}
{% for column in columns -%}
{{ column }} as {{ prefix }}{{ loop.index }}{{ ', ' if not loop.last }}
{%- endfor %}
{%- endmacro %}
