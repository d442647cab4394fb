-- One row per login that evidence ties to a key: the person who logs in with it.

select
    values_seen.name as user_id,
    min(persons.person_id) as person_id
from {{ ref('components') }} as values_seen
join {{ ref('components') }} as keys_seen
    on values_seen.component = keys_seen.component
    and keys_seen.id_type is null
join {{ ref('persons') }} as persons on keys_seen.name = persons.key
where values_seen.id_type = 'user_id'
group by values_seen.name
