-- One row per bootstrap draw and person: how often the person is in it (draw 0 = everybody once).

with

digits as (

    select digits.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits(digit)

),

numbers as (

    select 100 * hundreds.digit + 10 * tens.digit + ones.digit as draw
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones

),

persons as (

    select distinct replayed.person_id
    from {{ ref('replay_requests') }} as replayed

),

drawn as (

    select
        numbers.draw,
        persons.person_id,
        rs_hash_u(persons.person_id || ' ' || cast(numbers.draw as varchar)) as u
    from persons
    cross join numbers
    where numbers.draw <= {{ var('bootstrap_draws') }}

)

select
    drawn.draw,
    drawn.person_id,
    -- a Poisson number of mean 1, by its distribution function
    case
        when drawn.draw = 0 then 1.0
        when drawn.u < 0.367879 then 0.0
        when drawn.u < 0.735759 then 1.0
        when drawn.u < 0.919699 then 2.0
        when drawn.u < 0.981012 then 3.0
        when drawn.u < 0.996340 then 4.0
        when drawn.u < 0.999406 then 5.0
        when drawn.u < 0.999917 then 6.0
        else 7.0
    end as weight
from drawn
