-- One row per warm request: the newest signal for its list, had some steps of the pipeline no delay.

with

gates as (

    select
        requests.request_id, requests.person_id, requests.surface, requests.serve_us,
        gates.used_us, gates.arrived_us, gates.profile_us, gates.newest_us,
        {%- for clock in ['before_cut', 'person_before_cut', 'person_arrived_by_cut'] %}
        -- a snapshot that missed what had arrived would have missed it however it came
        case when not coalesce(gates.used_us < sightings.arrived_by_cut_us, false)
            then sightings.{{ clock }}_us end as {{ clock }}_us,
        {%- endfor %}
        sightings.person_arrived_us
    from {{ ref('signal_gates') }} as gates
    join {{ ref('sightings') }} as sightings on gates.moment_id = sightings.moment_id
    join {{ ref('requests') }} as requests on gates.request_id = requests.request_id
    where gates.used_us <= requests.serve_us and gates.newest_us <= requests.serve_us

),

-- what is there without a delay less is there without it, too; nothing is newer than the newest

one_step as (

    select
        gates.*,
        {{ later_within('gates.before_cut_us', 'gates.used_us', 'gates.profile_us') }}
            as prompt_us,
        {{ later_within('gates.person_arrived_by_cut_us', 'gates.used_us', 'gates.newest_us') }}
            as merged_us
    from gates

),

two_steps as (

    select
        one_step.*,
        {{ later_of('one_step.prompt_us', 'one_step.merged_us') }} as prompt_or_merged_us,
        {{ later_of('one_step.arrived_us', 'one_step.merged_us') }} as arrived_or_merged_us
    from one_step

)

-- 1 = with an instant refresh, 2 = with an instant ingestion, 4 = with all keys of the person
select
    request_id, person_id, surface, serve_us,
    used_us as us_0,
    arrived_us as us_1,
    prompt_us as us_2,
    profile_us as us_3,
    merged_us as us_4,
    {{ later_within('person_arrived_us', 'arrived_or_merged_us', 'newest_us') }} as us_5,
    {{ later_within('person_before_cut_us', 'prompt_or_merged_us', 'newest_us') }} as us_6,
    newest_us as us_7
from two_steps
