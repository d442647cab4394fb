{% macro repurchase_us(category) -%}
(
    case {{ category }}
    {%- for entry in var('replenishable').value or () %}
    {%- set name, seconds = entry.rsplit('=', 1) %}
        when {{ literal(name) }} then {{ (seconds | float * 1000000) | round | int }}
    {%- endfor %}
    end
)
{%- endmacro %}
