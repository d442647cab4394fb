-- One row for all requests and one per segment: could the index list what people asked for?

{% set segments = [
    'surface', 'device_class', 'region', 'model_version', 'activity', 'tenure', 'category'
] -%}

with

wanted as (

    select
        requests.person_id,
        requests.{{ segments[:-1] | join(', requests.') }},
        items.category,
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
    left join {{ ref('items') }} as items on labels.item_id = items.item_id

),

ages as (

    select
        requests.person_id,
        requests.surface,
        cast(requests.serve_us - requests.index_us as double) / 1000000.0 as age_s
    from {{ ref('requests') }} as requests

),

scoped as ({{ scoped_rows('wanted', segments) }}),

aged as ({{ scoped_rows('ages', ['surface']) }}),

scopes as ({{ segment_scopes('wanted', segments) }})

select
    scopes.{{ segments | join(', scopes.') }},
    unseen.value as unseen_item_share,
    unseen.low as unseen_item_share_low, unseen.high as unseen_item_share_high,
    coalesce(unseen.n, 0) as unseen_item_share_n,
    unseen.persons as unseen_item_share_persons,
    {{ clustered_columns('middle', 'median_index_age') }},
    {{ clustered_columns('tail', 'p90_index_age') }},
    {{ clustered_columns('newest', 'new_item_share') }}
from scopes
left join {{ clustered_ratio('scoped', 'is_unseen', '1', by=['scope']) }} as unseen
    on scopes.scope = unseen.scope
left join {{ clustered_ratio('scoped', 'is_new', '1', by=['scope']) }} as newest
    on scopes.scope = newest.scope
left join {{ clustered_quantile('aged', 'age_s', 0.5, by=['scope']) }} as middle
    on scopes.scope = middle.scope
left join {{ clustered_quantile('aged', 'age_s', 0.9, by=['scope']) }} as tail
    on scopes.scope = tail.scope
