-- One row: how many of the persons active of late have their keys spread over several profiles.

with

portions as (

    select
        filed_keys.person_id,
        filed_keys.profile_id,
        cast(count(*) as double) as n_keys
    from {{ ref('filed_keys') }} as filed_keys
    group by filed_keys.person_id, filed_keys.profile_id

),

people as (

    select
        portions.person_id,
        count(*) as n_profiles,
        sum(portions.n_keys) as n_keys,
        sum(portions.n_keys * (portions.n_keys - 1.0)) / 2.0 as filed_pairs,
        sum(portions.n_keys) * (sum(portions.n_keys) - 1.0) / 2.0 as true_pairs
    from portions
    group by portions.person_id

),

counted as (

    select
        cast(count(*) as double) as persons,
        cast(count(case when people.n_profiles > 1 then 1 end) as double) as unmerged,
        cast(count(case when people.n_keys > 1.0 then 1 end) as double) as mergeable,
        cast(sum(people.n_profiles - 1) as double) as surplus,
        sum(people.filed_pairs) / nullif(sum(people.true_pairs), 0.0) as pair_recall
    from people

),

rates as (

    select
        counted.persons,
        counted.mergeable,
        counted.unmerged / nullif(counted.persons, 0.0) as person_rate,
        counted.unmerged / nullif(counted.mergeable, 0.0) as mergeable_rate,
        counted.pair_recall,
        counted.surplus
    from counted

),

known as (

    select
        (select count(*) from {{ ref('link_evidence') }} as link_evidence) as n_links,
        (select count(distinct portions.profile_id) from portions) as n_profiles

)

select
    rates.person_rate,
    {{ wilson_low('rates.person_rate', 'rates.persons') }} as person_rate_low,
    {{ wilson_high('rates.person_rate', 'rates.persons') }} as person_rate_high,
    rates.persons as person_rate_n,
    rates.persons as person_rate_persons,
    case
        when known.n_links = 0 then 'not_identified: no key was ever tied to an identifier'
    end as person_rate_reason,
    rates.mergeable_rate,
    {{ wilson_low('rates.mergeable_rate', 'rates.mergeable') }} as mergeable_rate_low,
    {{ wilson_high('rates.mergeable_rate', 'rates.mergeable') }} as mergeable_rate_high,
    rates.mergeable as mergeable_rate_n,
    rates.pair_recall,
    rates.surplus / nullif(cast(known.n_profiles as double), 0.0) as excess,
    rates.persons
from rates
cross join known
