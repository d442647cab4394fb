-- One row per over-merged profile, the one with most requests first.

with

traffic as (

    select
        requests.profile_id,
        count(*) as n_requests
    from {{ ref('requests') }} as requests
    group by requests.profile_id

),

sizes as (

    select
        holdings.profile_id,
        count(*) as n_keys,
        min(holdings.key) as one_key,
        max(holdings.key) as another_key
    from {{ ref('holdings') }} as holdings
    group by holdings.profile_id

)

select
    overmerged.profile_id,
    overmerged.id_type,
    overmerged.n_values,
    overmerged.one_value as id_value,
    overmerged.another_value as other_id_value,
    sizes.n_keys,
    sizes.one_key as key,
    sizes.another_key as other_key,
    coalesce(traffic.n_requests, 0) as n_requests
from {{ ref('overmerged') }} as overmerged
join sizes on overmerged.profile_id = sizes.profile_id
left join traffic on overmerged.profile_id = traffic.profile_id
order by coalesce(traffic.n_requests, 0) desc, overmerged.profile_id
