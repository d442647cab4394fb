-- One row per figure of the replay and segment, and one for all: what each defect costs there.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] %}
{% set figures = ['observed', 'what_if', 'stale_signals', 'stale_items', 'identity'] %}

with

reached as (

    -- each request in each cell, at the hit rate of the state that it is in there
    select
        states.request_id,
        states.person_id,
        max(states.hit) as hit,
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %}
        max(case when states.cell = {{ cell }} then rates.rate end)
            as v{{ cell }}{{ '' if loop.last else ',' }}
        {%- endfor %}
    from {{ ref('replay_states') }} as states
    join {{ ref('replay_rates') }} as rates
        on states.proxy = rates.proxy
        and states.state = rates.state
    where states.proxy = 1
    group by states.request_id, states.person_id

),

costs as (

    select
        reached.person_id,
        requests.{{ segments | join(', requests.') }},
        reached.hit as observed,
        reached.hit + reached.v7 - reached.v0 as what_if,
        {{ shapley_costs('reached') }}
    from reached
    join {{ ref('requests') }} as requests on reached.request_id = requests.request_id

),

scoped as ({{ scoped_rows('costs', segments) }}),

scopes as ({{ segment_scopes('costs', segments) }}),

found as (

    {%- for figure in figures %}
    select '{{ figure }}' as figure, {{ figure }}_ratio.*
    from {{ clustered_ratio('scoped', figure, '1', by=['scope'], share=false) }} as {{ figure }}_ratio
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

shared as (

    -- what the interval of all holds beyond the spread of persons: hit rates and stand-in
    select
        found.figure,
        power((intervals.high - intervals.low) / 2.0, 2)
        - power((found.high - found.low) / 2.0, 2) as square
    from found
    join {{ ref('replay_intervals') }} as intervals on found.figure = intervals.figure
    where found.scope = 'all'

),

reaches as (

    select
        found.*,
        sqrt(
            power((found.high - found.low) / 2.0, 2)
            + case when shared.square > 0.0 then shared.square else 0.0 end
        ) as reach
    from found
    left join shared on found.figure = shared.figure
    where found.scope <> 'all'

)

select
    scopes.*,
    figures.figure,
    coalesce(intervals.value, reaches.value) as value,
    coalesce(intervals.low, reaches.value - reaches.reach) as low,
    coalesce(intervals.high, reaches.value + reaches.reach) as high,
    coalesce(intervals.n, reaches.n) as n,
    coalesce(intervals.persons, reaches.persons) as persons,
    intervals.positives
from scopes
cross join (
    values {% for figure in figures %}('{{ figure }}'){{ '' if loop.last else ', ' }}{% endfor %}
) as figures(figure)
left join reaches on scopes.scope = reaches.scope and figures.figure = reaches.figure
left join {{ ref('replay_intervals') }} as intervals
    on scopes.scope = 'all' and figures.figure = intervals.figure
