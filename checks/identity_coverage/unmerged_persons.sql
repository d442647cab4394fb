-- One row for all, and one per number of profiles (5 stands for more, too): persons active of late.

with

portions as (

    select
        filed_keys.person_id, filed_keys.profile_id,
        cast(count(*) as double) as n_keys
    from {{ ref('filed_keys') }} as filed_keys
    group by filed_keys.person_id, filed_keys.profile_id

),

people as (

    select
        portions.person_id, count(*) as n_profiles, sum(portions.n_keys) as n_keys,
        sum(portions.n_keys * (portions.n_keys - 1.0)) / 2.0 as filed_pairs,
        sum(portions.n_keys) * (sum(portions.n_keys) - 1.0) / 2.0 as true_pairs
    from portions
    group by portions.person_id

),

rates as (

    select
        cast(count(*) as double) as persons,
        cast(count(case when n_profiles > 1 then 1 end) as double)
        / nullif(cast(count(*) as double), 0.0) as person_rate,
        cast(count(case when n_keys > 1.0 then 1 end) as double) as mergeable,
        cast(count(case when n_profiles > 1 then 1 end) as double)
        / nullif(cast(count(case when n_keys > 1.0 then 1 end) as double), 0.0) as mergeable_rate,
        cast(sum(n_profiles - 1) as double)
        / nullif((select cast(count(distinct portions.profile_id) as double) from portions), 0.0)
        as excess,
        sum(filed_pairs) / nullif(sum(true_pairs), 0.0) as pair_recall
    from people

),

classed as (

    -- every person stands in every class, so that a share's interval knows who is not in it
    select
        people.person_id, classes.profiles, sales.n_sales,
        case when people.n_profiles = classes.profiles then 1
            when people.n_profiles > 5 and classes.profiles = 5 then 1 else 0 end as is_in
    from people
    cross join (values (1), (2), (3), (4), (5)) as classes(profiles)
    left join (
        select person_id, count(*) as n_sales
        from {{ ref('moments') }} as moments where not is_request group by person_id
    ) as sales on people.person_id = sales.person_id

)

select
    case when classes.profiles > 0 then classes.profiles end as profiles,
    rates.person_rate,
    {{ wilson_low('rates.person_rate', 'rates.persons') }} as person_rate_low,
    {{ wilson_high('rates.person_rate', 'rates.persons') }} as person_rate_high,
    rates.persons as person_rate_n, rates.persons as person_rate_persons,
    case when classes.profiles = 0 and known.n_links = 0
        then 'not_identified: no key was ever tied to an identifier' end as person_rate_reason,
    rates.mergeable_rate,
    {{ wilson_low('rates.mergeable_rate', 'rates.mergeable') }} as mergeable_rate_low,
    {{ wilson_high('rates.mergeable_rate', 'rates.mergeable') }} as mergeable_rate_high,
    rates.mergeable as mergeable_rate_n, rates.pair_recall, rates.excess, rates.persons,
    held.value as person_share, held.low as person_share_low, held.high as person_share_high,
    held.n as person_share_n, bought.value as conversion_share, bought.low as conversion_share_low,
    bought.high as conversion_share_high, bought.n as conversion_share_n
from (values (0), (1), (2), (3), (4), (5)) as classes(profiles)
cross join (select count(*) as n_links from {{ ref('link_evidence') }} as links) as known
left join rates on classes.profiles = 0
left join {{ clustered_ratio('classed', 'is_in', '1', by=['profiles']) }} as held
    on classes.profiles = held.profiles and known.n_links > 0
left join {{ clustered_ratio('classed', 'is_in * n_sales', 'n_sales', by=['profiles']) }} as bought
    on classes.profiles = bought.profiles and known.n_links > 0
