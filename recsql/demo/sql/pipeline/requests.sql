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
        (start_us - {{ pipeline.write_us }}) // {{ pipeline.refresh_us }}
        * {{ pipeline.refresh_us }} as snapshot_us
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
{%- if pipeline.merges %}
    case
        when asked.is_logged_in or key_links.known_us <= asked.snapshot_us then asked.user_id
        else asked.key
    end as profile_id
{%- else %}
    asked.key as profile_id
{%- endif %}
from asked
left join key_links on asked.key = key_links.key
