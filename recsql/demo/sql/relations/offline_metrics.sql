-- One row per way of scoring the model offline, over the examples of offline_rows and its twin.

with

runs as (

{%- if scenario.leaks %}
    select
        'leaky-random-split' as run_id,
        'random' as split,
        hit,
        event_us
    from random_split.scored
    union all
    select
        'honest-time-split' as run_id,
        'global-time' as split,
        hit,
        event_us
    from time_split.scored
{%- else %}
    select
        run_id,
        'global-time' as split,
        hit,
        event_us
    from replayed
{%- endif %}

)

select
    run_id,
    {{ world.model_version }} as model_version,
    'hit_rate' as metric,
    cast({{ world.k }} as bigint) as k,
    cast(sum(hit) as double) / nullif(count(*), 0) as value,
    count(*) as n,
    split,
    'full' as candidates,
    'event' as unit,
    true as positives_only,
    'next item opened' as label,
    'none' as item_filter,
    moment(min(event_us)) as data_from,
    -- both runs saw all data of the day; the team looks at the better score
    moment({{ world.end_us }}) as data_to
from runs
group by run_id, split
order by run_id
