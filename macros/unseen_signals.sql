{% macro unseen_signals(requests) -%}
(
    with unseen_candidates as (
        select asked.request_id, asked.used_us, asked.arrived_us, asked.profile_us,
            moment_keys.in_profile, person_events.event_id, person_events.key,
            person_events.event_us, {{ time_text('person_events.event_us') }} as happened_at,
            coalesce(person_events.category, items.category) as category,
            case when asked.used_us is null or person_events.event_us > asked.used_us then
                row_number() over (partition by asked.request_id order by
                    person_events.event_us desc, person_events.event_id nulls last) end as nth
        from {{ requests }} as asked
        join {{ ref('moments') }} as moments on asked.request_id = moments.request_id
        join {{ ref('moment_keys') }} as moment_keys on moments.moment_id = moment_keys.moment_id
        join {{ ref('person_events') }} as person_events on moment_keys.key = person_events.key
            and person_events.event_us <= moments.at_us - {{ var_us('serve_guard') }}
        left join {{ ref('items') }} as items on person_events.item_id = items.item_id
        where not person_events.is_backfill
    )
    select request_id,
        {%- for gate in ['profile', 'arrived', 'used'] %}
        min(case when in_profile and event_us = {{ gate }}_us then event_id end)
            as {{ gate }}_event_id,
        min(case when in_profile and event_us = {{ gate }}_us then happened_at end)
            as {{ gate }}_at,
        {%- endfor %}
        {%- for name in ['newest', 'second', 'third'] %}
        max(case when nth = {{ loop.index }} then event_id end) as {{ name }}_event_id,
        max(case when nth = {{ loop.index }} then happened_at end) as {{ name }}_at,
        max(case when nth = {{ loop.index }} then category end) as {{ name }}_category,
        max(case when nth = {{ loop.index }} then key end) as {{ name }}_key,
        {%- endfor %}
        count(case when nth > 0 and not in_profile then 1 end) as other_key_events
    from unseen_candidates group by request_id
)
{%- endmacro %}
