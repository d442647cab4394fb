-- One row: active persons with several profiles, were probabilistic links as good as others.

with

tied as (

    select count(*) as n_links
    from {{ relation('links') }} as links
    where
        links.seen_ts < {{ as_of() }}
        and coalesce(cast(links.method as varchar), 'deterministic') <> 'deterministic'

),

portions as (

    select
        coalesce(probable_persons.group_id, filed_keys.person_id) as group_id,
        filed_keys.person_id,
        filed_keys.profile_id
    from {{ ref('filed_keys') }} as filed_keys
    left join {{ ref('probable_persons') }} as probable_persons
        on filed_keys.person_id = probable_persons.person_id

),

groups as (

    select
        portions.group_id,
        count(distinct portions.profile_id) as n_profiles,
        count(distinct portions.person_id) as n_persons
    from portions
    group by portions.group_id

),

doubtful as (

    -- two values of an identifier of which a person has one are two persons
    select distinct two_values.group_id
    from (
        select probable_persons.group_id, link_evidence.id_type
        from {{ ref('link_evidence') }} as link_evidence
        join {{ ref('persons') }} as persons on link_evidence.key = persons.key
        join {{ ref('probable_persons') }} as probable_persons
            on persons.person_id = probable_persons.person_id
        where
            link_evidence.is_unique and not link_evidence.is_hub and not link_evidence.is_shared
        group by probable_persons.group_id, link_evidence.id_type
        having count(distinct link_evidence.id_value) > 1
    ) as two_values

)

select
    tied.n_links,
    cast(count(groups.group_id) as double) as persons,
    cast(count(case when groups.n_profiles > 1 then 1 end) as double) as unmerged,
    cast(count(case when groups.n_persons > 1 then 1 end) as double) as joined,
    cast(count(case when groups.n_persons > 1 then doubtful.group_id end) as double) as doubtful
from tied
left join groups on tied.n_links >= 0
left join doubtful on groups.group_id = doubtful.group_id
group by tied.n_links
