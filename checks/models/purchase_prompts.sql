-- One row per purchase: whether no interest of the person in its category had been seen before.

with

activity as (

    select
        person_id, category, at_us, is_purchase, nth,
        min(case when not is_purchase then nth end) over (
            partition by person_id, category
        ) as first_look
    from {{ ref('category_activity') }} as category_activity

)

-- what was bought as the log began may have been looked at before it
select
    activity.person_id,
    activity.category,
    case when activity.first_look < activity.nth then 0 else 1 end as is_unprompted
from activity
cross join {{ ref('log_span') }} as log_span
where
    activity.is_purchase
    and activity.at_us >= log_span.first_us + {{ var_us('journey_gap') }}
