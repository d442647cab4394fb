-- One row: the offline score, had its examples been spread over histories as requests are.

with

offline as (

    select
        {{ history_size('cast(offline_rows.history_events as double)') }} as size,
        avg(cast(offline_rows.hit as double)) as score
    from {{ relation('offline_rows') }} as offline_rows
    join {{ ref('replay_target') }} as replay_target
        on cast(offline_rows.run_id as varchar) = replay_target.run_id
        and coalesce(cast(offline_rows.k as bigint), replay_target.k) = replay_target.k
    where offline_rows.hit is not null and offline_rows.history_events is not null
    group by {{ history_size('cast(offline_rows.history_events as double)') }}

),

serving as (

    -- histories as the planned pipeline would know them: what is lost today is not a mix
    select
        {{ history_size('cast(replay_cells.n_events as double)') }} as size,
        cast(count(*) as double) as n
    from {{ ref('replay_cells') }} as replay_cells
    where replay_cells.cell = 7
    group by {{ history_size('cast(replay_cells.n_events as double)') }}

)

select sum(serving.n * offline.score) / nullif(sum(serving.n), 0.0) as score
from serving
join offline on serving.size = offline.size
