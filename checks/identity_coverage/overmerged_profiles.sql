-- One row for all requests and one per surface: how many were answered from several persons' profile.

with

answered as (

    select
        requests.person_id,
        requests.surface,
        case when overmerged.profile_id is not null then 1.0 else 0.0 end as is_merged
    from {{ ref('requests') }} as requests
    left join {{ ref('overmerged') }} as overmerged on requests.profile_id = overmerged.profile_id

),

sizes as (

    select
        holdings.profile_id,
        cast(count(*) as double) as n_keys,
        -- without evidence a key can be neither right nor wrong; a shared one is nobody's
        cast(count(case when holdings.has_evidence and not holdings.is_shared then 1 end) as double)
        as n_known
    from {{ ref('holdings') }} as holdings
    group by holdings.profile_id

),

same as (

    select
        sum(portions.n * (portions.n - 1.0)) as pairs
    from (
        select cast(count(*) as double) as n
        from {{ ref('holdings') }} as holdings
        where holdings.has_evidence and not holdings.is_shared
        group by holdings.profile_id, holdings.person_id
    ) as portions

),

profiles as (

    select
        cast(count(*) as double) as n,
        cast(count(overmerged.profile_id) as double) as n_merged,
        sum(sizes.n_known * (sizes.n_known - 1.0)) as pairs,
        max(sizes.n_keys) as largest
    from sizes
    left join {{ ref('overmerged') }} as overmerged on sizes.profile_id = overmerged.profile_id

)

select
    cast(null as varchar) as surface,
    {{ clustered_columns('traffic', 'overmerged_traffic_share') }},
    profiles.n_merged / nullif(profiles.n, 0.0) as overmerged_profile_share,
    {{ wilson_low('profiles.n_merged / nullif(profiles.n, 0.0)', 'profiles.n') }}
    as overmerged_profile_share_low,
    {{ wilson_high('profiles.n_merged / nullif(profiles.n, 0.0)', 'profiles.n') }}
    as overmerged_profile_share_high,
    profiles.n as overmerged_profile_share_n,
    same.pairs / nullif(profiles.pairs, 0.0) as pair_precision,
    profiles.pairs / 2.0 as pair_precision_n,
    profiles.largest as largest_profile
from {{ clustered_ratio('answered', 'is_merged', '1') }} as traffic
cross join profiles
cross join same
union all
select
    traffic.surface,
    {{ clustered_columns('traffic', 'overmerged_traffic_share') }},
    null, null, null, null, null, null, null
from {{ clustered_ratio('answered', 'is_merged', '1', by=['surface']) }} as traffic
where traffic.surface is not null and traffic.persons >= {{ var('min_segment_persons') }}
