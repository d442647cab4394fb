-- One row per cookie and span of time: the profile under which the feature store files it.

with

cookies as (

    select
        key,
        min(event_us) as first_us
    from logged
    group by key

),

merged as (

    -- a login takes effect with the first snapshot that is written after it is known
    select
        key,
        profile_id,
        whole(known_us + {{ pipeline.refresh_us - 1 }}, {{ pipeline.refresh_us }})
        * {{ pipeline.refresh_us }} + {{ pipeline.write_us }} as from_us
    from merges

),

periods as (

{%- if pipeline.merges %}
    select
        cookies.key,
        cookies.key as profile_id,
        cookies.first_us as from_us,
        merged.from_us as to_us
    from cookies
    left join merged on cookies.key = merged.key
    union all
    select key, profile_id, from_us, cast(null as bigint)
    from merged
{%- else %}
    select
        key,
        key as profile_id,
        first_us as from_us,
        cast(null as bigint) as to_us
    from cookies
{%- endif %}

)

select
    key,
    profile_id,
    moment(from_us) as valid_from,
    moment(to_us) as valid_to
from periods
order by from_us, key
