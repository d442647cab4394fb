-- One row per request with a list: a number that two lists share only if they are the same.

with

places as (

    select distinct
        displayed.item_id,
        displayed.position
    from {{ ref('displayed') }} as displayed

),

marks as (

    -- 50 bits of a hash: whole numbers add up to the same sum in any order
    select
        places.item_id,
        places.position,
        cast(
            floor(
                1125899906842624.0
                * rs_hash_u(places.item_id || ' ' || cast(places.position as varchar))
            ) as bigint
        ) as mark
    from places

),

printed as (

    select
        displayed.request_id,
        cast(sum(marks.mark) as bigint) as list_print,
        count(*) as n_items
    from {{ ref('displayed') }} as displayed
    join marks on displayed.item_id = marks.item_id and displayed.position = marks.position
    group by displayed.request_id

)

select
    printed.request_id,
    requests.person_id,
    requests.surface,
    printed.list_print,
    printed.n_items
from printed
join {{ ref('requests') }} as requests on printed.request_id = requests.request_id
where printed.n_items >= {{ var('min_list_items') }}
