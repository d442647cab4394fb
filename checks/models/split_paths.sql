-- One row per person served from a part of themselves: the identifiers that tied the rest to it.

with

served_keys as (

    select
        split_people.person_id, split_people.other_key, moment_keys.key,
        split_people.known_us as path_known_us
    from {{ ref('split_people') }} as split_people
    join {{ ref('moment_keys') }} as moment_keys on split_people.moment_id = moment_keys.moment_id
    where moment_keys.in_profile

),

paths as (

    select
        served_keys.person_id,
        served_keys.path_known_us,
        served_keys.key,
        links.id_type,
        links.id_value,
        value_ties.other_id_type,
        value_ties.other_id_value,
        row_number() over (
            partition by served_keys.person_id
            order by
                -- a single identifier says most
                case when value_ties.seen_us = 0 then 0 else 1 end,
                served_keys.key, links.id_type, links.id_value,
                value_ties.other_id_type, value_ties.other_id_value
        ) as nth
    from served_keys
    join {{ ref('links') }} as links on served_keys.key = links.key
    join {{ ref('value_ties') }} as value_ties
        on links.id_type = value_ties.id_type
        and links.id_value = value_ties.id_value
    join {{ ref('links') }} as other_links
        on value_ties.other_id_type = other_links.id_type
        and value_ties.other_id_value = other_links.id_value
        and served_keys.other_key = other_links.key
    where
        links.known_us <= served_keys.path_known_us
        and value_ties.known_us <= served_keys.path_known_us
        and other_links.known_us <= served_keys.path_known_us

),

middles as (

    -- one key between two identifiers; a longer path is not spelt out
    select paths.person_id, min(links.key) as via_key
    from paths
    join {{ ref('links') }} as links
        on paths.id_type = links.id_type and paths.id_value = links.id_value
    join {{ ref('links') }} as other_links
        on paths.other_id_type = other_links.id_type
        and paths.other_id_value = other_links.id_value
        and links.key = other_links.key
    where
        paths.nth = 1
        and links.known_us <= paths.path_known_us
        and other_links.known_us <= paths.path_known_us
        and (paths.id_type <> paths.other_id_type or paths.id_value <> paths.other_id_value)
    group by paths.person_id

)

select
    paths.person_id,
    paths.key,
    paths.id_type,
    paths.id_value,
    middles.via_key,
    paths.other_id_type,
    paths.other_id_value
from paths
left join middles on paths.person_id = middles.person_id
where paths.nth = 1
