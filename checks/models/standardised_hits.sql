-- One row: the hit rate of fresh lists from whole profiles, standardised to the strata of all.

{% set least = var('min_stratum_requests') %}
{% set target_us = var_us('rebuild_refresh') ~ ' + ' ~ var_us('rebuild_latency') %}

with

placed as (

    select
        strata_requests.person_id,
        strata_requests.hit,
        strata_requests.age_us,
        strata_requests.busy_third,
        strata_requests.has_login,
        strata_requests.silence,
        strata_requests.is_stale,
        strata_requests.is_split
    from {{ ref('strata_requests') }} as strata_requests

),

wanted as (

    -- a defect that the log hardly knows needs no cells
    select
        case when sum(placed.is_stale) >= {{ least }} then 1 else 0 end as has_stale,
        case when sum(placed.is_split) >= {{ least }} then 1 else 0 end as has_split,
        cast(count(*) as double) as n_requests
    from placed

),

strata as (

    select
        placed.busy_third,
        placed.silence,
        placed.has_login,
        cast(count(*) as double) as n_requests,
        cast(count(case when placed.is_stale + placed.is_split = 0 then 1 end) as double) as n_sound,
        sum(case when placed.is_stale + placed.is_split = 0 then placed.hit end) as sound_hits,
        count(case when placed.is_stale = 1 and placed.is_split = 0 then 1 end) as n_stale,
        count(case when placed.is_stale = 0 and placed.is_split = 1 then 1 end) as n_split,
        count(case when placed.is_stale = 1 and placed.is_split = 1 then 1 end) as n_both
    from placed
    group by placed.busy_third, placed.silence, placed.has_login

),

covered as (

    select
        strata.busy_third,
        strata.silence,
        strata.has_login,
        strata.n_sound,
        strata.sound_hits / nullif(strata.n_sound, 0.0) as rate,
        strata.n_requests / nullif(sum(strata.n_requests) over (), 0.0) as part,
        sum(strata.n_requests) over () as n_covered
    from strata
    cross join wanted
    where
        strata.n_sound >= {{ least }}
        and (
            -- who was never seen before has no stale signal and no second profile
            strata.silence = 9
            or (
                (wanted.has_stale = 0 or strata.n_stale >= {{ least }})
                and (wanted.has_split = 0 or strata.n_split >= {{ least }})
                and (wanted.has_stale + wanted.has_split < 2 or strata.n_both >= {{ least }})
            )
        )

),

found as (

    select
        sum(covered.part * covered.rate) as value,
        max(covered.n_covered) as n_covered
    from covered

),

pulls as (

    -- what each person adds to the rates of the strata, and to the strata's sizes
    select
        placed.person_id,
        sum(case when placed.is_stale + placed.is_split = 0 then 1.0 else 0.0 end) as n_sound,
        sum(case when placed.is_stale + placed.is_split = 0 then placed.hit else 0.0 end) as sound_hits,
        min(case when placed.is_stale + placed.is_split = 0 then placed.age_us end) as youngest_us,
        max(case when placed.is_stale + placed.is_split = 0 then placed.age_us end) as oldest_us,
        sum(
            case when placed.is_stale + placed.is_split = 0
                then covered.part / nullif(covered.n_sound, 0.0) * (placed.hit - covered.rate)
                else 0.0
            end
            + (covered.rate - found.value) / nullif(found.n_covered, 0.0)
        ) as pull
    from placed
    cross join found
    join covered
        on placed.busy_third = covered.busy_third
        and placed.silence = covered.silence
        and placed.has_login = covered.has_login
    group by placed.person_id

),

spread as (

    select
        coalesce(sum(pulls.n_sound), 0.0) as n,
        cast(count(case when pulls.n_sound > 0.0 then 1 end) as double) as persons,
        sum(pulls.sound_hits) as positives,
        min(pulls.youngest_us) as youngest_us,
        max(pulls.oldest_us) as oldest_us,
        case when sum(pulls.pull * pulls.pull) > 0.000000000000000001
            then sqrt(
                cast(count(*) as double) / nullif(cast(count(*) as double) - 1.0, 0.0)
                * sum(pulls.pull * pulls.pull)
            )
        end as se
    from pulls

),

judged as (

    select
        case when found.n_covered >= 0.5 * wanted.n_requests then found.value end as value,
        spread.*,
        wanted.n_requests,
        coalesce(found.n_covered, 0.0) / nullif(wanted.n_requests, 0.0) as overlap,
        cast({{ target_us }} as double) as target_us
    from found
    cross join wanted
    cross join spread

)

select
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
