{% macro weighed_evidence(evidence) -%}
(
    select evidence.*, coalesce(identifiers.is_unique, false) as is_unique,
        {#- an undeclared identifier is a weak one #}
        count(*) over (partition by evidence.id_type, evidence.id_value)
        > coalesce(identifiers.max_keys, 5) as is_hub
    from {{ evidence }} as evidence
    left join (
        select cast(declared.id_type as varchar) as id_type,
            cast(declared.is_unique as boolean) as is_unique,
            cast(declared.max_keys as bigint) as max_keys
        from {{ relation('identifiers') }} as declared
    ) as identifiers on evidence.id_type = identifiers.id_type
    left join (
        select distinct cast(here.id_type as varchar) as id_type,
            lower(trim(cast(here.id_value as varchar))) as id_value
        from {{ relation('blocked_values') }} as here where here.id_type is not null
    ) as blocked_here
        on evidence.id_type = blocked_here.id_type
        and lower(evidence.id_value) = blocked_here.id_value
    left join (
        select distinct lower(trim(cast(everywhere.id_value as varchar))) as id_value
        from {{ relation('blocked_values') }} as everywhere where everywhere.id_type is null
    ) as blocked_everywhere on lower(evidence.id_value) = blocked_everywhere.id_value
    where blocked_here.id_value is null and blocked_everywhere.id_value is null
)
{%- endmacro %}
