{% macro on_curve(step, x) -%}
case
    when {{ step }}.next_s is null then {{ step }}.retained
    else {{ step }}.retained + ({{ step }}.next_retained - {{ step }}.retained)
        * ({{ x }} - {{ step }}.lag_s) / nullif({{ step }}.next_s - {{ step }}.lag_s, 0.0)
end
{%- endmacro %}
