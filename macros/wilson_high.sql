{% macro wilson_high(p, n) -%}
{{ wilson_bound(p, n, '+') }}
{%- endmacro %}
