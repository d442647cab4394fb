-- One row per person whose drift is measured: all of them, or as many as the hash lets in.

with

people as (

    select distinct topic_events.person_id
    from {{ ref('topic_events') }} as topic_events

),

numbered as (

    select
        people.person_id,
        row_number() over (
            order by rs_hash_u(people.person_id || ' drift'), people.person_id
        ) as nth
    from people

)

select numbered.person_id
from numbered
where numbered.nth <= {{ var('drift_persons') }}
