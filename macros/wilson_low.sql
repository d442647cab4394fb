{% macro wilson_low(p, n) -%}
{{ wilson_bound(p, n, '-') }}
{%- endmacro %}
