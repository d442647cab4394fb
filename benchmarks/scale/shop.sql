-- A synthetic shop of any size: 90 days of events in the order of their time, one Parquet file a
-- day. Draws are products of row numbers with odd constants modulo 2^32, so that a size gives the
-- same rows everywhere. {events}, {days} and {folder} are filled in.

create macro draw(number, odd) as ((number * odd) % 4294967296) / 4294967296.0;
create macro heavy(number, odd, most) as
    -- a few do most of it
    cast(floor(most * power(draw(number, odd), 3.0)) as bigint);
create macro day_us() as 86400000000;
create macro opened_us() as 1767225600000000;
create macro person_of(number) as heavy(number, 2654435761, greatest({events} // 200, 20));
create macro key_of(person, number) as
    -- every third person has two keys more
    'k' || (person * 3 + case when person % 3 = 0 then number % 3 else 0 end);
create macro item_of(number, odd) as heavy(number, odd, 20000);
create macro category_of(item) as 'c' || (item % 200);

copy (
    select
        'e' || number as event_id,
        key_of(person_of(number), number // 7) as key,
        make_timestamp(opened_us() + at_us) as event_ts,
        make_timestamp(
            opened_us() + at_us
            + cast(case when draw(number, 40503) < 0.05 then 6 * 3600 else 300 end
                * 1000000.0 * draw(number, 2246822519) as bigint)
        ) as ingested_ts,
        case
            when draw(number, 3266489917) < 0.02 then 'purchase'
            when draw(number, 3266489917) < 0.10 then 'cart' else 'view'
        end as event_type,
        'i' || item_of(number, 668265263) as item_id,
        category_of(item_of(number, 668265263)) as category,
        at_us // day_us() as day
    from (
        select range as number, cast(range * ({days} * day_us() / {events}) as bigint) as at_us
        from range({events})
    ) as numbered
    order by day, number
) to '{folder}/events' (format parquet, partition_by (day), overwrite_or_ignore);

copy (
    select distinct
        key_of(person, number) as key,
        'user_id' as id_type,
        'u' || person as id_value,
        make_timestamp(opened_us()) as seen_ts
    from range(greatest({events} // 200, 20)) as people(person)
    cross join range(3) as keys(number)
) to '{folder}/links.parquet' (format parquet);

copy (
    select
        'r' || number as request_id,
        key_of(person_of(number), number // 5) as key,
        make_timestamp(opened_us() + at_us) as serve_ts,
        -- profiles are rebuilt every night
        make_timestamp(opened_us() + at_us // day_us() * day_us()) as snapshot_ts,
        'home' as surface,
        'm1' as model_version,
        at_us // day_us() as day
    from (
        select
            range as number,
            cast(range * ({days} * day_us() / ({events} // 20)) as bigint) as at_us
        from range({events} // 20)
    ) as numbered
) to '{folder}/serving.parquet' (format parquet);

copy (
    select
        'r' || number as request_id,
        'i' || item_of(number * 11 + position, 374761393) as item_id,
        position
    from range({events} // 20) as numbered(number)
    cross join range(1, 11) as positions(position)
) to '{folder}/served_items.parquet' (format parquet);

copy (
    select 'i' || item as item_id, category_of(item) as category
    from range(20000) as items(item)
) to '{folder}/catalogue.parquet' (format parquet);

copy (
    select event_id as outcome_id, key, event_ts as ts, 'purchase' as type, item_id
    from '{folder}/events/*/*.parquet'
    where event_type = 'purchase'
) to '{folder}/outcomes.parquet' (format parquet);
