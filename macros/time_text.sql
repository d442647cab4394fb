{% macro time_text(us) -%}
{%- set minutes = 'floor(cast(' ~ us ~ ' as double) / 60000000.0)' -%}
{%- set of_day = '(' ~ minutes ~ ' - 1440.0 * floor(' ~ minutes ~ ' / 1440.0))' -%}
{%- set hours = 'floor(' ~ of_day ~ ' / 60.0)' -%}
{%- set rest = '(' ~ of_day ~ ' - 60.0 * ' ~ hours ~ ')' -%}
{{ day_text('floor(' ~ minutes ~ ' / 1440.0)') }}
|| case when {{ hours }} < 10.0 then ' 0' else ' ' end || cast(cast({{ hours }} as bigint) as varchar)
|| case when {{ rest }} < 10.0 then ':0' else ':' end || cast(cast({{ rest }} as bigint) as varchar)
{%- endmacro %}
