-- One row per item that lists could not hold although people went on to look at it.

select
    labels.item_id,
    count(*) as n_requests,
    count(distinct requests.person_id) as n_persons,
    cast(avg(cast(requests.serve_us - requests.index_us as double)) / 1000000.0 as double)
    as index_age_s,
    cast(avg(cast(item_births.known_us - requests.index_us as double)) / 1000000.0 as double)
    as too_early_s
from {{ ref('labels') }} as labels
join {{ ref('requests') }} as requests on labels.request_id = requests.request_id
join {{ ref('item_births') }} as item_births on labels.item_id = item_births.item_id
where item_births.known_us > requests.index_us
group by labels.item_id
order by count(*) desc, labels.item_id
