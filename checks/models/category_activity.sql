-- One row per intent event or kept purchase of a person in a category, in bursts.

{% set gap = 'journey_gap.gap_us' if var('journey_gap_quantile') else var_us('journey_gap') %}

with

spaced as (

    select
        signals.person_id,
        signals.category,
        signals.event_type,
        signals.at_us,
        signals.ingested_us,
        signals.is_purchase,
        row_number() over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
        ) as nth,
        lag(signals.at_us) over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
        ) as previous_us
        {%- if var('replenishable') %},
        -- the last purchase before this, while nothing has happened since its goods were used up
        max(case when signals.is_purchase = 1 then signals.at_us end) over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
            rows between unbounded preceding and 1 preceding
        ) + {{ repurchase_us('signals.category') }} as used_up_us
        {%- endif %}
    from {{ category_signals() }} as signals

)

select
    spaced.person_id,
    spaced.category,
    spaced.event_type,
    spaced.at_us,
    spaced.ingested_us,
    spaced.is_purchase = 1 as is_purchase,
    spaced.nth,
    -- when the burst that this belongs to began
    max(
        case
            when spaced.previous_us is null
                or spaced.at_us - spaced.previous_us > {{ gap }}
                {%- if var('replenishable') %}
                or (spaced.at_us >= spaced.used_up_us and spaced.previous_us < spaced.used_up_us)
                {%- endif %}
                then spaced.at_us
        end
    ) over (
        partition by spaced.person_id, spaced.category
        order by spaced.nth
        rows between unbounded preceding and current row
    ) as burst_us
from spaced
{% if var('journey_gap_quantile') -%}
cross join {{ ref('journey_gap') }} as journey_gap
{%- endif %}
