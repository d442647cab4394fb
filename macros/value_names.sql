{% macro value_names(columns) -%}
{% for column in columns %}value_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}
{%- endmacro %}
