-- One row per request: a visit starts, and a list is ranked from the newest snapshot written.

with

asked as (

    select
        'r' || substr(session_id, 2) as request_id,
        session_id,
        key,
        user_id,
        is_logged_in,
        surface,
        start_us as serve_us,
        whole(start_us - {{ pipeline.write_us }}, {{ pipeline.refresh_us }})
        * {{ pipeline.refresh_us }} as snapshot_us,
{%- if pipeline.index_us %}
        whole(start_us - {{ pipeline.write_us }}, {{ pipeline.index_us }})
        * {{ pipeline.index_us }} as index_us
{%- else %}
        start_us as index_us
{%- endif %}
    from sessions
    where start_us >= {{ world.burn_us }}

)

select
    asked.request_id,
    asked.session_id,
    asked.key,
    asked.surface,
    asked.serve_us,
    asked.snapshot_us,
    asked.index_us,
{%- if pipeline.merges %}
    case
        when asked.is_logged_in then coalesce(accounts.profile_id, asked.user_id)
        when merges.known_us <= asked.snapshot_us then merges.profile_id
        else asked.key
    end as profile_id
{%- else %}
    asked.key as profile_id
{%- endif %}
from asked
left join merges on asked.key = merges.key
left join accounts on asked.user_id = accounts.user_id
