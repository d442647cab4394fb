{% macro time_text(us) -%}
{#- A time as yyyy-mm-dd hh:mm:ss UTC; what is left of a second is dropped. -#}
{%- set second = '(' ~ us ~ ' - 86400000000 * ' ~ epoch_day(us) ~ ')' -%}
{%- set second = 'cast(floor(cast(' ~ second ~ ' as double) / 1000000.0) as bigint)' -%}
{{ day_text(epoch_day(us)) }}
|| ' ' || substring(cast(100 + cast(floor({{ second }} / 3600.0) as bigint) as varchar), 2, 2)
|| ':' || substring(
    cast(100 + cast(floor(mod({{ second }}, 3600) / 60.0) as bigint) as varchar), 2, 2
)
|| ':' || substring(cast(100 + mod({{ second }}, 60) as varchar), 2, 2)
{%- endmacro %}
