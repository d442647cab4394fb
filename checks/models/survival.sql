-- One row per curve of decisions and time at which one ended: the share that is still open.

with

ends as (

    select
        curve, category, observed_s,
        cast(count(*) as double) as ended,
        cast(count(case when is_bought then 1 end) as double) as bought,
        cast(count(case when is_bought or is_lapsed then 1 end) as double) as decided
    from {{ ref('journey_curves') }} as journey_curves
    group by curve, category, observed_s

),

risks as (

    select
        curve, category, observed_s, bought, decided,
        sum(ended) over (
            partition by curve order by observed_s desc
            rows between unbounded preceding and current row
        ) as at_risk
    from ends

),

opened as (

    -- neither bought nor given up before; where all are decided at once, nobody is left after it
    select
        curve, category, observed_s, bought, at_risk,
        coalesce(1.0 / nullif(at_risk - decided, 0.0), 0.0) as per_left,
        coalesce(decided / nullif(at_risk * (at_risk - decided), 0.0), 0.0) as spread,
        exp(coalesce(sum(ln(1.0 - nullif(decided, at_risk) / nullif(at_risk, 0.0))) over (
            partition by curve order by observed_s
            rows between unbounded preceding and 1 preceding
        ), 0.0)) / nullif(at_risk, 0.0) as each_share
    from risks

),

shares as (

    select
        curve, category, observed_s, bought, at_risk, per_left, spread, each_share,
        sum(each_share * bought) over (
            partition by curve order by observed_s
            rows between unbounded preceding and current row
        ) as bought_share
    from opened

),

sums as (

    -- the sums of which variances and each person's pull are made
    select
        curve, category, observed_s, bought, at_risk, per_left, each_share, bought_share,
        {%- for name, term in [
            ('spreads', 'spread'),
            ('spreads_1', 'bought_share * spread'),
            ('spreads_2', 'bought_share * bought_share * spread'),
            ('owns', 'each_share * each_share * bought * (1.0 - bought / nullif(at_risk, 0.0))'),
            ('pulls', 'each_share * bought / nullif(at_risk, 0.0)'),
            ('pulls_1', 'bought_share * each_share * bought / nullif(at_risk, 0.0)'),
        ] %}
        sum({{ term }}) over (
            partition by curve order by observed_s
            rows between unbounded preceding and current row
        ) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from shares

)

select
    curve, category, observed_s as elapsed_s, bought, at_risk, per_left, each_share, bought_share,
    spreads, spreads_1, pulls,
    -- what rounding leaves of a zero is a zero
    case when bought_share < 0.999999999999 then 1.0 - bought_share else 0.0 end as survival,
    bought_share * bought_share * spreads - 2.0 * bought_share * (spreads_1 + pulls)
        + spreads_2 + owns + 2.0 * pulls_1 as variance
from sums
