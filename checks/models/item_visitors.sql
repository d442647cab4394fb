-- One row per person and item: how often it was used in the training window and in recent days.

select
    person_events.person_id,
    person_events.item_id,
    -- a draw of its own: the one of --sample has halved nobody at random
    case when rs_hash_u('half ' || min(person_events.person_id)) < 0.5 then 1 else 0 end
    as is_first_half,
    count(case when person_events.event_us < training_span.to_us then 1 end) as n_trained,
    count(case when person_events.event_us >= training_span.recent_from_us then 1 end) as n_recent
from {{ ref('person_events') }} as person_events
cross join {{ ref('training_span') }} as training_span
where person_events.item_id is not null and person_events.event_us >= training_span.from_us
group by person_events.person_id, person_events.item_id
