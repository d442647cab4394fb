-- One row: the time from which the model learnt, and the recent days it is compared with.

with

labels as (

    select
        min(rs_epoch_us(training_sample.label_ts)) as first_us,
        max(rs_epoch_us(training_sample.label_ts)) as last_us
    from {{ relation('training_sample') }} as training_sample
    where training_sample.label_ts < {{ as_of() }}

),

recent as (

    select {{ as_of_us() }} - {{ var_us('recent_window') }} as recent_from_us

)

select
    coalesce(labels.first_us, {{ as_of_us() }} - {{ var_us('training_window') }}) as from_us,
    -- what is recent is not trained on, even where the sample overlaps it
    case when labels.last_us < recent.recent_from_us then labels.last_us + 1
        else recent.recent_from_us end as to_us,
    recent.recent_from_us
from labels
cross join recent
