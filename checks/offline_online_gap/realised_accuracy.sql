-- One row per k, surface and model version, and one for all: the quality of what was served.

{% set own = ['hit_rate', 'hit_rate_organic', 'hit_rate_new', 'recall', 'mrr', 'ndcg', 'ctr', 'cvr'] %}

with

realised as (

    select
        realised.person_id, realised.surface, realised.model_version, realised.k, realised.metric,
        realised.achieved, realised.possible
    from {{ ref('realised') }} as realised

),

stacked as (

    select person_id, cast(null as varchar) as surface, cast(null as varchar) as model_version, k,
        metric, achieved, possible
    from realised
    union all
    select person_id, surface, null, k, metric, achieved, possible
    from realised
    where surface is not null
    union all
    select person_id, null, model_version, k, metric, achieved, possible
    from realised
    where model_version is not null

),

found as (

    select *
    from {{ clustered_ratio(
        'stacked', 'achieved', 'possible', by=['metric', 'k', 'surface', 'model_version']
    ) }} as found

),

cells as (

    -- the total is the whole list, and there even when nothing was served
    select cast(null as bigint) as k, cast(null as varchar) as surface,
        cast(null as varchar) as model_version
    union
    select k, surface, model_version
    from found

)

select
    cells.k, cells.surface, cells.model_version,
    {%- for metric in own %}
    {%- set is_it = "case when found.metric = '" ~ metric ~ "' then found." %}
    max({{ is_it }}value end) as {{ metric }}, max({{ is_it }}low end) as {{ metric }}_low,
    max({{ is_it }}high end) as {{ metric }}_high,
    coalesce(max({{ is_it }}n end), 0) as {{ metric }}_n,
    coalesce(max({{ is_it }}persons end), 0) as {{ metric }}_persons,
    {%- if metric not in ['recall', 'mrr', 'ndcg'] %}
    max({{ is_it }}positives end) as {{ metric }}_positives,
    {%- endif %}
    {%- endfor %}
    {%- for part in ['', '_low', '_high', '_n', '_persons', '_positives', '_reason'] %}
    max(standards.{{ part[1:] or 'value' }}) as ctr_standardised{{ part }},
    {%- endfor %}
    coalesce(max(case when found.metric = 'hit_rate' then found.n end), 0) as requests
from cells
left join found
    on cells.surface is not distinct from found.surface
    and cells.model_version is not distinct from found.model_version
    -- clicks and purchases have no k
    and (cells.k is not distinct from found.k or found.metric in ('ctr', 'cvr'))
left join {{ ref('click_standards') }} as standards
    on cells.surface is not distinct from standards.surface
    and cells.model_version is not distinct from standards.model_version
group by cells.k, cells.surface, cells.model_version
