-- One row per level of strata: the hit rate of fresh lists from whole profiles, at the strata of all.

{% set target_us = var_us('rebuild_refresh') ~ ' + ' ~ var_us('rebuild_latency') %}

with

everybody as (

    select level, sum(n) as n_requests, min(youngest_us) as youngest_us, max(oldest_us) as oldest_us
    from {{ ref('strata_people') }} as strata_people
    group by level

),

spread as (

    select
        level,
        max(value) as value,
        max(n_covered) as n_covered,
        sum(n_sound) as n,
        cast(count(case when n_sound > 0.0 then 1 end) as double) as persons,
        sum(sound_hits) as positives,
        min(youngest_us) as youngest_us,
        max(oldest_us) as oldest_us,
        case when sum(pull * pull) > 0.000000000000000001
            then sqrt(
                cast(count(*) as double) / nullif(cast(count(*) as double) - 1.0, 0.0)
                * sum(pull * pull)
            )
        end as se
    from {{ ref('strata_pulls') }} as strata_pulls
    group by level

),

judged as (

    select
        levels.level,
        case when spread.n_covered >= 0.5 * everybody.n_requests then spread.value end as value,
        coalesce(spread.n, 0.0) as n,
        coalesce(spread.persons, 0.0) as persons,
        spread.positives,
        spread.se,
        coalesce(everybody.n_requests, 0.0) as n_requests,
        coalesce(spread.n_covered, 0.0) / nullif(everybody.n_requests, 0.0) as overlap,
        -- where nothing compares, the lists that would have
        coalesce(spread.youngest_us, everybody.youngest_us) as youngest_us,
        coalesce(spread.oldest_us, everybody.oldest_us) as oldest_us,
        cast({{ target_us }} as double) as target_us
    from (values ('coarse'), ('fine')) as levels(level)
    left join everybody on levels.level = everybody.level
    left join spread on levels.level = spread.level

)

select
    judged.level,
    judged.value,
    {{ clustered_bound('judged.value', 'judged.se', 'judged.persons', '-', true) }} as low,
    {{ clustered_bound('judged.value', 'judged.se', 'judged.persons', '+', true) }} as high,
    judged.n,
    judged.persons,
    judged.positives,
    judged.overlap,
    judged.youngest_us / 1000000.0 as fresh_age_low,
    judged.oldest_us / 1000000.0 as fresh_age_high,
    judged.target_us / 1000000.0 as target_age,
    case
        when judged.n_requests = 0.0 then 'not_enough_data: no request has an answer'
        when judged.value is null
            then 'not_identified: too few strata hold sound and defective requests side by side'
        when judged.oldest_us > judged.target_us
            then 'not_identified: an extrapolation, for the freshest lists are older than planned'
    end as reason
from judged
