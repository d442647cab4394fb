{% macro feature_point(value, category) -%}
case
    when {{ value }} is not null then 'number ' || cast({{ value }} as varchar)
    when {{ category }} is not null then 'category ' || {{ category }}
    else 'missing'
end
{%- endmacro %}
