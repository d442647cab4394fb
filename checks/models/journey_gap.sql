-- One row: the silence that ends a journey, from the silences inside those that ended in a purchase.

with

spaced as (

    select
        signals.person_id,
        signals.category,
        signals.at_us,
        signals.at_us - lag(signals.at_us) over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
        ) as silence_us,
        min(case when signals.is_purchase = 1 then signals.at_us end) over (
            partition by signals.person_id, signals.category
        ) as purchase_us
    from {{ category_signals() }} as signals

),

silences as (

    -- up to the first purchase, from as far back as a journey is followed
    select
        cast(spaced.silence_us as double) as silence_us,
        row_number() over (order by spaced.silence_us) as nth,
        {{ var('journey_gap_quantile') or 0.95 }} * cast(count(*) over () - 1 as double) as place
    from spaced
    where
        spaced.silence_us is not null
        and spaced.at_us <= spaced.purchase_us
        and spaced.at_us - spaced.silence_us >= spaced.purchase_us - {{ var_us('journey_horizon') }}

),

points as (

    select
        max(case when silences.nth = floor(silences.place) + 1 then silences.silence_us end)
            as below_us,
        max(case when silences.nth = ceil(silences.place) + 1 then silences.silence_us end)
            as above_us,
        max(silences.place - floor(silences.place)) as weight,
        count(*) as n_silences
    from silences

)

select
    -- too few silences tell nothing: then the declared gap stands
    case
        when points.n_silences >= {{ var('min_window_purchases') }}
            then cast(
                floor(points.below_us + (points.above_us - points.below_us) * points.weight + 0.5)
                as bigint
            )
        else {{ var_us('journey_gap') }}
    end as gap_us,
    points.n_silences
from points
