-- One row: how alike lists are by kind of pair, what isolation follows, and how far it may be off.

{% set kinds = {'split': 'j', 'same': 's', 'random': 'r'} %}

with

likeness as (

    select
        {%- for kind, short in kinds.items() %}
        sum(case when likeness.kind = '{{ kind }}' then likeness.part end) as {{ short }},
        cast(sum(case when likeness.kind = '{{ kind }}' then likeness.n_pairs end) as double) as n_{{ short }},
        {%- endfor %}
        cast(count(case when likeness.kind = 'split' then 1 end) as double) as persons
    from {{ ref('list_likeness') }} as likeness

),

pulls as (

    -- how one person moves the ratio: its slopes times their pulls
    select
        likeness.person_id,
        sum(
            likeness.pull * case
                when likeness.kind = 'split' then -1.0
                when likeness.kind = 'same' then (whole.j - whole.r) / nullif(whole.s - whole.r, 0.0)
                else (whole.s - whole.j) / nullif(whole.s - whole.r, 0.0)
            end / nullif(whole.s - whole.r, 0.0)
        ) as pull
    from {{ ref('list_likeness') }} as likeness
    cross join likeness as whole
    group by likeness.person_id

),

spread as (

    select sqrt(count(*) / nullif(count(*) - 1.0, 0.0) * sum(pulls.pull * pulls.pull)) as se
    from pulls

)

select
    whole.*,
    case when whole.s - whole.r >= 0.05
        then 1.0 - (whole.j - whole.r) / nullif(whole.s - whole.r, 0.0)
    end as isolation,
    1.96 * spread.se as reach
from likeness as whole
cross join spread
