{% macro journey_category(item_id, own='null') -%}
{%- if var('journey_by') == 'item' -%}
{{ item_id }}
{%- elif own == 'null' -%}
coalesce(items.category, fallback_category.category)
{%- else -%}
coalesce({{ own }}, items.category, fallback_category.category)
{%- endif -%}
{%- endmacro %}
