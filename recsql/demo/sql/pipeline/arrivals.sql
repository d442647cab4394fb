-- One row per event and wanted profile that holds it, numbered in the order of their arrival.

with

filed as (

    select
        logged.key as profile_id,
        logged.ingested_us as arrived_us,
        logged.event_us,
        logged.event_id,
        logged.category_no
    from logged
    where logged.key in (select wanted.profile_id from wanted)
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
    where merges.profile_id in (select wanted.profile_id from wanted)
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
