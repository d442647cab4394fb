{% macro wilson_bound(p, n, side) -%}
{%- set p, n = '(' ~ p ~ ')', 'nullif(cast(' ~ n ~ ' as double), 0.0)' -%}
({{ p }} + 1.9208 / {{ n }}
    {{ side }} 1.96 * sqrt({{ p }} * (1.0 - {{ p }}) / {{ n }} + 0.9604 / ({{ n }} * {{ n }})))
    / (1.0 + 3.8416 / {{ n }})
{%- endmacro %}
