-- One row per position of shown lists, from the top: how often what stood there was clicked.

with

shown as (

    select
        realised.person_id,
        realised.position,
        realised.achieved,
        realised.possible
    from {{ ref('realised') }} as realised
    where realised.metric = 'ctr' and realised.position is not null

)

select
    rates.position,
    rates.value as click_share,
    rates.low as low_share,
    rates.high as high_share,
    rates.n as shown_items,
    rates.persons
from {{ clustered_ratio('shown', 'achieved', 'possible', by=['position']) }} as rates
order by rates.position
