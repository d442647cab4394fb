-- One row per snapshot and listed category: the one model, whatever feeds it.

with

memory as (

    -- the newest events weigh most; whole numbers, so that sums and ties are the same everywhere
    select
        age,
        cast(1000 * weight as bigint) as weight
    from (
        values
            {% for age, weight in world.memory %}({{ age }}, {{ weight }})
            {%- if not loop.last %}, {% endif %}{% endfor %}
    ) as weights(age, weight)

),

remembered as materialized (

    -- materialized, so that what follows is a join on two equal columns
    select
        snapshots.snapshot_no,
        snapshots.profile_id,
        snapshots.n_events - memory.age as nth,
        memory.weight
    from snapshots
    cross join memory

),

candidates as (

    select
        remembered.snapshot_no,
        arrivals.category_no,
        remembered.weight
    from remembered
    join arrivals
        on remembered.profile_id = arrivals.profile_id
        and remembered.nth = arrivals.nth
    union all
    -- what is popular fills up, and is all there is for a stranger
    select
        snapshots.snapshot_no,
        popularity.category_no,
        {{ 2 * world.list_categories + 1 }} - popularity.place
    from snapshots
    join popularity on whole(snapshots.snapshot_us, {{ world.day_us }}) = popularity.day

),

weighed as (

    select
        snapshot_no,
        category_no,
        sum(weight) as weight
    from candidates
    group by snapshot_no, category_no

),

ranked as (

    select
        snapshot_no,
        category_no,
        row_number() over (
            partition by snapshot_no
            order by weight desc, category_no
        ) as place
    from weighed

)

select
    snapshot_no,
    category_no,
    place
from ranked
where place <= {{ world.list_categories }}
