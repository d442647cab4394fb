{% macro epoch_day(us) -%}
cast(floor(cast({{ us }} as double) / 86400000000.0) as bigint)
{%- endmacro %}
