-- One row per decision of a person in a category: how long it was watched, and whether it sold.

{% set gap = 'journey_gap.gap_us' if var('journey_gap_quantile') else var_us('journey_gap') %}

with

bursts as (

    -- what follows a purchase within the gap is looking after the fact, not a new decision
    select
        category_activity.person_id,
        category_activity.category,
        category_activity.burst_us as start_us,
        min(category_activity.nth) as first_nth,
        min(case when category_activity.is_purchase then category_activity.nth end) as bought_nth,
        min(case when category_activity.is_purchase then category_activity.at_us end) as bought_us,
        min(case when category_activity.event_type <> 'view' then category_activity.nth end)
        as keen_nth,
        count(*) as n_signals
    from {{ ref('category_activity') }} as category_activity
    group by
        category_activity.person_id,
        category_activity.category,
        category_activity.burst_us

),

looked as (

    -- the signals of a burst follow one another, so places count those before its purchase
    select
        bursts.person_id,
        bursts.category,
        bursts.start_us,
        coalesce(bursts.bought_nth - bursts.first_nth, bursts.n_signals) as intents,
        coalesce(bursts.keen_nth < coalesce(bursts.bought_nth, bursts.keen_nth + 1), false)
        as is_keen
    from bursts

),

opened as (

    select looked.person_id, looked.category, looked.start_us, looked.intents
    from looked
    where looked.intents > 0 and (looked.is_keen or looked.intents >= {{ var('intent_views') }})

),

numbered as (

    -- who comes back after the gap has begun anew: the older decision is watched until then
    select
        opened.person_id,
        opened.category,
        opened.start_us,
        opened.intents,
        lead(opened.start_us) over (
            partition by opened.person_id, opened.category
            order by opened.start_us
        ) as next_start_us
    from opened

),

bought as (

    select
        numbered.person_id,
        numbered.category,
        numbered.start_us,
        min(bursts.bought_us) as purchase_us
    from numbered
    join bursts
        on numbered.person_id = bursts.person_id
        and numbered.category = bursts.category
    where
        bursts.start_us >= numbered.start_us
        and bursts.bought_us < coalesce(numbered.next_start_us, {{ as_of_us() }})
    group by numbered.person_id, numbered.category, numbered.start_us

),

watched as (

    select
        numbered.person_id,
        numbered.category,
        numbered.start_us,
        numbered.intents,
        bought.purchase_us,
        numbered.next_start_us,
        case
            when numbered.next_start_us < log_span.end_us - {{ var_us('late_arrival') }}
                then numbered.next_start_us
            else log_span.end_us - {{ var_us('late_arrival') }}
        end as last_us,
        numbered.start_us + {{ var_us('journey_horizon') }} as horizon_us
    from numbered
    cross join {{ ref('log_span') }} as log_span
    {% if var('journey_gap_quantile') -%}
    cross join {{ ref('journey_gap') }} as journey_gap
    {% endif -%}
    left join bought
        on numbered.person_id = bought.person_id
        and numbered.category = bought.category
        and numbered.start_us = bought.start_us
    -- what was going on when the log began may have started before it
    where numbered.start_us >= log_span.first_us + {{ gap }}

),

ended as (

    select
        watched.person_id,
        watched.category,
        watched.start_us,
        watched.intents,
        watched.purchase_us,
        watched.next_start_us,
        case when watched.last_us < watched.horizon_us then watched.last_us
            else watched.horizon_us end as censored_us
    from watched

)

select
    ended.person_id,
    ended.category,
    ended.start_us,
    ended.intents,
    coalesce(ended.purchase_us <= ended.censored_us, false) as is_bought,
    -- who fell silent and then began anew has given the older decision up
    coalesce(ended.next_start_us = ended.censored_us, false)
        and not coalesce(ended.purchase_us <= ended.censored_us, false) as is_abandoned,
    cast(
        case
            when ended.purchase_us <= ended.censored_us then ended.purchase_us
            else ended.censored_us
        end - ended.start_us as double
    ) / 1000000.0 as observed_s
from ended
where ended.censored_us >= ended.start_us
