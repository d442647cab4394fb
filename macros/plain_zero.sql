{% macro plain_zero(value) -%}
case when {{ value }} = 0 then 0.0 else cast({{ value }} as double) end
{%- endmacro %}
