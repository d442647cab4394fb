{% macro day_text(day) -%}
{#- Days since 1970-01-01 as yyyy-mm-dd, by arithmetic: years begin in March, so leap days end
    them, and every fourth is long from 1900 to 2100. -#}
{%- set days = '(' ~ day ~ ' + 25508.0)' -%}
{%- set years = 'floor((4.0 * ' ~ days ~ ' + 3.0) / 1461.0)' -%}
{%- set rest = '(' ~ days ~ ' - floor(1461.0 * ' ~ years ~ ' / 4.0))' -%}
{%- set months = 'floor((5.0 * ' ~ rest ~ ' + 2.0) / 153.0)' -%}
{%- set of_month = '(' ~ rest ~ ' - floor((153.0 * ' ~ months ~ ' + 2.0) / 5.0) + 1.0)' -%}
{%- set month = '(' ~ months ~ ' + case when ' ~ months ~ ' < 10.0 then 3.0 else -9.0 end)' -%}
{%- set year = '(' ~ years ~ ' + case when ' ~ months ~ ' < 10.0 then 1900.0 else 1901.0 end)' -%}
cast(cast({{ year }} as bigint) as varchar)
|| case when {{ month }} < 10.0 then '-0' else '-' end
|| cast(cast({{ month }} as bigint) as varchar)
|| case when {{ of_month }} < 10.0 then '-0' else '-' end
|| cast(cast({{ of_month }} as bigint) as varchar)
{%- endmacro %}
