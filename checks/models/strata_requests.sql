-- One row per request with an answer: its stratum, and whether it was stale or its profile split.

{% set target_us = var_us('rebuild_refresh') ~ ' + ' ~ var_us('rebuild_latency') %}

with

activity as (

    select
        person_events.person_id,
        cast(count(*) as double) as n_events,
        -- a backfill is not how late events usually are
        sum(cast(
            case
                when person_events.ingested_us - person_events.event_us > {{ var_us('late_arrival') }}
                    then {{ var_us('late_arrival') }}
                else person_events.ingested_us - person_events.event_us
            end as double
        )) as lags_us
    from {{ ref('person_events') }} as person_events
    group by person_events.person_id

),

ingestion as (

    select sum(activity.lags_us) / nullif(sum(activity.n_events), 0.0) as lag_us
    from activity

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

)

select
    hits.request_id,
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
    on hits.request_id = fragments.request_id
left join logins on hits.person_id = logins.person_id
