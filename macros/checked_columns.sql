{% macro checked_columns(segments, cluster) -%}
{% for segment in segments -%}
coalesce(cast({{ segment }} as varchar), 'none') as segment_{{ loop.index }},
        {% endfor -%}
{% if cluster %}{{ cluster }} as person_id,{% endif %}
{%- endmacro %}
