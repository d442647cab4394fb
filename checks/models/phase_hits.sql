-- One row per replayed request: the age of its snapshot, and whether its real list held the answer.

{% if mapped('serving.snapshot_ts') and mapped('served_items') -%}
with

missed as (

    -- what no list of any age would have held is not found by signals but by chance
    select
        backtests.request_id,
        max(backtest_hits.hit) = 0.0 as is_missed
    from {{ ref('backtest_hits') }} as backtest_hits
    join {{ ref('backtests') }} as backtests on backtest_hits.request = backtests.nth
    group by backtests.request_id

),

listed as (

    select
        lists.request_id,
        max(case when labels.item_id is null then 0.0 else 1.0 end) as hit
    from {{ ref('lists') }} as lists
    left join {{ ref('labels') }} as labels
        on lists.request_id = labels.request_id
        and lists.item_id = labels.item_id
    group by lists.request_id

),

phased as (

    select
        requests.person_id,
        requests.request_id,
        cast(requests.serve_us - requests.snapshot_us as double) / 1000000.0 as phase_s,
        cast(floor(cast(requests.serve_us as double) / 3600000000.0) as bigint) % 168 as week_hour,
        listed.hit,
        missed.is_missed
    from {{ ref('requests') }} as requests
    join missed on requests.request_id = missed.request_id
    join listed on requests.request_id = listed.request_id
    where requests.snapshot_us < requests.serve_us

)

select
    person_id,
    request_id,
    phase_s,
    avg(phase_s) over (partition by week_hour) as usual_phase_s,
    avg(phase_s) over () as mean_phase_s,
    floor(
        12.0 * cast(row_number() over (order by phase_s, request_id) - 1 as double)
        / nullif(cast(count(*) over () as double), 0.0)
    ) as bin,
    hit,
    is_missed
from phased
{%- else -%}
select
    person_id,
    request_id,
    0.0 as phase_s, 0.0 as usual_phase_s, 0.0 as mean_phase_s, 0.0 as bin, 0.0 as hit,
    false as is_missed
from {{ ref('backtests') }} as backtests
where 1 = 0
{%- endif %}
