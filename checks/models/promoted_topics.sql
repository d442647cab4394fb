-- One row per UTC day and topic that was promoted; without a topic everything was.

select distinct
    {{ epoch_day('rs_epoch_us(promotion_days.day)') }} as day,
    cast(promotion_days.category as varchar) as topic
from {{ relation('promotion_days') }} as promotion_days
where promotion_days.day is not null
