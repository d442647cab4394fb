-- One row per model version, metric and k with an offline score: what became of it when served.

with

persons as (

    select
        realised.person_id,
        realised.model_version,
        realised.metric,
        realised.k,
        sum(realised.achieved) as achieved,
        sum(realised.possible) as possible
    from {{ ref('realised') }} as realised
    group by realised.person_id, realised.model_version, realised.metric, realised.k

),

per_unit as (

    -- a score per event counts requests, one per user counts persons, busy or not
    select 'event' as unit, person_id, model_version, metric, k, achieved, possible
    from persons
    union all
    select
        'user' as unit, person_id, model_version, metric, k,
        achieved / nullif(possible, 0.0) as achieved,
        1.0 as possible
    from persons

),

measured as (

    select
        measured.unit,
        measured.model_version,
        measured.metric,
        measured.k,
        measured.value,
        measured.low,
        measured.high,
        measured.n,
        measured.persons,
        measured.positives
    from {{ clustered_ratio(
        'per_unit', 'achieved', 'possible', by=['unit', 'model_version', 'metric', 'k']
    ) }} as measured

),

versions as (

    select
        count(measured.model_version) as known_versions,
        max(measured.k) as deepest_k
    from measured

),

paired as (

    select
        offline_runs.model_version,
        offline_runs.metric,
        offline_runs.k,
        offline_runs.score as offline,
        offline_runs.n as offline_n,
        offline_runs.looks_ahead,
        coalesce(offline_runs.unit_kind, 'event') as unit_kind,
        coalesce(
            offline_runs.reason,
            case
                when offline_runs.metric not in ('hit_rate', 'recall', 'mrr', 'ndcg', 'ctr', 'cvr')
                    then 'not_comparable: served lists have no ' || offline_runs.metric
                when offline_runs.metric not in ('ctr', 'cvr')
                    and offline_runs.k > versions.deepest_k
                    then 'not_comparable: k ' || cast(offline_runs.k as varchar)
                    || ' is beyond the served lists'
            end
        ) as reason,
        measured.value as realised,
        measured.low,
        measured.high,
        measured.n as tries,
        requested.n,
        measured.persons,
        case when offline_runs.metric in ('hit_rate', 'ctr', 'cvr') then requested.positives end
            as positives,
        -- one hit or miss per person on both sides is Newcombe's case
        coalesce(offline_runs.metric = 'hit_rate' and requested.n = measured.persons, false)
            as is_independent
    from {{ ref('offline_runs') }} as offline_runs
    cross join versions
    left join measured
        on offline_runs.metric = measured.metric
        and (offline_runs.k = measured.k or offline_runs.metric in ('ctr', 'cvr'))
        -- where no request names its model version, every score is compared with all requests
        and (offline_runs.model_version = measured.model_version or versions.known_versions = 0)
        and coalesce(offline_runs.unit_kind, 'event') = measured.unit
    left join measured as requested
        on measured.metric = requested.metric
        and measured.k is not distinct from requested.k
        and measured.model_version is not distinct from requested.model_version
        and requested.unit = 'event'

),

spread as (

    -- an offline score without n is taken as exact
    select
        paired.model_version,
        paired.metric,
        paired.k,
        paired.offline,
        paired.looks_ahead,
        paired.unit_kind,
        paired.reason,
        paired.realised,
        paired.tries,
        paired.n,
        paired.persons,
        paired.positives,
        case
            when paired.offline_n is null then 0.0
            when paired.is_independent
                then paired.offline - {{ wilson_low('paired.offline', 'paired.offline_n') }}
            else 1.96 * sqrt(
                paired.offline * (1.0 - paired.offline) / nullif(paired.offline_n, 0.0)
            )
        end as offline_down,
        case
            when paired.offline_n is null then 0.0
            when paired.is_independent
                then {{ wilson_high('paired.offline', 'paired.offline_n') }} - paired.offline
            else 1.96 * sqrt(
                paired.offline * (1.0 - paired.offline) / nullif(paired.offline_n, 0.0)
            )
        end as offline_up,
        case
            when paired.is_independent
                then paired.realised - {{ wilson_low('paired.realised', 'paired.n') }}
            else paired.realised - paired.low
        end as realised_down,
        case
            when paired.is_independent
                then {{ wilson_high('paired.realised', 'paired.n') }} - paired.realised
            else paired.high - paired.realised
        end as realised_up
    from paired

),

relative as (

    -- the interval of a ratio by the same rule, where the offline score is surely above 0
    select
        spread.*,
        spread.realised * spread.offline as middle,
        sqrt(
            spread.realised * spread.realised * spread.offline_up * spread.offline_up
            + spread.realised_down * spread.realised_down * (
                spread.offline * spread.offline - spread.offline_up * spread.offline_up
            )
        ) as down,
        sqrt(
            spread.realised * spread.realised * spread.offline_down * spread.offline_down
            + spread.realised_up * spread.realised_up * (
                spread.offline * spread.offline - spread.offline_down * spread.offline_down
            )
        ) as up,
        spread.offline * spread.offline - spread.offline_up * spread.offline_up as high_square,
        spread.offline * spread.offline - spread.offline_down * spread.offline_down as low_square
    from spread
    where spread.offline > spread.offline_up and spread.offline > spread.offline_down

)

select
    spread.model_version,
    spread.metric,
    spread.k,
    spread.offline,
    spread.realised,
    spread.offline - spread.realised as gap,
    spread.offline - spread.realised - sqrt(
        spread.offline_down * spread.offline_down + spread.realised_up * spread.realised_up
    ) as gap_low,
    spread.offline - spread.realised + sqrt(
        spread.offline_up * spread.offline_up + spread.realised_down * spread.realised_down
    ) as gap_high,
    1.0 - spread.realised / nullif(spread.offline, 0.0) as relative,
    1.0 - (relative.middle + relative.up) / nullif(relative.low_square, 0.0) as relative_low,
    1.0 - (relative.middle - relative.down) / nullif(relative.high_square, 0.0) as relative_high,
    coalesce(spread.tries, 0.0) as tries,
    coalesce(spread.n, 0.0) as n,
    coalesce(spread.persons, 0.0) as persons,
    spread.positives,
    spread.looks_ahead,
    spread.unit_kind,
    spread.reason
from spread
left join relative
    on spread.model_version = relative.model_version
    and spread.metric is not distinct from relative.metric
    and spread.k is not distinct from relative.k
