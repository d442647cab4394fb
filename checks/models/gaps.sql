-- One row per model version, metric and k with an offline score: what became of it when served.

with

measured as (

    select
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
        ref('realised'), 'achieved', 'possible', by=['model_version', 'metric', 'k']
    ) }} as measured

),

versions as (

    select count(measured.model_version) as known_versions
    from measured

),

paired as (

    select
        offline_runs.model_version,
        offline_runs.metric,
        offline_runs.k,
        offline_runs.score as offline,
        offline_runs.n as offline_n,
        offline_runs.reason,
        measured.value as realised,
        measured.low,
        measured.high,
        measured.n,
        measured.persons,
        case when offline_runs.metric in ('hit_rate', 'ctr', 'cvr') then measured.positives end
            as positives,
        -- one hit or miss per person on both sides is Newcombe's case
        coalesce(offline_runs.metric = 'hit_rate' and measured.n = measured.persons, false)
            as is_independent
    from {{ ref('offline_runs') }} as offline_runs
    cross join versions
    left join measured
        on offline_runs.metric = measured.metric
        and (offline_runs.k = measured.k or offline_runs.metric in ('ctr', 'cvr'))
        -- where no request names its model version, every score is compared with all requests
        and (offline_runs.model_version = measured.model_version or versions.known_versions = 0)

),

spread as (

    -- an offline score without n is taken as exact
    select
        paired.model_version,
        paired.metric,
        paired.k,
        paired.offline,
        paired.reason,
        paired.realised,
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
    coalesce(spread.n, 0.0) as n,
    coalesce(spread.persons, 0.0) as persons,
    spread.positives,
    spread.reason
from spread
