-- One row for all requests and one per surface: how many were answered from several persons' profile.

with

answered as (

    select
        moments.is_request,
        moments.person_id,
        moments.surface,
        moments.revenue,
        case when profiles.n_values > 1 then 1.0 else 0.0 end as is_merged
    from {{ ref('moments') }} as moments
    left join {{ ref('profiles') }} as profiles on moments.profile_id = profiles.profile_id
    -- an order without a key is in no profile
    where moments.profile_id is not null

),

requests as (

    select person_id, surface, is_merged from answered where is_request

),

sales as (

    select person_id, revenue, is_merged * revenue as merged_revenue
    from answered where not is_request

),

ladder as (

    select
        profiles.n_keys,
        sum(count(*)) over (
            order by profiles.n_keys rows between unbounded preceding and current row
        ) as n_up_to,
        sum(count(*)) over () as n_all
    from {{ ref('profiles') }} as profiles
    group by profiles.n_keys

),

counted as (

    select
        cast(count(*) as double) as n,
        count(case when profiles.n_values > 1 then 1 end) / nullif(count(*), 0.0) as merged_share,
        sum(profiles.right_pairs) / nullif(sum(profiles.known_pairs), 0.0) as pair_precision,
        sum(profiles.known_pairs) as n_pairs,
        max(profiles.n_keys) as largest,
        count(case when profiles.n_keys > {{ var('giant_profile_keys') }} then 1 end) as n_giant
    from {{ ref('profiles') }} as profiles

)

select
    cast(null as varchar) as surface,
    {{ clustered_columns('traffic', 'overmerged_traffic_share') }},
    sales.value as overmerged_revenue_share,
    sales.low as overmerged_revenue_share_low, sales.high as overmerged_revenue_share_high,
    counted.merged_share as overmerged_profile_share,
    {{ wilson_low('counted.merged_share', 'counted.n') }} as overmerged_profile_share_low,
    {{ wilson_high('counted.merged_share', 'counted.n') }} as overmerged_profile_share_high,
    counted.n as overmerged_profile_share_n,
    counted.pair_precision, counted.n_pairs as pair_precision_n, counted.largest as largest_profile,
    (select min(ladder.n_keys) from ladder where 1000.0 * ladder.n_up_to >= 999.0 * ladder.n_all)
    as keys_p999, counted.n_giant as giant_profiles
from {{ clustered_ratio('requests', 'is_merged', '1') }} as traffic
cross join {{ clustered_ratio('sales', 'merged_revenue', 'revenue') }} as sales
cross join counted
union all
select
    traffic.surface,
    {{ clustered_columns('traffic', 'overmerged_traffic_share') }},
    null, null, null, null, null, null, null, null, null, null, null, null
from {{ clustered_ratio('requests', 'is_merged', '1', by=['surface']) }} as traffic
where traffic.surface is not null and traffic.persons >= {{ var('min_segment_persons') }}
