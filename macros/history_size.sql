{% macro history_size(n_events) -%}
case
    when {{ n_events }} >= 100.0 then 100
    when {{ n_events }} >= 20.0 then 20
    when {{ n_events }} >= 5.0 then 5
    when {{ n_events }} >= 1.0 then 1
    else 0
end
{%- endmacro %}
