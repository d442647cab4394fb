-- One row per way to split requests: how far apart the hit rates of a state surely are.

with

people as (

    select requests.person_id, min(requests.activity) as activity
    from {{ ref('requests') }} as requests
    group by requests.person_id

),

observed as (

    -- what the state does not explain; by now it should depend on nothing else
    select
        replay_states.person_id,
        rates.kin,
        cast(replay_states.age_third as varchar) as age,
        people.activity,
        replay_states.hit - rates.rate as residual
    from {{ ref('replay_states') }} as replay_states
    join {{ ref('replay_rates') }} as rates
        on replay_states.proxy = rates.proxy
        and replay_states.state = rates.state
    left join people on replay_states.person_id = people.person_id
    where replay_states.proxy = 1 and replay_states.cell = 0

),

split as (

    {%- for split in ['age', 'activity'] %}
    select '{{ split }}' as split, kin, {{ split }} as part, person_id, residual
    from observed
    where {{ split }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

margins as (

    select
        means.split,
        means.kin,
        means.part,
        means.value,
        -- where no spread is seen, Wilson's width for that many persons
        coalesce(
            means.high - means.value, 3.8416 / nullif(means.persons + 3.8416, 0.0)
        ) as margin
    from {{ clustered_ratio('split', 'residual', '1', by=['split', 'kin', 'part'], share=false) }}
        as means

)

select
    one.split,
    max(
        one.value - other.value - sqrt(one.margin * one.margin + other.margin * other.margin)
    ) as surely_apart
from margins as one
join margins as other
    on one.split = other.split
    and one.kin = other.kin
    and one.part <> other.part
group by one.split
