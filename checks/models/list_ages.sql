-- One row per request with an answer: whether it hit, how old its list was, how busy its person is.

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

)

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
