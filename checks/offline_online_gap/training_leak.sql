-- One row for all examples and one per relation: how many knew what came after their label.

with

examples as (

    select
        'offline_rows' as source,
        case
            when rs_epoch_us(offline_rows.feature_available_ts) > rs_epoch_us(offline_rows.label_ts)
                or rs_epoch_us(offline_rows.newest_feature_ts) > rs_epoch_us(offline_rows.label_ts)
                then 1.0
            else 0.0
        end as is_leaky
    from {{ relation('offline_rows') }} as offline_rows
    where
        offline_rows.label_ts is not null
        and (
            offline_rows.feature_available_ts is not null
            or offline_rows.newest_feature_ts is not null
        )
    union all
    select
        'training_sample',
        case
            when rs_epoch_us(training_sample.feature_available_ts)
                > rs_epoch_us(training_sample.label_ts) then 1.0
            else 0.0
        end
    from {{ relation('training_sample') }} as training_sample
    where
        training_sample.label_ts is not null
        and training_sample.feature_available_ts is not null

)

select
    cast(null as varchar) as source,
    avg(examples.is_leaky) as leak_share,
    count(*) as leak_share_n
from examples
union all
select
    examples.source,
    avg(examples.is_leaky) as leak_share,
    count(*) as leak_share_n
from examples
group by examples.source
