-- One row per item that rose or fell most in rank since training.

select
    popularity_ranks.item_id,
    popularity_ranks.n_trained as persons_in_training,
    popularity_ranks.n_recent as persons_lately,
    popularity_ranks.recent - popularity_ranks.trained as places_gained
from {{ ref('popularity_ranks') }} as popularity_ranks
cross join {{ ref('popularity_agreement') }} as agreement
-- without training there is nothing to rise from
where agreement.n_trained > 0 and popularity_ranks.recent <> popularity_ranks.trained
order by abs(popularity_ranks.recent - popularity_ranks.trained) desc, popularity_ranks.item_id
