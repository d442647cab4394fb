-- One row per request with a history and an answer: what the person looked at next, and when.

with

answers as (

    select
        labels.request_id,
        labels.item_id,
        row_number() over (
            partition by labels.request_id
            order by labels.engaged_us, labels.item_id
        ) as nth
    from {{ ref('labels') }} as labels

),

answered as (

    select
        requests.request_id,
        requests.person_id,
        requests.serve_us,
        answers.item_id,
        case
            when fallback_category.category is null then items.category else answers.item_id
        end as topic
    from {{ ref('requests') }} as requests
    join {{ ref('drift_people') }} as drift_people
        on requests.person_id = drift_people.person_id
    join answers on requests.request_id = answers.request_id and answers.nth = 1
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on answers.item_id = items.item_id

),

numbered as (

    select
        answered.*,
        row_number() over (
            order by rs_hash_u(answered.request_id), answered.request_id
        ) as nth
    from answered
    where answered.topic is not null

)

select
    request_id,
    person_id,
    serve_us,
    item_id,
    topic,
    nth
from numbered
where nth <= {{ var('drift_requests') }}
