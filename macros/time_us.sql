{% macro time_us(column, microseconds) -%}
{%- if microseconds -%}
cast({{ column }} as bigint)
{%- else -%}
rs_epoch_us(cast({{ column }} as timestamp))
{%- endif -%}
{%- endmacro %}
