-- One row per training run or feature whose examples knew what came after their label.

with

examples as (

    select
        'offline_rows' as source,
        cast(offline_rows.run_id as varchar) as part,
        rs_epoch_us(offline_rows.label_ts) as label_us,
        {{ later_of('rs_epoch_us(offline_rows.feature_available_ts)',
                    'rs_epoch_us(offline_rows.newest_feature_ts)') }} as known_us
    from {{ relation('offline_rows') }} as offline_rows
    union all
    select
        'training_sample',
        cast(training_sample.feature as varchar),
        rs_epoch_us(training_sample.label_ts),
        rs_epoch_us(training_sample.feature_available_ts)
    from {{ relation('training_sample') }} as training_sample

),

parts as (

    select
        examples.source,
        examples.part,
        count(*) as n_examples,
        count(case when examples.known_us > examples.label_us then 1 end) as n_leaks,
        max(examples.known_us - examples.label_us) as worst_us,
        max(case when examples.known_us > examples.label_us then examples.label_us end) as last_us
    from examples
    where examples.label_us is not null and examples.known_us is not null
    group by examples.source, examples.part

)

select
    parts.source,
    case when parts.source = 'offline_rows' then parts.part end as run_id,
    case when parts.source = 'training_sample' then parts.part end as feature,
    parts.n_leaks as leaks,
    parts.n_examples as examples,
    cast(parts.worst_us as double) / 1000000.0 as worst_s,
    {{ time_text('parts.last_us') }} as last_label_at
from parts
where parts.n_leaks > 0
order by parts.n_leaks desc, parts.source, parts.part
