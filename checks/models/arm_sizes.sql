-- One row per arm that was declared or seen: its persons, and how many its share would be.

{% set declared = var('arm_shares').value or () %}

with

declared as (
{% for entry in declared %}
    {{ 'union all' if not loop.first }}
    select
        {{ literal(entry.split('=')[0] | trim) }} as arm,
        cast({{ literal(entry.split('=')[1].replace('%', '') | float(-1.0)) }} as double) as weight
{%- else %}
    -- arms that nobody declared are meant to be of one size
    select
        arms.arm,
        cast(1.0 as double) as weight
    from {{ ref('arms') }} as arms
    group by arms.arm
{%- endfor %}

),

seen as (

    select
        arms.arm,
        cast(count(case when arms.nth = 1 then 1 end) as double) as n_persons
    from {{ ref('arms') }} as arms
    group by arms.arm

),

named as (

    select declared.arm
    from declared
    union
    select seen.arm
    from seen

),

sized as (

    select
        named.arm,
        coalesce(seen.n_persons, 0.0) as n_persons,
        coalesce(declared.weight, 0.0) as weight
    from named
    left join seen on named.arm = seen.arm
    left join declared on named.arm = declared.arm

)

select
    sized.arm,
    sized.n_persons,
    -- a weight that is no number says nothing of any arm
    case when min(sized.weight) over () >= 0.0
        then sum(sized.n_persons) over ()
            * sized.weight / nullif(sum(sized.weight) over (), 0.0)
    end as n_expected
from sized
