{% macro stratum(source, level) -%}
cast({{ source }}.size as varchar)
{%- if level.startswith('aged') %} || ' ' || {{ source }}.tenure{% endif %}
{%- if level.endswith('in_category') %} || ' ' || {{ source }}.category{% endif %}
{%- endmacro %}
