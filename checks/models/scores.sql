-- One row per request with something to find, and cut-off k (none = the whole list).

with

listed as (

    select
        lists.request_id,
        max(lists.position) as last_position
    from {{ ref('lists') }} as lists
    group by lists.request_id

),

depth as (

    select max(listed.last_position) as longest
    from listed

),

wanted as (

    select usual.k
    from (values (1), (5), (10), (20), (50), (100), (200)) as usual(k)
    union all
    select cast(offline_metrics.k as bigint) as k
    from {{ relation('offline_metrics') }} as offline_metrics

),

cutoffs as (

    select
        cast(null as bigint) as k,
        depth.longest as cutoff
    from depth
    union all
    select distinct
        wanted.k,
        wanted.k as cutoff
    from wanted
    cross join depth
    where wanted.k >= 1 and wanted.k <= depth.longest

),

graded as (

    -- a request whose list was not logged is unknown, not missed
    select
        label_kinds.request_id,
        label_kinds.is_organic,
        label_kinds.is_new,
        lists.position,
        row_number() over (
            partition by label_kinds.request_id order by label_kinds.item_id
        ) as nth
    from {{ ref('label_kinds') }} as label_kinds
    join listed on label_kinds.request_id = listed.request_id
    left join {{ ref('lists') }} as lists
        on label_kinds.request_id = lists.request_id
        and label_kinds.item_id = lists.item_id

),

summed as (

    select
        graded.request_id,
        cutoffs.k,
        cast(count(*) as double) as relevant,
        cast(count(case when graded.position <= cutoffs.cutoff then 1 end) as double) as hits,
        min(case when graded.position <= cutoffs.cutoff then graded.position end) as first_hit,
        -- NULL where nothing of that kind was wanted
        max(
            case
                when graded.is_organic = 1 and graded.position <= cutoffs.cutoff then 1
                when graded.is_organic = 1 then 0
            end
        ) as organic_hit,
        max(
            case
                when graded.is_new = 1 and graded.position <= cutoffs.cutoff then 1
                when graded.is_new = 1 then 0
            end
        ) as new_hit,
        sum(
            case
                when graded.position <= cutoffs.cutoff
                    then 1.0 / nullif(log2(cast(graded.position + 1 as double)), 0.0)
                else 0.0
            end
        ) as gain,
        -- the best list there is holds every relevant item, served or not
        sum(
            case
                when graded.nth <= cutoffs.cutoff
                    then 1.0 / nullif(log2(cast(graded.nth + 1 as double)), 0.0)
                else 0.0
            end
        ) as ideal_gain
    from graded
    cross join cutoffs
    group by graded.request_id, cutoffs.k

)

select
    summed.request_id,
    summed.k,
    cast(case when summed.hits > 0.0 then 1 else 0 end as double) as hit_rate,
    cast(summed.organic_hit as double) as hit_rate_organic,
    cast(summed.new_hit as double) as hit_rate_new,
    summed.hits / nullif(summed.relevant, 0.0) as recall,
    coalesce(1.0 / nullif(cast(summed.first_hit as double), 0.0), 0.0) as mrr,
    summed.gain / nullif(summed.ideal_gain, 0.0) as ndcg
from summed
