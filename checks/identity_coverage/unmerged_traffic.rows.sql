-- One row per person served from a part of themselves, with what ties the parts together.

with

split as (

    select
        fragments.person_id,
        count(*) as requests,
        count(case when fragments.is_split then 1 end) as split_requests,
        count(distinct moments.profile_id) as profiles
    from {{ ref('fragments') }} as fragments
    join {{ ref('moments') }} as moments on fragments.moment_id = moments.moment_id
    where fragments.is_request
    group by fragments.person_id
    having count(case when fragments.is_split then 1 end) > 0

),

ties as (

    select
        persons.person_id,
        links.id_type,
        links.id_value,
        count(*) as n_keys,
        row_number() over (
            partition by persons.person_id
            order by count(*) desc, links.id_type, links.id_value
        ) as strength
    from {{ ref('persons') }} as persons
    join {{ ref('links') }} as links on persons.key = links.key
    group by persons.person_id, links.id_type, links.id_value

)

select
    split.person_id,
    split.split_requests,
    split.requests,
    split.profiles,
    ties.n_keys as keys_tied,
    ties.id_type as tied_by,
    ties.id_value
from split
left join ties on split.person_id = ties.person_id and ties.strength = 1
order by split.split_requests desc, split.requests desc, split.person_id
