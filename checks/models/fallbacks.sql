-- One row per request with a list: whether so many persons were given the very same one.

with

shared as (

    select
        list_prints.list_print,
        cast(count(distinct list_prints.person_id) as double) as n_persons
    from {{ ref('list_prints') }} as list_prints
    group by list_prints.list_print

),

everybody as (

    select cast(count(distinct list_prints.person_id) as double) as n_persons
    from {{ ref('list_prints') }} as list_prints

)

select
    list_prints.request_id,
    list_prints.person_id,
    list_prints.surface,
    list_prints.list_print,
    shared.n_persons,
    everybody.n_persons as n_everybody,
    case
        when
            shared.n_persons > {{ var('fallback_share') }} * everybody.n_persons
            and shared.n_persons >= {{ var('fallback_min_persons') }}
            then 1
        else 0
    end as is_fallback
from {{ ref('list_prints') }} as list_prints
cross join everybody
join shared on list_prints.list_print = shared.list_print
