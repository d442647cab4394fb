-- One row for all requests and one per surface: could the index list what people asked for?

with

wanted as (

    select
        requests.person_id,
        requests.surface,
        case
            when item_births.known_us <= requests.index_us then 0.0 else 1.0
        end as is_unseen,
        case
            when item_births.first_us <= requests.serve_us - {{ var_us('new_item_age') }} then 0.0
            else 1.0
        end as is_new
    from {{ ref('labels') }} as labels
    join {{ ref('requests') }} as requests on labels.request_id = requests.request_id
    left join {{ ref('item_births') }} as item_births on labels.item_id = item_births.item_id

),

ages as (

    select
        requests.person_id,
        requests.surface,
        cast(requests.serve_us - requests.index_us as double) / 1000000.0 as age_s
    from {{ ref('requests') }} as requests

)

select
    cast(null as varchar) as surface,
    {{ clustered_columns('unseen', 'unseen_item_share') }},
    {{ clustered_columns('middle', 'median_index_age') }},
    {{ clustered_columns('tail', 'p90_index_age') }},
    {{ clustered_columns('newest', 'new_item_share') }}
from {{ clustered_ratio('wanted', 'is_unseen', '1') }} as unseen
cross join {{ clustered_ratio('wanted', 'is_new', '1') }} as newest
cross join {{ clustered_quantile('ages', 'age_s', 0.5) }} as middle
cross join {{ clustered_quantile('ages', 'age_s', 0.9) }} as tail
union all
select
    unseen.surface,
    {{ clustered_columns('unseen', 'unseen_item_share') }},
    {{ clustered_columns('middle', 'median_index_age') }},
    {{ clustered_columns('tail', 'p90_index_age') }},
    {{ clustered_columns('newest', 'new_item_share') }}
from {{ clustered_ratio('wanted', 'is_unseen', '1', by=['surface']) }} as unseen
join {{ clustered_ratio('wanted', 'is_new', '1', by=['surface']) }} as newest
    on unseen.surface = newest.surface
join {{ clustered_quantile('ages', 'age_s', 0.5, by=['surface']) }} as middle
    on unseen.surface = middle.surface
join {{ clustered_quantile('ages', 'age_s', 0.9, by=['surface']) }} as tail
    on unseen.surface = tail.surface
