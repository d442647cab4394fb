-- One row per event and profile that holds it, numbered in the order in which they arrived.

with

filed as (

    select
        logged.key as profile_id,
        logged.ingested_us as arrived_us,
        logged.event_us,
        logged.event_id,
        logged.category_no
    from logged
{%- if pipeline.merges %}
    union all
    -- what a cookie saw before its first login joins the account when the login is known
    select
        merges.profile_id,
        case
            when logged.ingested_us > merges.known_us then logged.ingested_us
            else merges.known_us
        end,
        logged.event_us,
        logged.event_id,
        logged.category_no
    from logged
    join merges on logged.key = merges.key
{%- endif %}

)

select
    profile_id,
    arrived_us,
    event_us,
    category_no,
    row_number() over (
        partition by profile_id
        order by arrived_us, event_us, event_id
    ) as nth
from filed
