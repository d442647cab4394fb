-- One row: the hit rate of fresh lists from whole profiles, standardised to the strata of all.

{% set target_us = var_us('rebuild_refresh') ~ ' + ' ~ var_us('rebuild_latency') %}
{% set least = var('min_stratum_requests') %}

with

activity as (

    select
        person_events.person_id,
        cast(count(*) as double) as n_events
    from {{ ref('person_events') }} as person_events
    group by person_events.person_id

),

ingestion as (

    -- a backfill is not how late events usually are
    select
        avg(cast(
            case
                when person_events.ingested_us - person_events.event_us > {{ var_us('late_arrival') }}
                    then {{ var_us('late_arrival') }}
                else person_events.ingested_us - person_events.event_us
            end as double
        )) as lag_us
    from {{ ref('person_events') }} as person_events

),

hits as (

    select
        requests.request_id,
        requests.person_id,
        requests.serve_us,
        scores.hit_rate as hit,
        requests.serve_us - case
            when requests.index_us < requests.snapshot_us then requests.index_us
            else requests.snapshot_us
        end + coalesce(ingestion.lag_us, 0.0) as age_us,
        coalesce(activity.n_events, 0.0) as n_events
    from {{ ref('replay_target') }} as replay_target
    cross join ingestion
    cross join {{ ref('scores') }} as scores
    join {{ ref('requests') }} as requests on scores.request_id = requests.request_id
    left join activity on requests.person_id = activity.person_id
    where
        scores.k is not distinct from replay_target.k
        and (
            replay_target.model_version is null
            or requests.model_version = replay_target.model_version
        )

),

busy as (

    select
        people.person_id,
        floor(3.0 * cast(people.nth - 1 as double) / nullif(people.n_people, 0)) as busy_third
    from (
        select
            hits.person_id,
            row_number() over (order by min(hits.n_events), hits.person_id) as nth,
            count(*) over () as n_people
        from hits
        group by hits.person_id
    ) as people

),

limits as (

    -- as fresh as the plan; where hardly any list is, the freshest fifth stands in for it
    select
        {{ target_us }} as target_us,
        max(
            case
                when ranked.nth <= ceil(0.2 * ranked.n_requests) or ranked.age_us <= {{ target_us }}
                    then ranked.age_us
            end
        ) as fresh_us
    from (
        select
            hits.age_us,
            cast(row_number() over (order by hits.age_us) as double) as nth,
            cast(count(*) over () as double) as n_requests
        from hits
    ) as ranked

),

logins as (

    select users.person_id
    from {{ ref('users') }} as users
    group by users.person_id

),

placed as (

    select
        hits.person_id,
        hits.hit,
        hits.age_us,
        busy.busy_third,
        logins.person_id is not null as has_login,
        case
            when signals.newest_us is null then 9
            when hits.serve_us - signals.newest_us < 3600000000 then 1
            when hits.serve_us - signals.newest_us < 21600000000 then 2
            when hits.serve_us - signals.newest_us < 86400000000 then 3
            when hits.serve_us - signals.newest_us < 259200000000 then 4
            when hits.serve_us - signals.newest_us < 604800000000 then 5
            else 6
        end as silence,
        case
            when hits.age_us > limits.fresh_us then 1
            -- a list of that age should know all that is older
            when signals.profile_us > coalesce(signals.used_us, 0)
                and signals.profile_us <= hits.serve_us - limits.fresh_us then 1
            else 0
        end as is_stale,
        -- whether the pipeline could know or not: a part of a person is not the person
        case when fragments.is_split_in_hindsight then 1 else 0 end as is_split
    from hits
    cross join limits
    join busy on hits.person_id = busy.person_id
    left join {{ ref('signals') }} as signals on hits.request_id = signals.request_id
    left join {{ ref('fragments') }} as fragments
        on 'request ' || hits.request_id = fragments.moment_id
    left join logins on hits.person_id = logins.person_id

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
        limits.target_us
    from found
    cross join wanted
    cross join spread
    cross join limits

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
    cast(judged.target_us as double) / 1000000.0 as target_age,
    case
        when judged.n_requests = 0.0 then 'not_enough_data: no request has an answer'
        when judged.value is null
            then 'not_identified: too few strata hold sound and defective requests side by side'
        when judged.oldest_us > judged.target_us
            then 'not_identified: an extrapolation, for the freshest lists are older than planned'
    end as reason
from judged
