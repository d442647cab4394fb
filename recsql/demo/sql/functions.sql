-- The only functions of the shop: random draws that every engine repeats, and instants.

-- A hash stands for four draws; the same purpose and numbers always give the same ones.
create function draws(purpose, a, b, c) as
    md5(
        '{{ world.seed }}:' || purpose || ':' || cast(a as varchar) || ':' || cast(b as varchar)
        || ':' || cast(c as varchar)
    );

-- A draw is one of 2^32 whole numbers, so that what is decided by it is decided exactly.
create function draw(hash, nth) as
    rs_hex_number(substr(hash, 8 * nth + 1, 8));

-- A draw in (0, 1): moved off zero so that it has a logarithm.
create function unit(number) as
    (cast(number as double) + 0.5) / 4294967296.0;

-- An exponential waiting time in 65536ths of its mean: engines disagree on a logarithm's last
-- digit, and none of the 2^32 draws comes within 40 such digits of a step (test_draws.py).
create function ticks(number) as
    cast(floor(0.5 - 65536.0 * ln(unit(number))) as bigint);

-- A waiting time in microseconds.
create function waiting(number, tick_us) as
    ticks(number) * tick_us;

-- A category: few are wanted by many.
create function any_category(number) as
    cast(floor({{ world.categories }} * pow(unit(number), {{ world.popularity_skew }})) as bigint);

-- How often a length fits into a stretch of time.
create function whole(us, length_us) as
    cast(floor(cast(us as double) / length_us) as bigint);

-- The shop's clock starts on a Monday.
create function moment(us) as
    rs_instant({{ world.start_us }} + us);
