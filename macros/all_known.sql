{% macro all_known(columns) -%}
{{ columns | join(' is not null and ') }} is not null
{%- endmacro %}
