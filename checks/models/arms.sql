-- One row per person and arm of an experiment: which arm served the person first, which later.

with

exposed as (

    select
        persons.person_id,
        cast(serving.arm as varchar) as arm,
        min(rs_epoch_us(serving.serve_ts)) as first_us
    from {{ relation('serving') }} as serving
    join {{ ref('persons') }} as persons on cast(serving.key as varchar) = persons.key
    where
        serving.serve_ts >= {{ window_start() }}
        and serving.serve_ts < {{ as_of() }}
        and serving.arm is not null
        and not persons.is_bot
    group by persons.person_id, cast(serving.arm as varchar)

)

select
    exposed.person_id,
    exposed.arm,
    row_number() over (
        partition by exposed.person_id
        order by exposed.first_us, exposed.arm
    ) as nth
from exposed
