{% macro lag_weight(x, step) -%}
case
    when {{ x }} < {{ step }}.earlier_s then 0.0
    when {{ x }} < {{ step }}.lag_s
        then ({{ x }} - {{ step }}.earlier_s) / nullif({{ step }}.lag_s - {{ step }}.earlier_s, 0.0)
    when {{ step }}.later_s is null then 1.0
    when {{ x }} < {{ step }}.later_s
        then ({{ step }}.later_s - {{ x }}) / nullif({{ step }}.later_s - {{ step }}.lag_s, 0.0)
    else 0.0
end
{%- endmacro %}
