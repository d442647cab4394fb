-- One row: what is missing from the serving log, in hours, lists, requests and positions.

with

gaps as (

    select
        cast(count(serving_hours.is_gap) as double) as n_hours,
        cast(sum(serving_hours.is_gap) as double)
        / nullif(count(serving_hours.is_gap), 0) as gap_share,
        count(*) as n_all_hours
    from {{ ref('serving_hours') }} as serving_hours

),

logs as (

    select
        request_logs.person_id,
        request_logs.is_without_items,
        request_logs.has_position_gap,
        request_logs.is_short
    from {{ ref('request_logs') }} as request_logs

),

known as (

    select distinct cast(serving.request_id as varchar) as request_id
    from {{ relation('serving') }} as serving

),

lists as (

    select distinct cast(served_items.request_id as varchar) as request_id
    from {{ relation('served_items') }} as served_items
    where served_items.request_id is not null and served_items.item_id is not null

),

strays as (

    select
        cast(count(*) as double) as n,
        cast(count(case when known.request_id is null then 1 end) as double)
        / nullif(count(*), 0) as share
    from lists
    left join known on lists.request_id = known.request_id

)

select
    gaps.gap_share as gap_hour_share,
    {{ wilson_low('gaps.gap_share', 'gaps.n_hours') }} as gap_hour_share_low,
    {{ wilson_high('gaps.gap_share', 'gaps.n_hours') }} as gap_hour_share_high,
    gaps.n_hours as gap_hour_share_n,
    case when gaps.n_all_hours > 0 and gaps.n_hours = 0
        then 'not_enough_data: no hour has enough requests for a gap to show'
    end as gap_hour_share_reason,
    bare.value as without_items_share,
    bare.low as without_items_share_low, bare.high as without_items_share_high,
    bare.n as without_items_share_n, bare.persons as without_items_share_persons,
    strays.share as unknown_request_share,
    {{ wilson_low('strays.share', 'strays.n') }} as unknown_request_share_low,
    {{ wilson_high('strays.share', 'strays.n') }} as unknown_request_share_high,
    strays.n as unknown_request_share_n,
    holes.value as position_gap_share,
    holes.low as position_gap_share_low, holes.high as position_gap_share_high,
    holes.n as position_gap_share_n,
    short.value as short_retrieval_share,
    short.low as short_retrieval_share_low, short.high as short_retrieval_share_high,
    short.n as short_retrieval_share_n
from gaps
cross join strays
cross join {{ clustered_ratio('logs', 'is_without_items', '1') }} as bare
cross join {{ clustered_ratio('logs', 'has_position_gap', '1') }} as holes
cross join {{ clustered_ratio('logs', 'is_short', '1') }} as short
