-- One row per compared segment: its click rate, had every segment shown the same mix of positions.

with

shown as (

    select
        realised.person_id,
        realised.surface,
        realised.model_version,
        realised.position,
        realised.achieved as clicks,
        realised.possible as items
    from {{ ref('realised') }} as realised
    where realised.metric = 'ctr' and realised.position is not null

),

families as (

    select 'all' as family, 'all' as segment, person_id, position, clicks, items
    from shown
    union all
    select 'surface' as family, surface as segment, person_id, position, clicks, items
    from shown
    where surface is not null
    union all
    select 'model' as family, model_version as segment, person_id, position, clicks, items
    from shown
    where model_version is not null

),

people as (

    select
        family,
        segment,
        person_id,
        position,
        sum(clicks) as clicks,
        sum(items) as items
    from families
    group by family, segment, person_id, position

),

compared as (

    select
        segments.family,
        segments.segment,
        count(*) over (partition by segments.family) as n_segments
    from (
        select people.family, people.segment, count(distinct people.person_id) as persons
        from people
        group by people.family, people.segment
    ) as segments
    where segments.family = 'all' or segments.persons >= {{ var('min_segment_persons') }}

),

cells as (

    select
        people.family,
        people.segment,
        people.position,
        sum(people.clicks) as clicks,
        sum(people.items) as items,
        max(compared.n_segments) as n_segments
    from people
    join compared on people.family = compared.family and people.segment = compared.segment
    group by people.family, people.segment, people.position
    having
        people.family = 'all'
        or count(*) >= {{ var('min_segment_persons') }}

),

common as (

    -- a position that one of them hardly shows compares nothing
    select
        cells.family,
        cells.position,
        sum(cells.items) as items
    from cells
    group by cells.family, cells.position
    having count(*) = max(cells.n_segments)

),

mix as (

    select
        common.family,
        common.position,
        common.items / nullif(sum(common.items) over (partition by common.family), 0.0) as part
    from common

),

pulls as (

    -- what each person adds to the rate, and how far that lies from the rate itself
    select
        people.family,
        people.segment,
        people.person_id,
        sum(people.clicks) as clicks,
        sum(people.items) as items,
        sum(mix.part * people.clicks / nullif(cells.items, 0.0)) as pull,
        sum(
            mix.part / nullif(cells.items, 0.0)
            * (people.clicks - cells.clicks / nullif(cells.items, 0.0) * people.items)
        ) as residual
    from people
    join cells
        on people.family = cells.family
        and people.segment = cells.segment
        and people.position = cells.position
    join mix on people.family = mix.family and people.position = mix.position
    group by people.family, people.segment, people.person_id

),

rates as (

    select
        pulls.family,
        pulls.segment,
        sum(pulls.pull) as p,
        sum(pulls.items) as n,
        sum(pulls.clicks) as positives,
        cast(count(*) as double) as persons,
        case
            when sum(pulls.residual * pulls.residual) > 0.000000000001 * sum(pulls.pull * pulls.pull)
                then sqrt(
                    cast(count(*) as double) / nullif(cast(count(*) as double) - 1.0, 0.0)
                    * sum(pulls.residual * pulls.residual)
                )
        end as se
    from pulls
    group by pulls.family, pulls.segment

)

select
    case when compared.family = 'all' then 'all'
        when compared.family = 'surface' then 'surface ' || compared.segment
        else 'model_version ' || compared.segment
    end as scope,
    rates.p as value,
    {{ clustered_bound('rates.p', 'rates.se', 'rates.persons', '-', true) }} as low,
    {{ clustered_bound('rates.p', 'rates.se', 'rates.persons', '+', true) }} as high,
    coalesce(rates.n, 0.0) as n,
    coalesce(rates.persons, 0.0) as persons,
    rates.positives,
    case when rates.p is null
        then 'not_comparable: no position is shown by each ' || compared.family
    end as reason
from compared
left join rates on compared.family = rates.family and compared.segment = rates.segment
