-- One row per profile that holds two values of an identifier of which a person has only one.

with

claims as (

    select distinct
        holdings.profile_id,
        link_evidence.id_type,
        link_evidence.id_value
    from {{ ref('holdings') }} as holdings
    join {{ ref('link_evidence') }} as link_evidence on holdings.key = link_evidence.key
    where
        link_evidence.is_unique
        and not link_evidence.is_hub
        and link_evidence.seen_us < {{ as_of_us() }}

),

counted as (

    select
        claims.profile_id,
        claims.id_type,
        count(*) as n_values,
        min(claims.id_value) as one_value,
        max(claims.id_value) as another_value
    from claims
    group by claims.profile_id, claims.id_type
    having count(*) > 1

),

ranked as (

    select
        counted.*,
        row_number() over (
            partition by counted.profile_id
            order by counted.n_values desc, counted.id_type
        ) as nth
    from counted

)

select
    profile_id,
    id_type,
    n_values,
    one_value,
    another_value
from ranked
where nth = 1
