{% macro later_within(a, b, most) -%}
case
    when {{ a }} > {{ most }} then {{ most }}
    when {{ a }} > {{ b }} or {{ b }} is null then {{ a }}
    else {{ b }}
end
{%- endmacro %}
