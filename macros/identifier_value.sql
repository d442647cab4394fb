{% macro identifier_value(links) -%}
case
    when cast({{ links }}.id_type as varchar) = 'email'
        then lower(trim(cast({{ links }}.id_value as varchar)))
    else trim(cast({{ links }}.id_value as varchar))
end
{%- endmacro %}
