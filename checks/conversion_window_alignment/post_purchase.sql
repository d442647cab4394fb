-- One row per category and segment, and one for all: how often a recommendation came after the purchase.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

shown as (

    -- an item that no signal called for is neither before nor after a purchase: no number, not zero
    select
        requests.{{ segments | join(', requests.') }},
        served_categories.person_id,
        served_categories.category,
        served_categories.n_items,
        case
            when served_categories.gap_s is null then null
            when served_categories.is_decided then served_categories.n_items
            else 0
        end as bought_items
    from {{ ref('served_categories') }} as served_categories
    left join {{ ref('requests') }} as requests
        on served_categories.request_id = requests.request_id

),

scoped as ({{ scoped_rows('shown', segments + ['category']) }}),

scopes as ({{ segment_scopes('shown', segments) }}),

cells as (

    select scopes.*, cast(null as varchar) as category
    from scopes
    union all
    select distinct 'category ' || category,
        {%- for segment in segments %} cast(null as varchar),{% endfor %} category
    from shown

)

select
    cells.category, cells.{{ segments | join(', cells.') }},
    bought.value as post_purchase_share,
    bought.low as post_purchase_share_low,
    bought.high as post_purchase_share_high,
    coalesce(bought.n, 0) as post_purchase_share_n,
    bought.persons as post_purchase_share_persons
from cells
left join {{ clustered_ratio('scoped', 'bought_items', 'n_items', by=['scope']) }} as bought
    on cells.scope = bought.scope
