-- One row per person and kind of pair: how much they move the likeness of such lists.

with

bins as (

    select
        pairs.gap_bin,
        cast(count(*) as double) / nullif(sum(count(*)) over (), 0.0) as share
    from {{ ref('list_pairs') }} as pairs
    where pairs.kind = 'split'
    group by pairs.gap_bin

),

means as (

    select
        pairs.kind,
        pairs.gap_bin,
        cast(count(*) as double) as n,
        avg(pairs.jaccard) as jaccard
    from {{ ref('list_pairs') }} as pairs
    group by pairs.kind, pairs.gap_bin

),

weights as (

    -- gaps that only the split pairs have cannot be matched: the others stand for them
    select
        means.kind,
        means.gap_bin,
        means.n,
        means.jaccard,
        case
            when means.kind = 'same' then bins.share / nullif(sum(bins.share) over (partition by means.kind), 0.0)
            else means.n / nullif(sum(means.n) over (partition by means.kind), 0.0)
        end as share
    from means
    left join bins on means.gap_bin = bins.gap_bin

)

select
    pairs.kind,
    pairs.person_id,
    count(*) as n_pairs,
    sum(weights.share * pairs.jaccard / nullif(weights.n, 0.0)) as part,
    sum(weights.share * (pairs.jaccard - weights.jaccard) / nullif(weights.n, 0.0)) as pull
from {{ ref('list_pairs') }} as pairs
join weights on pairs.kind = weights.kind and pairs.gap_bin = weights.gap_bin
where weights.share is not null
group by pairs.kind, pairs.person_id
