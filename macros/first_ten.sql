{% macro first_ten(place, value) -%}
max(case when {{ place }} = 1 then {{ value }} end)
{%- for i in [2, 3, 4, 5, 6, 7, 8, 9, 10] %}
|| coalesce(', ' || max(case when {{ place }} = {{ i }} then {{ value }} end), '')
{%- endfor %}
{%- endmacro %}
