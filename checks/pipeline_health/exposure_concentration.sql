-- One row per period and one for the newest: how unequally items were shown, and how that changed.

{% set period = var_us('exposure_period') %}

with

ginis as (

    select *
    from {{ clustered_ratio(
        ref('exposure_sums'), 'pull', 'n_shown', by=['periods_ago'], share=false
    ) }} as found

),

answers as (

    select
        requests.person_id,
        case when displayed.item_id is null then 0 else 1 end as is_exposed
    from {{ ref('labels') }} as labels
    join {{ ref('requests') }} as requests on labels.request_id = requests.request_id
    left join {{ ref('displayed') }} as displayed
        on labels.request_id = displayed.request_id and labels.item_id = displayed.item_id

),

spread as (

    -- a period in which nobody's list differs adds no spread of its own
    select
        newest.periods_ago,
        sqrt(
            coalesce((newest.high - newest.value) * (newest.high - newest.value), 0.0)
            + coalesce((earlier.high - earlier.value) * (earlier.high - earlier.value), 0.0)
        ) as margin
    from ginis as newest
    join ginis as earlier on newest.periods_ago + 1 = earlier.periods_ago
    where coalesce(newest.high, earlier.high) is not null

),

cells as (

    -- the newest period is the total, and there even when nothing was shown
    select cast(null as varchar) as period, 0.0 as periods_ago
    union all
    select
        {{ day_text(epoch_day(as_of_us() ~ ' - (periods_ago + 1) * ' ~ period)) }},
        periods_ago
    from ginis

)

select
    cells.period,
    newest.value as gini, newest.low as gini_low, newest.high as gini_high,
    coalesce(newest.n, 0) as gini_n, newest.persons as gini_persons,
    newest.value - earlier.value as gini_change,
    newest.value - earlier.value - spread.margin as gini_change_low,
    newest.value - earlier.value + spread.margin as gini_change_high,
    case when newest.n < earlier.n then newest.n else earlier.n end as gini_change_n,
    case when newest.persons < earlier.persons then newest.persons else earlier.persons end
    as gini_change_persons,
    case when log.n_periods > 0 and newest.value - earlier.value is null
        then 'not_enough_data: two full periods in a row are needed'
    end as gini_change_reason,
    tops.value as top_share, tops.low as top_share_low, tops.high as top_share_high,
    answered.value as exposed_label_share,
    answered.low as exposed_label_share_low, answered.high as exposed_label_share_high
from cells
cross join (select count(*) as n_periods from ginis) as log
left join ginis as newest on cells.periods_ago = newest.periods_ago
left join ginis as earlier on cells.periods_ago + 1 = earlier.periods_ago
left join spread on cells.periods_ago = spread.periods_ago
left join {{ clustered_ratio(ref('exposure_sums'), 'n_top', 'n_shown', ['periods_ago']) }} as tops
    on cells.periods_ago = tops.periods_ago
left join {{ clustered_ratio('answers', 'is_exposed', '1') }} as answered on cells.period is null
