{% macro later_of(a, b) -%}
case when {{ a }} > {{ b }} or {{ b }} is null then {{ a }} else {{ b }} end
{%- endmacro %}
