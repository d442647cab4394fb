-- One row: the median number of topics on a served list, or what is assumed without lists.

{% if mapped('serving') and mapped('served_items') -%}
with

counted as (

    select
        backtests.request_id,
        count(distinct case
            when fallback_category.category is null then items.category else lists.item_id
        end) as n_topics
    from {{ ref('backtests') }} as backtests
    join {{ ref('lists') }} as lists on backtests.request_id = lists.request_id
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on lists.item_id = items.item_id
    group by backtests.request_id

),

ranked as (

    select
        n_topics,
        row_number() over (order by n_topics, request_id) as nth,
        count(*) over () as n
    from counted

)

select coalesce(max(ranked.n_topics), {{ var('list_topics') }}) as n_topics
from ranked
where ranked.nth * 2 <= ranked.n + 1
{%- else -%}
select {{ var('list_topics') }} as n_topics
{%- endif %}
