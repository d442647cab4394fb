{% macro stratum(source, level) -%}
cast({{ source }}.size as varchar)
{%- if 'placed' in level %} || ' ' || {{ source }}.place{% endif %}
{%- if 'aged' in level %} || ' ' || {{ source }}.tenure{% endif %}
{%- if level.endswith('in_category') %} || ' ' || {{ source }}.category{% endif %}
{%- endmacro %}
