-- One row per scope and figure: the relevance lost to a step's delay, and won by mending it alone.

with

requested as (

    select 'all' as scope, hop_weights.*, hop_weights.weight * hop_weights.retained as loss
    from {{ ref('hop_weights') }} as hop_weights
    union all
    -- what is on no surface is in no scope
    select
        'surface ' || hop_weights.surface, hop_weights.*, hop_weights.weight * hop_weights.retained
    from {{ ref('hop_weights') }} as hop_weights
    where hop_weights.surface is not null

),

moves as (

    select scope, figure, person_id, n, loss
    from requested
    {% if not var('half_life') -%}
    union all
    -- persons bend the curve, too: hits at a lag raise it there, and hits at once lower all of it
    select weights.scope, weights.figure, replayed.person_id, 0.0, weights.weight * replayed.part
    from (
        select scope, figure, from_lag_s, sum(weight) as weight
        from requested
        group by scope, figure, from_lag_s
    ) as weights
    join {{ ref('hit_parts') }} as replayed on weights.from_lag_s = replayed.lag_s
    union all
    select losses.scope, losses.figure, replayed.person_id, 0.0, -losses.loss * replayed.part
    from (
        select scope, figure, sum(loss) as loss
        from requested
        group by scope, figure
    ) as losses
    join {{ ref('hit_parts') }} as replayed on replayed.lag_s = 0.0
    {%- endif %}

),

evidence as (

    select
        snapshots.has_snapshots,
        links.has_links,
        {{ 'true' if mapped('events.ingested_ts') else 'false' }} as has_arrivals
    from (
        select count(asked.snapshot_us) > 0 as has_snapshots
        from {{ ref('asked') }} as asked
    ) as snapshots
    cross join (
        select count(*) > 0 as has_links
        from {{ ref('link_evidence') }} as links
    ) as links

),

reasons as (

    select
        case when not has_snapshots
            then 'not_identified: without snapshot_ts a perfect refresh is assumed'
        end as refresh,
        case when not has_arrivals
            then 'not_identified: without ingested_ts it is a part of the refresh'
        end as ingestion,
        case when not has_links
            then 'not_identified: no key is tied to an identifier'
        end as identity
    from evidence

),

told as (

    select
        found.*,
        case
            when found.figure in ('refresh_loss', 'refresh_alone') then reasons.refresh
            when found.figure in ('ingestion_loss', 'ingestion_alone') then reasons.ingestion
            else reasons.identity
        end as reason
    from {{ clustered_ratio('moves', 'loss', 'n', by=['scope', 'figure']) }} as found
    cross join reasons

)

select
    scope, figure,
    -- what is not known is not nought
    case when reason is null then value end as value,
    case when reason is null then low end as low,
    case when reason is null then high end as high,
    n, persons, reason
from told
