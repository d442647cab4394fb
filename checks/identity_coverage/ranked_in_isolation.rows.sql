-- One row per pair of lists of two profiles of one person, the least alike first.

select
    pairs.person_id,
    pairs.request_id,
    pairs.other_id,
    pairs.jaccard,
    pairs.average_overlap
from {{ ref('list_pairs') }} as pairs
where pairs.kind = 'split'
order by pairs.jaccard, pairs.average_overlap, pairs.request_id
