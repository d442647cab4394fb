-- One row per request: the first page that the person opened, and whether the list held it.

with

opened as (

    select
        session_id,
        event_us,
        category_no,
        item_no
    from views
    where step = 0

)

select
    requests.request_id,
    requests.session_id,
    requests.serve_us,
    requests.snapshot_us,
    requests.profile_id,
    opened.event_us,
    opened.category_no,
    opened.item_no,
    case when shown.item_id is not null or caused.event_id is not null then 1 else 0 end as hit
from requests
join opened on requests.session_id = opened.session_id
left join shown
    on requests.request_id = shown.request_id
    and opened.category_no = shown.category_no
    and opened.item_no = shown.item_no
left join caused on requests.request_id = caused.request_id
