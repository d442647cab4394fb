{% macro session_place(position) -%}
case when {{ position }} <= 1.0 then 'first' when {{ position }} > 1.0 then 'later' end
{%- endmacro %}
