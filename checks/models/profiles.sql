-- One row per profile of the window: its keys, whose they are, and whether it holds several people.

with

portions as (

    select
        holdings.profile_id,
        holdings.person_id,
        count(*) as n_keys,
        -- without evidence a key can be neither right nor wrong; a shared one is nobody's
        cast(count(case when holdings.has_evidence and not holdings.is_shared then 1 end) as double)
        as n_known,
        min(holdings.key) as one_key,
        max(holdings.key) as another_key
    from {{ ref('holdings') }} as holdings
    group by holdings.profile_id, holdings.person_id

),

sizes as (

    select
        portions.profile_id,
        sum(portions.n_keys) as n_keys,
        sum(portions.n_known) as n_known,
        sum(portions.n_known * (portions.n_known - 1.0)) / 2.0 as right_pairs,
        min(portions.one_key) as one_key,
        max(portions.another_key) as another_key
    from portions
    group by portions.profile_id

),

claims as (

    select distinct holdings.profile_id, link_evidence.id_type, link_evidence.id_value
    from {{ ref('holdings') }} as holdings
    join {{ ref('link_evidence') }} as link_evidence on holdings.key = link_evidence.key
    where link_evidence.is_unique and not link_evidence.is_hub

),

conflicts as (

    -- of an identifier of which a person has only one, a profile holds several values
    select
        claims.profile_id,
        claims.id_type,
        count(*) as n_values,
        min(claims.id_value) as one_value,
        max(claims.id_value) as another_value,
        row_number() over (
            partition by claims.profile_id
            order by count(*) desc, claims.id_type
        ) as nth
    from claims
    group by claims.profile_id, claims.id_type
    having count(*) > 1

)

select
    sizes.profile_id,
    cast(sizes.n_keys as bigint) as n_keys,
    sizes.n_known * (sizes.n_known - 1.0) / 2.0 as known_pairs,
    sizes.right_pairs,
    sizes.one_key,
    sizes.another_key,
    conflicts.id_type,
    coalesce(conflicts.n_values, 0) as n_values,
    conflicts.one_value,
    conflicts.another_value
from sizes
left join conflicts on sizes.profile_id = conflicts.profile_id and conflicts.nth = 1
