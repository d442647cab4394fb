-- The only functions of the shop: random draws that every engine repeats, and instants.

-- A hash stands for four draws; the same purpose and numbers always give the same ones.
create macro draws(purpose, a, b, c) as
    md5(concat_ws(':', {{ world.seed }}, purpose, a, b, c));

-- A draw in (0, 1): eight of the hash's digits, moved off zero so that it has a logarithm.
create macro draw(hash, nth) as
    (cast(cast('0x' || substr(hash, 8 * nth + 1, 8) as bigint) as double) + 0.5) / 4294967296.0;

-- A waiting time in microseconds: exponential, with the mean given in microseconds.
create macro waiting(u, mean_us) as
    cast(round(-ln(u) * mean_us) as bigint);

-- A category: few are wanted by many.
create macro any_category(u) as
    cast(floor({{ world.categories }} * pow(u, {{ world.popularity_skew }})) as bigint);

-- The shop's clock starts on a Monday.
create macro moment(us) as
    make_timestamp({{ world.start_us }} + us);
