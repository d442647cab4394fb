-- One row per request whose list held nothing of what its person went on to look at.

with

missed as (

    select scores.request_id
    from {{ ref('scores') }} as scores
    where scores.k is null and scores.hit_rate = 0.0

),

wanted as (

    select
        labels.request_id,
        count(*) as n_items,
        min(labels.engaged_us) as first_us
    from {{ ref('labels') }} as labels
    join missed on labels.request_id = missed.request_id
    group by labels.request_id

),

firsts as (

    select
        wanted.request_id,
        wanted.n_items,
        wanted.first_us,
        min(labels.item_id) as item_id
    from wanted
    join {{ ref('labels') }} as labels
        on wanted.request_id = labels.request_id
        and wanted.first_us = labels.engaged_us
    group by wanted.request_id, wanted.n_items, wanted.first_us

)

select
    requests.request_id,
    requests.person_id,
    requests.profile_id,
    requests.surface,
    requests.model_version,
    {{ time_text('requests.serve_us') }} as served_at,
    firsts.n_items as wanted_items,
    firsts.item_id as first_wanted,
    cast(firsts.first_us - requests.serve_us as double) / 1000000.0 as wanted_after_s,
    cast(requests.serve_us - requests.snapshot_us as double) / 1000000.0 as snapshot_age_s,
    cast(requests.serve_us - requests.index_us as double) / 1000000.0 as index_age_s
from firsts
join {{ ref('requests') }} as requests on firsts.request_id = requests.request_id
order by firsts.n_items desc, requests.serve_us - requests.snapshot_us desc, requests.request_id
