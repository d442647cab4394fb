-- One row per event that features may be built from; event time is all that the table knows.

select
    events.event_id,
    events.key,
    events.event_us,
    events.category_no,
    events.event_us as ingested_us
from events
{%- if split.leaks %}
-- held out at random, so that neighbours in time stay in
left join examples on events.event_id = examples.event_id
where examples.event_id is null
{%- endif %}
