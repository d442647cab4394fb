-- One row per over-merged or giant profile: those of several persons first, most requests first.

with

traffic as (

    select
        moments.profile_id,
        count(case when moments.is_request then 1 end) as n_requests,
        sum(moments.revenue) as revenue
    from {{ ref('moments') }} as moments
    group by moments.profile_id

)

select
    profiles.profile_id,
    case
        when profiles.n_values > 1 then cast(profiles.n_values as varchar) || ' values of ' || profiles.id_type
        else cast(profiles.n_keys as varchar) || ' keys'
    end as holds,
    profiles.id_type,
    profiles.n_values,
    profiles.one_value as id_value,
    profiles.another_value as other_id_value,
    profiles.n_keys,
    profiles.one_key as key,
    profiles.another_key as other_key,
    coalesce(traffic.n_requests, 0) as n_requests,
    coalesce(traffic.revenue, 0.0) as revenue
from {{ ref('profiles') }} as profiles
left join traffic on profiles.profile_id = traffic.profile_id
where profiles.n_values > 1 or profiles.n_keys > {{ var('giant_profile_keys') }}
order by
    case when profiles.n_values > 1 then 0 else 1 end,
    n_requests desc,
    profiles.n_keys desc,
    profiles.profile_id
