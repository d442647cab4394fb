-- One row per model version, metric and k with an offline score, and one for the headline of them.

with

gaps as (

    select
        gaps.*,
        max(gaps.n) over (partition by gaps.model_version) as version_n
    from {{ ref('gaps') }} as gaps

),

ranked as (

    -- the busiest model; what compares before what does not; the widest cut-off
    select
        *,
        row_number() over (
            order by
                version_n desc,
                model_version,
                case when reason is null and gap is not null then 0 else 1 end,
                case metric
                    when 'hit_rate' then 0
                    when 'ndcg' then 1
                    when 'recall' then 2
                    when 'mrr' then 3
                    else 4
                end,
                k desc nulls last,
                metric
        ) as place
    from gaps

),

reported as (

    select model_version, metric, k, gap, gap_low, gap_high, relative, relative_low, relative_high,
        tries, persons, positives, reason, offline, realised, looks_ahead, unit_kind
    from ranked
    union all
    select null, null, null, headline.gap, headline.gap_low, headline.gap_high, headline.relative,
        headline.relative_low, headline.relative_high, headline.tries, headline.persons,
        headline.positives, headline.reason, headline.offline, headline.realised,
        headline.looks_ahead, headline.unit_kind
    from (select 1 as place) as total
    left join ranked as headline on total.place = headline.place

)

select
    model_version,
    metric,
    k,
    gap,
    gap_low,
    gap_high,
    coalesce(tries, 0) as gap_n,
    persons as gap_persons,
    positives as gap_positives,
    reason as gap_reason,
    relative as relative_gap,
    relative_low as relative_gap_low,
    relative_high as relative_gap_high,
    coalesce(tries, 0) as relative_gap_n,
    persons as relative_gap_persons,
    positives as relative_gap_positives,
    reason as relative_gap_reason,
    offline,
    case when looks_ahead then offline end as leaky_offline,
    coalesce(tries, 0) as leaky_offline_n,
    realised,
    coalesce(tries, 0) as realised_n,
    case when unit_kind = 'user' then tries end as users
from reported
