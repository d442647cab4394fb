-- One row per identifier value that alone holds a person together, those with several logins first.

with

people as (

    select
        components.component,
        min(persons.person_id) as person_id,
        count(*) as n_keys
    from {{ ref('components') }} as components
    join {{ ref('persons') }} as persons
        on components.name = persons.key
        and components.id_type is null
    group by components.component

),

uniques as (

    select
        components.component,
        count(*) as n_unique
    from {{ ref('components') }} as components
    join {{ relation('identifiers') }} as identifiers
        on components.id_type = cast(identifiers.id_type as varchar)
    where cast(identifiers.is_unique as boolean)
    group by components.component

),

sightings as (

    select
        links.id_type,
        links.id_value,
        count(*) as n_keys
    from {{ ref('links') }} as links
    group by links.id_type, links.id_value

)

select
    people.person_id,
    bridges.id_type,
    bridges.id_value,
    bridges.n_parts as parts,
    sightings.n_keys as keys_tied,
    people.n_keys as keys_of_person,
    coalesce(uniques.n_unique, 0) as unique_values
from {{ ref('bridges') }} as bridges
join people on bridges.component = people.component
join sightings on bridges.id_type = sightings.id_type and bridges.id_value = sightings.id_value
left join uniques on bridges.component = uniques.component
order by
    unique_values desc,
    bridges.n_parts desc,
    people.n_keys desc,
    people.person_id,
    bridges.id_type,
    bridges.id_value
