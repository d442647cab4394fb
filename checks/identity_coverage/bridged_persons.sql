-- One row: how many persons are held together by one identifier value alone.

with

people as (

    select
        components.component,
        count(*) as n_keys
    from {{ ref('components') }} as components
    join {{ ref('persons') }} as persons
        on components.name = persons.key
        and components.id_type is null
    group by components.component

),

identifiers as (

    select
        components.component,
        count(*) as n_values
    from {{ ref('components') }} as components
    where components.id_type is not null
    group by components.component

),

bridged as (

    select
        bridges.component,
        count(*) as n_bridges
    from {{ ref('bridges') }} as bridges
    group by bridges.component

),

counted as (

    select
        cast(count(case
            when people.n_keys > 1 and identifiers.n_values <= {{ var('max_person_values') }} then 1
        end) as double) as persons,
        cast(count(bridged.component) as double) as bridged,
        coalesce(sum(bridged.n_bridges), 0) as bridges,
        count(case when identifiers.n_values > {{ var('max_person_values') }} then 1 end) as untraced
    from people
    join identifiers on people.component = identifiers.component
    left join bridged on people.component = bridged.component

),

shares as (

    select
        counted.persons,
        counted.bridges,
        counted.untraced,
        counted.bridged / nullif(counted.persons, 0.0) as share
    from counted

)

select
    shares.share as bridged_share,
    {{ wilson_low('shares.share', 'shares.persons') }} as bridged_share_low,
    {{ wilson_high('shares.share', 'shares.persons') }} as bridged_share_high,
    shares.persons as bridged_share_n,
    shares.persons as bridged_share_persons,
    -- without a person of several keys nothing holds anything together
    case when shares.persons = 0.0 then 'not_identified: no identifier ties several keys together' end
    as bridged_share_reason,
    shares.bridges,
    shares.untraced as untraced_persons
from shares
