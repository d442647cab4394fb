-- One row per person whose lists have an answer: the third by their number of events.

select
    people.person_id,
    floor(3.0 * cast(people.nth - 1 as double) / nullif(people.n_people, 0)) as busy_third
from (
    select
        list_ages.person_id,
        row_number() over (order by min(list_ages.n_events), list_ages.person_id) as nth,
        count(*) over () as n_people
    from {{ ref('list_ages') }} as list_ages
    group by list_ages.person_id
) as people
