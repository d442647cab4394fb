-- One row: how alike the popularity of items was in training and in recent days.

with

visits as (

    select
        item_visitors.person_id,
        sum(item_visitors.n_recent) as n_recent,
        sum(case when popularity_ranks.n_trained = 0 then item_visitors.n_recent else 0 end)
        as n_unseen
    from {{ ref('item_visitors') }} as item_visitors
    join {{ ref('popularity_ranks') }} as popularity_ranks
        on item_visitors.item_id = popularity_ranks.item_id
    cross join {{ ref('popularity_agreement') }} as agreement
    -- without training nothing was left out of it
    where agreement.n_trained > 0
    group by item_visitors.person_id

)

select
    agreement.value as rank_correlation,
    agreement.low as rank_correlation_low, agreement.high as rank_correlation_high,
    agreement.n_items as rank_correlation_n,
    unseen.persons as rank_correlation_persons,
    case when agreement.ceiling < {{ var('min_rank_reliability') }} and agreement.value is not null
        then 'not_identified: too few persons per item to rank items reliably'
    end as rank_correlation_reason,
    agreement.value / nullif(agreement.ceiling, 0.0) as corrected_correlation,
    agreement.low / nullif(agreement.ceiling, 0.0) as corrected_correlation_low,
    agreement.high / nullif(agreement.ceiling, 0.0) as corrected_correlation_high,
    agreement.ceiling as rank_ceiling,
    unseen.value as unseen_share, unseen.low as unseen_share_low, unseen.high as unseen_share_high,
    unseen.n as unseen_share_n, unseen.persons as unseen_share_persons
from {{ ref('popularity_agreement') }} as agreement
cross join {{ clustered_ratio('visits', 'n_unseen', 'n_recent') }} as unseen
