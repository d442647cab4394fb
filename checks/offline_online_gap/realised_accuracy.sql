-- One row per k and segment, and one for all: the quality of what was served.

{% set own = ['hit_rate', 'hit_rate_organic', 'hit_rate_new', 'recall', 'mrr', 'ndcg', 'ctr', 'cvr'] %}
{% set of_lists, of_people = ['surface', 'model_version'], ['device_class', 'region', 'activity', 'tenure'] %}
{% set segments = of_lists + of_people %}

with

whole as (

    select realised.* from {{ ref('realised') }} as realised where realised.k is null

),

stacked as (

    select listed.* from ({{ scoped_rows(ref('realised'), of_lists) }}) as listed
    union all
    select people.* from ({{ scoped_rows('whole', of_people) }}) as people where people.scope <> 'all'

),

found as (

    select *
    from {{ clustered_ratio('stacked', 'achieved', 'possible', by=['metric', 'k', 'scope']) }} as found

),

scopes as ({{ segment_scopes(ref('realised'), segments) }}),

cells as (

    -- the total is the whole list, and there even when nothing was served
    select cast(null as bigint) as k, scopes.* from scopes
    union
    select found.k, scopes.* from found join scopes on found.scope = scopes.scope

)

select
    cells.k, cells.{{ segments | join(', cells.') }},
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
    on cells.scope = found.scope
    -- clicks and purchases have no k
    and (cells.k is not distinct from found.k or found.metric in ('ctr', 'cvr'))
left join {{ ref('click_standards') }} as standards
    on cells.scope = standards.scope
group by cells.k, cells.{{ segments | join(', cells.') }}
