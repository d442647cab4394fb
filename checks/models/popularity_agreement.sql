-- One row: how alike the popularity of items was in training and in recent days, raw and corrected.

{% set pairs = [('drift', 'trained', 'recent'), ('trained', 'trained_a', 'trained_b'),
    ('recent', 'recent_a', 'recent_b')] %}

with

ranks as (

    -- ranks of n items always have the mean (n + 1) / 2
    select
        *,
        cast(count(*) over () + 1 as double) / 2.0 as middle
    from {{ ref('popularity_ranks') }} as popularity_ranks

),

correlations as (

    select
        cast(count(*) as double) as n_items,
        coalesce(sum(n_trained), 0) as n_trained
        {%- for name, a, b in pairs %},
        sum(({{ a }} - middle) * ({{ b }} - middle)) / nullif(
            sqrt(sum(({{ a }} - middle) * ({{ a }} - middle)))
            * sqrt(sum(({{ b }} - middle) * ({{ b }} - middle))), 0.0
        ) as {{ name }}
        {%- endfor %}
    from ranks

),

reliable as (

    select
        n_items,
        n_trained,
        drift,
        -- what two samples of the same popularity would reach (Spearman-Brown, then attenuation)
        case when trained > 0.0 and recent > 0.0
            then sqrt(2.0 * trained / (1.0 + trained) * 2.0 * recent / (1.0 + recent)) else 0.0
        end as ceiling,
        -- Fisher's z with the variance for ranks (Bonett and Wright)
        (1.0 + drift) / nullif(1.0 - drift, 0.0) as odds,
        exp(3.92 * sqrt(
            (1.0 + drift * drift / 2.0)
            / nullif(case when n_items > 3.0 then n_items - 3.0 end, 0.0)
        )) as factor
    from correlations

)

select
    n_items,
    n_trained,
    drift as value,
    (odds - factor) / nullif(odds + factor, 0.0) as low,
    (odds * factor - 1.0) / nullif(odds * factor + 1.0, 0.0) as high,
    ceiling
from reliable
