-- One row for all requests and one per segment: how many were answered from several persons' profile.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

answered as (

    select
        moments.request_id, moments.is_request, moments.person_id, moments.revenue, 1 as n,
        case when profiles.n_values > 1 then 1.0 else 0.0 end as is_merged
    from {{ ref('moments') }} as moments
    left join {{ ref('profiles') }} as profiles on moments.profile_id = profiles.profile_id
    -- an order without a key is in no profile
    where moments.profile_id is not null

),

people as ({{ segment_sums('answered', ['is_merged', 'n'], segments) }}),

scoped as ({{ scoped_rows('people', segments) }}),

scopes as ({{ segment_scopes('people', segments) }}),

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
        (select min(ladder.n_keys) from ladder where 1000.0 * ladder.n_up_to >= 999.0 * ladder.n_all)
        as keys_p999,
        count(case when profiles.n_keys > {{ var('giant_profile_keys') }} then 1 end) as n_giant
    from {{ ref('profiles') }} as profiles

)

select
    scopes.{{ segments | join(', scopes.') }},
    traffic.value as overmerged_traffic_share,
    traffic.low as overmerged_traffic_share_low, traffic.high as overmerged_traffic_share_high,
    coalesce(traffic.n, 0) as overmerged_traffic_share_n,
    traffic.persons as overmerged_traffic_share_persons,
    sales.value as overmerged_revenue_share,
    sales.low as overmerged_revenue_share_low, sales.high as overmerged_revenue_share_high,
    counted.merged_share as overmerged_profile_share,
    {{ wilson_low('counted.merged_share', 'counted.n') }} as overmerged_profile_share_low,
    {{ wilson_high('counted.merged_share', 'counted.n') }} as overmerged_profile_share_high,
    counted.n as overmerged_profile_share_n,
    counted.pair_precision, counted.n_pairs as pair_precision_n, counted.largest as largest_profile,
    counted.keys_p999, counted.n_giant as giant_profiles
from scopes
left join {{ clustered_ratio('scoped', 'is_merged', 'n', by=['scope']) }} as traffic
    on scopes.scope = traffic.scope
-- a profile, and what its keys bought, is on no surface
left join {{ clustered_ratio('sales', 'merged_revenue', 'revenue') }} as sales
    on scopes.scope = 'all'
left join counted on scopes.scope = 'all'
