-- conversion_window_alignment/decision_window.sql
/* One row per category, and one for all: how long people take from first interest to purchase. */
WITH windows AS (
SELECT
category,
window_50,
window_50_low,
window_50_high,
window_90,
window_90_low,
window_90_high,
conversion_share,
conversion_error,
journeys,
persons,
purchases,
CAST(abandoned AS DOUBLE) / NULLIF(CAST(journeys AS DOUBLE), 0.0) AS abandoned_share,
CASE
WHEN journeys > 0 AND purchases < 30
THEN 'not_enough_data: fewer purchases than min_window_purchases'
END AS reason
FROM recsql_decision_windows AS decision_windows
/* a category in which nobody bought has no window */
WHERE
category IS NULL OR purchases > 0
)
SELECT
category,
window_50,
window_50_low,
window_50_high,
purchases AS window_50_n,
reason AS window_50_reason,
window_90,
window_90_low,
window_90_high,
purchases AS window_90_n,
reason AS window_90_reason,
conversion_share,
CASE
WHEN conversion_error > 0.0 AND conversion_share - 1.96 * conversion_error < 0.0
THEN 0.0
WHEN conversion_error > 0.0 AND conversion_share - 1.96 * conversion_error > 1.0
THEN 1.0
WHEN conversion_error > 0.0
THEN conversion_share - 1.96 * conversion_error
ELSE (
(
conversion_share
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
conversion_share
) * (
1.0 - (
conversion_share
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS conversion_share_low,
CASE
WHEN conversion_error > 0.0 AND conversion_share + 1.96 * conversion_error < 0.0
THEN 0.0
WHEN conversion_error > 0.0 AND conversion_share + 1.96 * conversion_error > 1.0
THEN 1.0
WHEN conversion_error > 0.0
THEN conversion_share + 1.96 * conversion_error
ELSE (
(
conversion_share
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
conversion_share
) * (
1.0 - (
conversion_share
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS conversion_share_high,
journeys AS conversion_share_n,
abandoned_share,
journeys AS abandoned_share_n,
journeys,
purchases
FROM windows;
-- conversion_window_alignment/late_recommendations.rows.sql
/* One row per request and category that came too late, though fresh signals were in time. */
SELECT
placements.request_id,
placements.person_id,
placements.category,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.start_us - 86400000000 * CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.start_us - 86400000000 * CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
placements.start_us - 86400000000 * CAST(FLOOR(CAST(placements.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS started_at,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.serve_us - 86400000000 * CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.serve_us - 86400000000 * CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
placements.serve_us - 86400000000 * CAST(FLOOR(CAST(placements.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
placements.n_items AS items,
placements.gap_s,
placements.fresh_gap_s,
placements.window_50 AS window_50_s,
placements.window_s,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.next_purchase_us - 86400000000 * CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
placements.next_purchase_us - 86400000000 * CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
placements.next_purchase_us - 86400000000 * CAST(FLOOR(CAST(placements.next_purchase_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS bought_at
FROM recsql_placements AS placements
WHERE
placements.placement = 'too_late' AND placements.fresh_placement = 'in_window'
ORDER BY
placements.gap_s - placements.fresh_gap_s DESC,
placements.request_id,
placements.category
LIMIT 20;
-- conversion_window_alignment/late_recommendations.sql
/* One row per category, per bin of the gap, per segment and one for all: how much came too late. */
WITH scoped AS (
SELECT
scope,
person_id,
items,
unsignalled,
settled,
converted
FROM (
SELECT
'all' AS scope,
source_rows.*
FROM recsql_late_people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM recsql_late_people AS source_rows
WHERE
NOT source_rows.category IS NULL
) AS people
UNION ALL
/* what is in no bin is in no scope */
SELECT
'gap ' || gap_bin,
person_id,
NULL,
NULL,
settled,
converted
FROM recsql_late_people AS people
), windows AS (
SELECT
MAX(CASE WHEN gap_bin IS NULL THEN 1 ELSE 0 END) AS missing
FROM recsql_late_people AS people
)
SELECT
scopes.category,
scopes.gap,
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
late.value AS late_share,
late.low AS late_share_low,
late.high AS late_share_high,
COALESCE(late.n, 0) AS late_share_n,
late.persons AS late_share_persons,
CASE
WHEN windows.missing = 1 AND scopes.gap IS NULL
THEN 'not_enough_data: too few purchases to tell how long people take to decide'
END AS late_share_reason,
by_revenue.value AS revenue_late_share,
by_revenue.low AS revenue_late_share_low,
by_revenue.high AS revenue_late_share_high,
late.avoidable AS avoidable_late_share,
late.avoidable_low AS avoidable_late_share_low,
late.avoidable_high AS avoidable_late_share_high,
late.n AS avoidable_late_share_n,
late.avoidable_persons AS avoidable_late_share_persons,
scopes.slow_share AS slow_revenue_share,
scopes.slow_low AS slow_revenue_share_low,
scopes.slow_high AS slow_revenue_share_high,
scopes.slow_n AS slow_revenue_share_n,
scopes.slow_persons AS slow_revenue_share_persons,
scopes.value AS median_gap,
scopes.low AS median_gap_low,
scopes.high AS median_gap_high,
silent.value AS no_signal_share,
silent.low AS no_signal_share_low,
silent.high AS no_signal_share_high,
silent.n AS no_signal_share_n,
silent.persons AS no_signal_share_persons,
sold.value AS conversion_rate,
sold.low AS conversion_rate_low,
sold.high AS conversion_rate_high,
sold.n AS conversion_rate_n,
sold.persons AS conversion_rate_persons
FROM recsql_gap_scopes AS scopes
CROSS JOIN windows
LEFT JOIN recsql_late_shares AS late
ON scopes.scope = late.scope
LEFT JOIN recsql_late_shares AS by_revenue
ON scopes.scope = 'all' AND by_revenue.scope = 'by revenue'
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(unsignalled AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT unsignalled IS NULL THEN CAST(items AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS silent
ON scopes.scope = silent.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(converted AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT converted IS NULL THEN CAST(settled AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS sold
ON scopes.scope = sold.scope;
-- conversion_window_alignment/missed_moments.rows.sql
/* One row per purchased decision during which nothing of its category was shown, the longest first. */
SELECT
bought_journeys.person_id,
bought_journeys.category,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
bought_journeys.start_us - 86400000000 * CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
bought_journeys.start_us - 86400000000 * CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
bought_journeys.start_us - 86400000000 * CAST(FLOOR(CAST(bought_journeys.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS started_at,
bought_journeys.decision_s
FROM recsql_bought_journeys AS bought_journeys
WHERE
bought_journeys.n_shown = 0
ORDER BY
bought_journeys.decision_s DESC,
bought_journeys.person_id,
bought_journeys.category
LIMIT 20;
-- conversion_window_alignment/missed_moments.sql
/* One row per category, per activity and one for all: purchased decisions that saw nothing of theirs. */
WITH moments AS (
SELECT
person_id,
category,
CASE WHEN n_shown = 0 THEN 1 ELSE 0 END AS is_missed,
CAST(NULL AS BIGINT) AS is_unprompted
FROM recsql_bought_journeys AS bought_journeys
UNION ALL
SELECT
person_id,
category,
NULL,
is_unprompted
FROM recsql_purchase_prompts AS purchase_prompts
), people AS (
/* how busy a person is does not depend on the request */
SELECT DISTINCT
person_id,
activity
FROM recsql_requests AS requests
), placed AS (
SELECT
moments.*,
people.activity
FROM moments
LEFT JOIN people
ON moments.person_id = people.person_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM placed AS source_rows
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.category IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.activity IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS activity
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.activity
FROM placed AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), cells AS (
SELECT
scope,
CAST(NULL AS TEXT) AS category,
activity
FROM scopes
UNION ALL
SELECT DISTINCT
'category ' || category,
category,
CAST(NULL AS TEXT)
FROM moments
), requests AS (
SELECT
COUNT(*) AS n_requests
FROM recsql_requests AS requests
)
SELECT
cells.category,
cells.activity,
missed.value AS missed_share,
missed.low AS missed_share_low,
missed.high AS missed_share_high,
COALESCE(missed.n, 0) AS missed_share_n,
missed.persons AS missed_share_persons,
CASE
WHEN COALESCE(missed.n, 0) = 0 AND requests.n_requests > 0
THEN 'not_enough_data: no decision began and ended in a purchase within the serving log'
END AS missed_share_reason,
unprompted.value AS unprompted_share,
unprompted.low AS unprompted_share_low,
unprompted.high AS unprompted_share_high,
unprompted.n AS unprompted_share_n,
unprompted.persons AS unprompted_share_persons
FROM cells
CROSS JOIN requests
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_missed AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_missed IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS missed
ON cells.scope = missed.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_unprompted AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_unprompted IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS unprompted
ON cells.scope = unprompted.scope;
-- conversion_window_alignment/post_purchase.rows.sql
/* One row per request and category that was shown after its purchase. */
SELECT
shown.request_id,
shown.person_id,
shown.category,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
shown.start_us - 86400000000 * CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
shown.start_us - 86400000000 * CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
shown.start_us - 86400000000 * CAST(FLOOR(CAST(shown.start_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS started_at,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
shown.serve_us - 86400000000 * CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
shown.serve_us - 86400000000 * CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
shown.serve_us - 86400000000 * CAST(FLOOR(CAST(shown.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
shown.n_items AS items,
shown.gap_s
FROM recsql_served_categories AS shown
WHERE
NOT shown.gap_s IS NULL AND shown.is_decided
ORDER BY
shown.n_items DESC,
shown.request_id,
shown.category
LIMIT 20;
-- conversion_window_alignment/post_purchase.sql
/* One row per category and segment, and one for all: how often a recommendation came after the purchase. */
WITH shown AS (
/* an item that no signal called for is neither before nor after a purchase: no number, not zero */
SELECT
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
served_categories.person_id,
served_categories.category,
served_categories.n_items,
CASE
WHEN served_categories.gap_s IS NULL
THEN NULL
WHEN served_categories.is_decided
THEN served_categories.n_items
ELSE 0
END AS bought_items
FROM recsql_served_categories AS served_categories
LEFT JOIN recsql_requests AS requests
ON served_categories.request_id = requests.request_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM shown AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM shown AS source_rows
WHERE
NOT source_rows.category IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM shown AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM shown AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM shown AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM shown AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM shown AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM shown AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), cells AS (
SELECT
scopes.*,
CAST(NULL AS TEXT) AS category
FROM scopes
UNION ALL
SELECT DISTINCT
'category ' || category,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
category
FROM shown
)
SELECT
cells.category,
cells.surface,
cells.device_class,
cells.region,
cells.model_version,
cells.activity,
cells.tenure,
bought.value AS post_purchase_share,
bought.low AS post_purchase_share_low,
bought.high AS post_purchase_share_high,
COALESCE(bought.n, 0) AS post_purchase_share_n,
bought.persons AS post_purchase_share_persons
FROM cells
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(bought_items AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT bought_items IS NULL THEN CAST(n_items AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS bought
ON cells.scope = bought.scope;
-- conversion_window_alignment/survival_curve.sql
/* One row per category (none = all) and day (none = the last): the share of decisions still open. */
WITH windows AS (
SELECT
category,
CAST(journeys AS DOUBLE) AS journeys,
CASE
WHEN journeys > 0 AND purchases < 30
THEN 'not_enough_data: fewer purchases than min_window_purchases'
END AS reason
FROM recsql_decision_windows AS decision_windows
WHERE
category IS NULL OR purchases >= 30
), steps AS (
/* the last of each day, and the last of all */
SELECT
survival.category,
CAST(CEIL(survival.elapsed_s / 86400.0) AS BIGINT) AS day,
ROW_NUMBER() OVER (
PARTITION BY survival.curve, CAST(CEIL(survival.elapsed_s / 86400.0) AS BIGINT)
ORDER BY survival.elapsed_s DESC
) AS nth,
ROW_NUMBER() OVER (PARTITION BY survival.curve ORDER BY survival.elapsed_s DESC) AS nth_of_all,
survival.survival,
survival.variance
FROM recsql_survival AS survival
WHERE
survival.bought > 0.0
), curves AS (
SELECT
category,
day,
survival,
variance
FROM steps
WHERE
nth = 1
UNION ALL
SELECT
category,
NULL,
survival,
variance
FROM steps
WHERE
nth_of_all = 1
), points AS (
/* where nobody bought, every decision is still open */
SELECT
windows.category,
curves.day,
windows.journeys,
windows.reason,
COALESCE(curves.survival, CASE WHEN windows.journeys > 0.0 THEN 1.0 END) AS survival,
1.96 * SQRT(CASE WHEN curves.variance > 0.0 THEN curves.variance ELSE 0.0 END) / NULLIF(curves.survival * LN(NULLIF(curves.survival, 0.0)), 0.0) AS reach
FROM windows
LEFT JOIN curves
ON windows.category IS NOT DISTINCT FROM curves.category
)
SELECT
category,
day,
survival,
CASE
WHEN survival > 0.0 AND survival < 1.0
THEN EXP(LN(survival) * EXP(-reach))
ELSE (
(
survival
) + 1.9208 / NULLIF(CAST(journeys AS DOUBLE), 0.0) - 1.96 * SQRT(
(
survival
) * (
1.0 - (
survival
)
) / NULLIF(CAST(journeys AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(journeys AS DOUBLE), 0.0) * NULLIF(CAST(journeys AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(journeys AS DOUBLE), 0.0)
)
END AS survival_low, /* log(-log) interval: it stays between 0 and 1; at the ends Wilson's does */
CASE
WHEN survival > 0.0 AND survival < 1.0
THEN EXP(LN(survival) * EXP(reach))
ELSE (
(
survival
) + 1.9208 / NULLIF(CAST(journeys AS DOUBLE), 0.0) + 1.96 * SQRT(
(
survival
) * (
1.0 - (
survival
)
) / NULLIF(CAST(journeys AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(journeys AS DOUBLE), 0.0) * NULLIF(CAST(journeys AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(journeys AS DOUBLE), 0.0)
)
END AS survival_high,
journeys AS survival_n,
reason AS survival_reason
FROM points;
-- identity_coverage/bridged_persons.rows.sql
/* One row per identifier value that alone holds a person together, those with several logins first. */
WITH people AS (
SELECT
components.component,
MIN(persons.person_id) AS person_id,
COUNT(*) AS n_keys
FROM recsql_components AS components
JOIN recsql_persons AS persons
ON components.name = persons.key AND components.id_type IS NULL
GROUP BY
components.component
), uniques AS (
SELECT
components.component,
COUNT(*) AS n_unique
FROM recsql_components AS components
JOIN (
SELECT
CAST(given.id_type AS TEXT) AS id_type,
CAST(given.is_unique AS BOOLEAN) AS is_unique
FROM (VALUES
('user_id', TRUE, 50)) AS given(id_type, is_unique, max_keys)
) AS identifiers
ON components.id_type = CAST(identifiers.id_type AS TEXT)
WHERE
CAST(identifiers.is_unique AS BOOLEAN)
GROUP BY
components.component
), sightings AS (
SELECT
links.id_type,
links.id_value,
COUNT(*) AS n_keys
FROM recsql_links AS links
GROUP BY
links.id_type,
links.id_value
)
SELECT
people.person_id,
bridges.id_type,
bridges.id_value,
bridges.n_parts AS parts,
sightings.n_keys AS keys_tied,
people.n_keys AS keys_of_person,
COALESCE(uniques.n_unique, 0) AS unique_values
FROM recsql_bridges AS bridges
JOIN people
ON bridges.component = people.component
JOIN sightings
ON bridges.id_type = sightings.id_type AND bridges.id_value = sightings.id_value
LEFT JOIN uniques
ON bridges.component = uniques.component
ORDER BY
unique_values DESC,
bridges.n_parts DESC,
people.n_keys DESC,
people.person_id,
bridges.id_type,
bridges.id_value
LIMIT 20;
-- identity_coverage/bridged_persons.sql
/* One row: how many persons are held together by one identifier value alone. */
WITH people AS (
SELECT
components.component,
COUNT(*) AS n_keys
FROM recsql_components AS components
JOIN recsql_persons AS persons
ON components.name = persons.key AND components.id_type IS NULL
GROUP BY
components.component
), identifiers AS (
SELECT
components.component,
COUNT(*) AS n_values
FROM recsql_components AS components
WHERE
NOT components.id_type IS NULL
GROUP BY
components.component
), bridged AS (
SELECT
bridges.component,
COUNT(*) AS n_bridges
FROM recsql_bridges AS bridges
GROUP BY
bridges.component
), counted AS (
SELECT
CAST(COUNT(CASE WHEN people.n_keys > 1 AND identifiers.n_values <= 50 THEN 1 END) AS DOUBLE) AS persons,
CAST(COUNT(bridged.component) AS DOUBLE) AS bridged,
COALESCE(SUM(bridged.n_bridges), 0) AS bridges,
COUNT(CASE WHEN identifiers.n_values > 50 THEN 1 END) AS untraced
FROM people
JOIN identifiers
ON people.component = identifiers.component
LEFT JOIN bridged
ON people.component = bridged.component
), shares AS (
SELECT
counted.persons,
counted.bridges,
counted.untraced,
counted.bridged / NULLIF(counted.persons, 0.0) AS share
FROM counted
)
SELECT
shares.share AS bridged_share,
(
(
shares.share
) + 1.9208 / NULLIF(CAST(shares.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
shares.share
) * (
1.0 - (
shares.share
)
) / NULLIF(CAST(shares.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(shares.persons AS DOUBLE), 0.0) * NULLIF(CAST(shares.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(shares.persons AS DOUBLE), 0.0)
) AS bridged_share_low,
(
(
shares.share
) + 1.9208 / NULLIF(CAST(shares.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
shares.share
) * (
1.0 - (
shares.share
)
) / NULLIF(CAST(shares.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(shares.persons AS DOUBLE), 0.0) * NULLIF(CAST(shares.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(shares.persons AS DOUBLE), 0.0)
) AS bridged_share_high,
shares.persons AS bridged_share_n,
shares.persons AS bridged_share_persons,
CASE
WHEN shares.persons = 0.0
THEN 'not_identified: no identifier ties several keys together'
END AS bridged_share_reason, /* without a person of several keys nothing holds anything together */
shares.bridges,
shares.untraced AS untraced_persons
FROM shares;
-- identity_coverage/identity_evidence.rows.sql
/* One row per stretch of days on which events of a type lost the key that they normally carry. */
WITH marked AS (
SELECT
keyless_days.event_type,
keyless_days.day,
keyless_days.n_events,
keyless_days.n_keyless,
keyless_days.usual_share + 0.1 AS limit_share,
CASE
WHEN keyless_days.n_keyless / NULLIF(keyless_days.n_events, 0.0) > keyless_days.usual_share + 0.1
THEN 1
ELSE 0
END AS lost
FROM recsql_keyless_days AS keyless_days
), stretches AS (
SELECT
event_type,
day,
n_events,
n_keyless,
limit_share,
lost,
ROW_NUMBER() OVER (PARTITION BY event_type ORDER BY day) - ROW_NUMBER() OVER (PARTITION BY event_type, lost ORDER BY day) AS stretch
FROM marked
), losses AS (
SELECT
stretches.event_type,
MIN(stretches.day) AS first_day,
MAX(stretches.day) AS last_day,
COUNT(*) AS n_days,
SUM(stretches.n_events) AS n_events,
SUM(stretches.n_keyless) AS n_keyless,
SUM(stretches.n_keyless) / NULLIF(SUM(stretches.n_events), 0.0) AS share,
MAX(stretches.limit_share) AS limit_share
FROM stretches
WHERE
stretches.lost = 1
GROUP BY
stretches.event_type,
stretches.stretch
)
SELECT
event_type,
CAST(CAST((
FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) + CASE
WHEN FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
first_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
first_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) AS first_day,
CAST(CAST((
FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) + CASE
WHEN FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
last_day + 25508.0
) - FLOOR(1461.0 * FLOOR((
4.0 * (
last_day + 25508.0
) + 3.0
) / 1461.0) / 4.0)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) AS last_day,
n_days AS days,
CAST(n_events AS BIGINT) AS events,
CAST(n_keyless AS BIGINT) AS null_key_events,
share AS null_key_share
FROM losses
/* a handful of events may lose their key by accident */
WHERE
n_keyless >= 10
AND (
(
share
) + 1.9208 / NULLIF(CAST(n_events AS DOUBLE), 0.0) - 1.96 * SQRT(
(
share
) * (
1.0 - (
share
)
) / NULLIF(CAST(n_events AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(n_events AS DOUBLE), 0.0) * NULLIF(CAST(n_events AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(n_events AS DOUBLE), 0.0)
) > limit_share
ORDER BY
null_key_events DESC,
event_type,
first_day
LIMIT 20;
-- identity_coverage/identity_evidence.sql
/* One row: how far the evidence reaches on which all of this audit rests. */
WITH traffic AS (
SELECT
requests.key
FROM recsql_requests AS requests
), identified AS (
SELECT
persons.person_id,
CASE WHEN persons.has_evidence THEN 1 ELSE 0 END AS has_evidence
FROM traffic
JOIN recsql_persons AS persons
ON traffic.key = persons.key
), suspects AS (
SELECT
COUNT(DISTINCT CASE WHEN link_evidence.is_shared THEN link_evidence.key END) AS shared_keys,
COUNT(
DISTINCT CASE
WHEN link_evidence.is_hub
THEN link_evidence.id_type || ' ' || link_evidence.id_value
END
) AS dropped_hubs
FROM recsql_link_evidence AS link_evidence
)
SELECT
identified.value AS identified_traffic_share,
identified.low AS identified_traffic_share_low,
identified.high AS identified_traffic_share_high,
identified.n AS identified_traffic_share_n,
identified.persons AS identified_traffic_share_persons,
suspects.shared_keys,
suspects.dropped_hubs,
CAST(log_span.keyless_events AS DOUBLE) / NULLIF(log_span.window_events, 0) AS null_key_share,
log_span.window_events AS null_key_share_n,
CAST(NULL AS DOUBLE) AS probable_person_rate,
'disabled: `probabilistic_links` is not set' AS probable_person_rate_reason,
CAST(NULL AS DOUBLE) AS doubtful_share,
'disabled: `probabilistic_links` is not set' AS doubtful_share_reason
FROM (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(has_evidence AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT has_evidence IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM identified AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS identified
CROSS JOIN suspects
CROSS JOIN recsql_log_span AS log_span;
-- identity_coverage/overmerged_profiles.rows.sql
/* One row per over-merged or giant profile: those of several persons first, most requests first. */
WITH traffic AS (
SELECT
moments.profile_id,
COUNT(CASE WHEN moments.is_request THEN 1 END) AS n_requests,
SUM(moments.revenue) AS revenue
FROM recsql_moments AS moments
GROUP BY
moments.profile_id
)
SELECT
profiles.profile_id,
CASE
WHEN profiles.n_values > 1
THEN CAST(profiles.n_values AS TEXT) || ' values of ' || profiles.id_type
ELSE CAST(profiles.n_keys AS TEXT) || ' keys'
END AS holds,
profiles.id_type,
profiles.n_values,
profiles.one_value AS id_value,
profiles.another_value AS other_id_value,
profiles.n_keys,
profiles.one_key AS key,
profiles.another_key AS other_key,
COALESCE(traffic.n_requests, 0) AS n_requests,
COALESCE(traffic.revenue, 0.0) AS revenue
FROM recsql_profiles AS profiles
LEFT JOIN traffic
ON profiles.profile_id = traffic.profile_id
WHERE
profiles.n_values > 1 OR profiles.n_keys > 50
ORDER BY
CASE WHEN profiles.n_values > 1 THEN 0 ELSE 1 END,
n_requests DESC,
profiles.n_keys DESC,
profiles.profile_id
LIMIT 20;
-- identity_coverage/overmerged_profiles.sql
/* One row for all requests and one per segment: how many were answered from several persons' profile. */
WITH answered AS (
SELECT
moments.request_id,
moments.is_request,
moments.person_id,
moments.revenue,
1 AS n,
CASE WHEN profiles.n_values > 1 THEN 1.0 ELSE 0.0 END AS is_merged
FROM recsql_moments AS moments
LEFT JOIN recsql_profiles AS profiles
ON moments.profile_id = profiles.profile_id
/* an order without a key is in no profile */
WHERE
NOT moments.profile_id IS NULL
), people AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
SUM(source_rows.is_merged) AS is_merged,
SUM(source_rows.n) AS n
FROM answered AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), sales AS (
SELECT
person_id,
revenue,
is_merged * revenue AS merged_revenue
FROM answered
WHERE
NOT is_request
), ladder AS (
SELECT
profiles.n_keys,
SUM(COUNT(*)) OVER (ORDER BY profiles.n_keys rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) AS n_up_to,
SUM(COUNT(*)) OVER () AS n_all
FROM recsql_profiles AS profiles
GROUP BY
profiles.n_keys
), counted AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n,
COUNT(CASE WHEN profiles.n_values > 1 THEN 1 END) / NULLIF(COUNT(*), 0.0) AS merged_share,
SUM(profiles.right_pairs) / NULLIF(SUM(profiles.known_pairs), 0.0) AS pair_precision,
SUM(profiles.known_pairs) AS n_pairs,
MAX(profiles.n_keys) AS largest,
(
SELECT
MIN(ladder.n_keys)
FROM ladder
WHERE
1000.0 * ladder.n_up_to >= 999.0 * ladder.n_all
) AS keys_p999,
COUNT(CASE WHEN profiles.n_keys > 50 THEN 1 END) AS n_giant
FROM recsql_profiles AS profiles
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
traffic.value AS overmerged_traffic_share,
traffic.low AS overmerged_traffic_share_low,
traffic.high AS overmerged_traffic_share_high,
COALESCE(traffic.n, 0) AS overmerged_traffic_share_n,
traffic.persons AS overmerged_traffic_share_persons,
sales.value AS overmerged_revenue_share,
sales.low AS overmerged_revenue_share_low,
sales.high AS overmerged_revenue_share_high,
counted.merged_share AS overmerged_profile_share,
(
(
counted.merged_share
) + 1.9208 / NULLIF(CAST(counted.n AS DOUBLE), 0.0) - 1.96 * SQRT(
(
counted.merged_share
) * (
1.0 - (
counted.merged_share
)
) / NULLIF(CAST(counted.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(counted.n AS DOUBLE), 0.0) * NULLIF(CAST(counted.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(counted.n AS DOUBLE), 0.0)
) AS overmerged_profile_share_low,
(
(
counted.merged_share
) + 1.9208 / NULLIF(CAST(counted.n AS DOUBLE), 0.0) + 1.96 * SQRT(
(
counted.merged_share
) * (
1.0 - (
counted.merged_share
)
) / NULLIF(CAST(counted.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(counted.n AS DOUBLE), 0.0) * NULLIF(CAST(counted.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(counted.n AS DOUBLE), 0.0)
) AS overmerged_profile_share_high,
counted.n AS overmerged_profile_share_n,
counted.pair_precision,
counted.n_pairs AS pair_precision_n,
counted.largest AS largest_profile,
counted.keys_p999,
counted.n_giant AS giant_profiles
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_merged AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_merged IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS traffic
ON scopes.scope = traffic.scope
/* a profile, and what its keys bought, is on no surface */
LEFT JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(merged_revenue AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT merged_revenue IS NULL THEN CAST(revenue AS DOUBLE) END), 0.0) AS own_tries
FROM sales AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS sales
ON scopes.scope = 'all'
LEFT JOIN counted
ON scopes.scope = 'all';
-- identity_coverage/ranked_in_isolation.rows.sql
/* One row per pair of lists of two profiles of one person, the least alike first. */
SELECT
pairs.person_id,
pairs.request_id,
pairs.other_id,
pairs.jaccard,
pairs.average_overlap
FROM recsql_list_pairs AS pairs
WHERE
pairs.kind = 'split'
ORDER BY
pairs.jaccard,
pairs.average_overlap,
pairs.request_id
LIMIT 20;
-- identity_coverage/ranked_in_isolation.sql
/* One row: how alike two profiles of a person are ranked, between one profile's lists and a stranger's. */
SELECT
CASE
WHEN measured.isolation < 0.0
THEN 0.0
WHEN measured.isolation > 1.0
THEN 1.0
ELSE measured.isolation
END AS isolation,
CASE
WHEN measured.isolation - measured.reach < 0.0
THEN 0.0
WHEN measured.isolation - measured.reach > 1.0
THEN 1.0
ELSE measured.isolation - measured.reach
END AS isolation_low,
CASE
WHEN measured.isolation + measured.reach < 0.0
THEN 0.0
WHEN measured.isolation + measured.reach > 1.0
THEN 1.0
ELSE measured.isolation + measured.reach
END AS isolation_high,
COALESCE(measured.n_j, 0) AS isolation_n,
measured.persons AS isolation_persons,
CASE
WHEN measured.s - measured.r < 0.05
THEN 'not_enough_data: lists of one profile are hardly more alike than those of strangers'
WHEN measured.n_j IS NULL AND requests.n > 0
THEN 'not_enough_data: no person was served from two profiles within isolation_gap, knowably'
END AS isolation_reason,
measured.j AS jaccard,
COALESCE(measured.n_j, 0) AS jaccard_n,
measured.s AS jaccard_same,
COALESCE(measured.n_s, 0) AS jaccard_same_n,
measured.r AS jaccard_random,
COALESCE(measured.n_r, 0) AS jaccard_random_n,
overlap.value AS average_overlap,
overlap.low AS average_overlap_low,
overlap.high AS average_overlap_high,
overlap.n AS average_overlap_n,
overlap.persons AS average_overlap_persons,
taste.value AS profile_cosine,
taste.low AS profile_cosine_low,
taste.high AS profile_cosine_high,
taste.n AS profile_cosine_n,
taste.persons AS profile_cosine_persons
FROM recsql_list_isolation AS measured
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(CASE WHEN kind = 'split' THEN average_overlap END AS DOUBLE)), 0) AS own_hits,
COALESCE(
SUM(
CASE
WHEN NOT CASE WHEN kind = 'split' THEN average_overlap END IS NULL
THEN CAST(1 AS DOUBLE)
END
),
0.0
) AS own_tries
FROM recsql_list_pairs AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS overlap
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(cosine AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT cosine IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM recsql_profile_cosines AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS taste
CROSS JOIN (
SELECT
COUNT(*) AS n
FROM recsql_requests AS requests
) AS requests;
-- identity_coverage/unmerged_persons.sql
/* One row for all, and one per number of profiles (5 stands for more, too): persons active of late. */
WITH portions AS (
SELECT
filed_keys.person_id,
filed_keys.profile_id,
CAST(COUNT(*) AS DOUBLE) AS n_keys
FROM recsql_filed_keys AS filed_keys
GROUP BY
filed_keys.person_id,
filed_keys.profile_id
), people AS (
SELECT
portions.person_id,
COUNT(*) AS n_profiles,
SUM(portions.n_keys) AS n_keys,
SUM(portions.n_keys * (
portions.n_keys - 1.0
)) / 2.0 AS filed_pairs,
SUM(portions.n_keys) * (
SUM(portions.n_keys) - 1.0
) / 2.0 AS true_pairs
FROM portions
GROUP BY
portions.person_id
), rates AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS persons,
CAST(COUNT(CASE WHEN n_profiles > 1 THEN 1 END) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE), 0.0) AS person_rate,
CAST(COUNT(CASE WHEN n_keys > 1.0 THEN 1 END) AS DOUBLE) AS mergeable,
CAST(COUNT(CASE WHEN n_profiles > 1 THEN 1 END) AS DOUBLE) / NULLIF(CAST(COUNT(CASE WHEN n_keys > 1.0 THEN 1 END) AS DOUBLE), 0.0) AS mergeable_rate,
CAST(SUM(n_profiles - 1) AS DOUBLE) / NULLIF(
(
SELECT
CAST(COUNT(DISTINCT portions.profile_id) AS DOUBLE)
FROM portions
),
0.0
) AS excess,
SUM(filed_pairs) / NULLIF(SUM(true_pairs), 0.0) AS pair_recall
FROM people
), classed AS (
/* every person stands in every class, so that a share's interval knows who is not in it */
SELECT
people.person_id,
classes.profiles,
sales.n_sales,
CASE
WHEN people.n_profiles = classes.profiles
THEN 1
WHEN people.n_profiles > 5 AND classes.profiles = 5
THEN 1
ELSE 0
END AS is_in
FROM people
CROSS JOIN (VALUES
(1),
(2),
(3),
(4),
(5)) AS classes(profiles)
LEFT JOIN (
SELECT
person_id,
COUNT(*) AS n_sales
FROM recsql_moments AS moments
WHERE
NOT is_request
GROUP BY
person_id
) AS sales
ON people.person_id = sales.person_id
)
SELECT
CASE WHEN classes.profiles > 0 THEN classes.profiles END AS profiles,
rates.person_rate,
(
(
rates.person_rate
) + 1.9208 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
rates.person_rate
) * (
1.0 - (
rates.person_rate
)
) / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.persons AS DOUBLE), 0.0) * NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
) AS person_rate_low,
(
(
rates.person_rate
) + 1.9208 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
rates.person_rate
) * (
1.0 - (
rates.person_rate
)
) / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.persons AS DOUBLE), 0.0) * NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
) AS person_rate_high,
rates.persons AS person_rate_n,
rates.persons AS person_rate_persons,
CASE
WHEN classes.profiles = 0 AND known.n_links = 0
THEN 'not_identified: no key was ever tied to an identifier'
END AS person_rate_reason,
rates.mergeable_rate,
(
(
rates.mergeable_rate
) + 1.9208 / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) - 1.96 * SQRT(
(
rates.mergeable_rate
) * (
1.0 - (
rates.mergeable_rate
)
) / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) * NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0)
) AS mergeable_rate_low,
(
(
rates.mergeable_rate
) + 1.9208 / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) + 1.96 * SQRT(
(
rates.mergeable_rate
) * (
1.0 - (
rates.mergeable_rate
)
) / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0) * NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.mergeable AS DOUBLE), 0.0)
) AS mergeable_rate_high,
rates.mergeable AS mergeable_rate_n,
rates.pair_recall,
rates.excess,
rates.persons,
held.value AS person_share,
held.low AS person_share_low,
held.high AS person_share_high,
held.n AS person_share_n,
bought.value AS conversion_share,
bought.low AS conversion_share_low,
bought.high AS conversion_share_high,
bought.n AS conversion_share_n
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5)) AS classes(profiles)
CROSS JOIN (
SELECT
COUNT(*) AS n_links
FROM recsql_link_evidence AS links
) AS known
LEFT JOIN rates
ON classes.profiles = 0
LEFT JOIN (
WITH ratio_people AS (
SELECT
profiles,
person_id,
COALESCE(SUM(CAST(is_in AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_in IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM classed AS ratio_source
GROUP BY
profiles,
person_id
), ratio_sums AS (
SELECT
profiles,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
profiles
), ratio_squares AS (
SELECT
profiles,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
profiles,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
profiles,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS held
ON classes.profiles = held.profiles AND known.n_links > 0
LEFT JOIN (
WITH ratio_people AS (
SELECT
profiles,
person_id,
COALESCE(SUM(CAST(is_in * n_sales AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_in * n_sales IS NULL THEN CAST(n_sales AS DOUBLE) END), 0.0) AS own_tries
FROM classed AS ratio_source
GROUP BY
profiles,
person_id
), ratio_sums AS (
SELECT
profiles,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
profiles
), ratio_squares AS (
SELECT
profiles,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
profiles,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
profiles,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS bought
ON classes.profiles = bought.profiles AND known.n_links > 0;
-- identity_coverage/unmerged_traffic.rows.sql
/* One row per person served from a part of themselves: the last time, and what tied the rest to it. */
WITH merging AS (
/* identifiers by which the feature store did file keys together */
SELECT
pairs.id_type
FROM (
SELECT
links.id_type,
links.id_value,
holdings.profile_id
FROM recsql_holdings AS holdings
JOIN recsql_links AS links
ON holdings.key = links.key
GROUP BY
links.id_type,
links.id_value,
holdings.profile_id
HAVING
COUNT(*) > 1
) AS pairs
GROUP BY
pairs.id_type
), merged_later AS (
SELECT DISTINCT
split_people.person_id
FROM recsql_split_people AS split_people
JOIN recsql_profile_periods AS own
ON split_people.key = own.key
JOIN recsql_profile_periods AS other
ON split_people.other_key = other.key
AND own.profile_id = other.profile_id
AND own.to_us > split_people.at_us
AND other.to_us > split_people.at_us
)
SELECT
split_people.person_id,
split_people.n_split AS split_requests,
split_people.n_requests AS requests,
split_people.n_profiles AS profiles,
paths.key,
paths.id_type AS tied_by,
paths.id_value,
paths.via_key,
paths.other_id_type,
paths.other_id_value,
split_people.other_key,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
split_people.known_us - 86400000000 * CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
split_people.known_us - 86400000000 * CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
split_people.known_us - 86400000000 * CAST(FLOOR(CAST(split_people.known_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS knowable_since,
CASE
WHEN NOT merged_later.person_id IS NULL
THEN 'merged later'
WHEN own_type.id_type IS NULL
THEN 'never merged by ' || paths.id_type
WHEN other_type.id_type IS NULL
THEN 'never merged by ' || paths.other_id_type
WHEN missed.last_us < served.first_us
THEN 'expired cookie'
ELSE 'not merged yet'
END AS suspected_rule,
CAST(split_people.at_us - split_people.missed_us AS DOUBLE) / 1000000.0 AS missed_event_age_s,
served.profile_id,
served.n_requests AS profile_requests,
served.revenue AS profile_revenue,
served.categories AS profile_categories,
missed.profile_id AS other_profile_id,
missed.n_requests AS other_requests,
missed.revenue AS other_revenue,
missed.categories AS other_categories,
CAST(1772496000000000 - missed.first_us AS DOUBLE) / 1000000.0 AS other_first_seen_age_s,
CAST(1772496000000000 - missed.last_us AS DOUBLE) / 1000000.0 AS other_last_seen_age_s
FROM recsql_split_people AS split_people
JOIN recsql_split_paths AS paths
ON split_people.person_id = paths.person_id
JOIN recsql_split_profiles AS served
ON split_people.person_id = served.person_id AND served.side = 'served'
JOIN recsql_split_profiles AS missed
ON split_people.person_id = missed.person_id AND missed.side = 'missed'
LEFT JOIN merging AS own_type
ON paths.id_type = own_type.id_type
LEFT JOIN merging AS other_type
ON paths.other_id_type = other_type.id_type
LEFT JOIN merged_later
ON split_people.person_id = merged_later.person_id
ORDER BY
split_people.n_split DESC,
split_people.n_requests DESC,
split_people.person_id
LIMIT 20;
-- identity_coverage/unmerged_traffic.sql
/* One row for all requests and one per segment: the share served from a part of the person. */
WITH judged AS (
SELECT
fragments.request_id,
fragments.person_id,
fragments.is_request,
CASE WHEN fragments.has_evidence THEN 1 ELSE 0 END AS has_evidence,
CASE WHEN fragments.is_split THEN 1 ELSE 0 END AS is_split,
CASE WHEN fragments.is_split_in_hindsight THEN 1 ELSE 0 END AS is_split_in_hindsight,
CASE WHEN fragments.is_split THEN fragments.revenue ELSE 0.0 END AS split_revenue,
fragments.revenue
FROM recsql_fragments AS fragments
), answered AS (
SELECT
judged.*,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure
FROM judged
JOIN recsql_requests AS requests
ON judged.request_id = requests.request_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM answered AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM answered AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), evidence_log AS (
SELECT
'all' AS scope,
COUNT(*) AS n_links
FROM recsql_link_evidence AS link_evidence
), sales AS (
SELECT
'all' AS scope,
person_id,
split_revenue,
revenue
FROM judged
WHERE
NOT is_request
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
split.value AS traffic_share,
split.low AS traffic_share_low,
split.high AS traffic_share_high,
COALESCE(split.n, 0) AS traffic_share_n,
split.persons AS traffic_share_persons,
CASE
WHEN evidence_log.n_links = 0
THEN 'not_identified: no key was ever tied to an identifier'
END AS traffic_share_reason, /* no evidence at all says nothing about who is who */
revenue.value AS revenue_share,
revenue.low AS revenue_share_low,
revenue.high AS revenue_share_high,
hindsight.value AS hindsight_share,
hindsight.low AS hindsight_share_low,
hindsight.high AS hindsight_share_high,
evidence.value AS evidence_share,
evidence.low AS evidence_share_low,
evidence.high AS evidence_share_high,
evidence.n AS evidence_share_n
FROM scopes
LEFT JOIN evidence_log
ON scopes.scope = evidence_log.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_split AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_split IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS split
ON scopes.scope = split.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_split_in_hindsight AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_split_in_hindsight IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS hindsight
ON scopes.scope = hindsight.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(has_evidence AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT has_evidence IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS evidence
ON scopes.scope = evidence.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(split_revenue AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT split_revenue IS NULL THEN CAST(revenue AS DOUBLE) END), 0.0) AS own_tries
FROM sales AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS revenue
ON scopes.scope = revenue.scope;
-- models/age_weights.sql
/* One row per person, kind of request and lag of the curve: what they lost, and how they weigh on it. */
WITH ages AS (
SELECT
signals.person_id,
signals.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
CAST(signals.serve_us - signals.used_us AS DOUBLE) / 1000000.0 AS used_s,
CAST(signals.serve_us - signals.newest_us AS DOUBLE) / 1000000.0 AS fresh_s
FROM recsql_signals AS signals
LEFT JOIN recsql_requests AS requests
ON signals.request_id = requests.request_id
WHERE
signals.used_us <= signals.serve_us AND signals.newest_us <= signals.serve_us
), placed AS (
/* on straight lines an age weighs on the two lags beside it, so a loss is a sum over lags */
SELECT
ages.person_id,
ages.surface,
ages.device_class,
ages.region,
ages.model_version,
ages.activity,
ages.tenure,
curve.retained,
curve.from_lag_s,
SUM(
CASE
WHEN ages.used_s < curve.earlier_s
THEN 0.0
WHEN ages.used_s < curve.lag_s
THEN (
ages.used_s - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.used_s < curve.later_s
THEN (
curve.later_s - ages.used_s
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS used,
SUM(
CASE
WHEN ages.fresh_s < curve.earlier_s
THEN 0.0
WHEN ages.fresh_s < curve.lag_s
THEN (
ages.fresh_s - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.fresh_s < curve.later_s
THEN (
curve.later_s - ages.fresh_s
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS fresh
FROM ages
CROSS JOIN recsql_curve_steps AS curve
GROUP BY
ages.person_id,
ages.surface,
ages.device_class,
ages.region,
ages.model_version,
ages.activity,
ages.tenure,
curve.lag_s,
curve.retained,
curve.from_lag_s
), weights AS (
SELECT
placed.*,
placed.used * (
1.0 - placed.retained
) AS total_loss,
(
placed.fresh - placed.used
) * placed.retained AS avoidable_loss
FROM placed
)
SELECT
person_id,
surface,
device_class,
region,
model_version,
activity,
tenure,
from_lag_s,
SUM(used) AS n,
SUM(fresh) AS n_fresh,
SUM(total_loss) AS total_loss,
SUM(avoidable_loss) AS avoidable_loss
FROM weights
GROUP BY
person_id,
surface,
device_class,
region,
model_version,
activity,
tenure,
from_lag_s;
-- models/arm_sizes.sql
/* One row per arm that was declared or seen: its persons, and how many its share would be. */
WITH declared AS (
/* arms that nobody declared are meant to be of one size */
SELECT
arms.arm,
CAST(1.0 AS DOUBLE) AS weight
FROM recsql_arms AS arms
GROUP BY
arms.arm
), seen AS (
SELECT
arms.arm,
CAST(COUNT(CASE WHEN arms.nth = 1 THEN 1 END) AS DOUBLE) AS n_persons
FROM recsql_arms AS arms
GROUP BY
arms.arm
), named AS (
SELECT
declared.arm
FROM declared
UNION
SELECT
seen.arm
FROM seen
), sized AS (
SELECT
named.arm,
COALESCE(seen.n_persons, 0.0) AS n_persons,
COALESCE(declared.weight, 0.0) AS weight
FROM named
LEFT JOIN seen
ON named.arm = seen.arm
LEFT JOIN declared
ON named.arm = declared.arm
)
SELECT
sized.arm,
sized.n_persons,
CASE
WHEN MIN(sized.weight) OVER () >= 0.0
THEN SUM(sized.n_persons) OVER () * sized.weight / NULLIF(SUM(sized.weight) OVER (), 0.0)
END AS n_expected /* a weight that is no number says nothing of any arm */
FROM sized;
-- models/arms.sql
/* One row per person and arm of an experiment: which arm served the person first, which later. */
WITH exposed AS (
SELECT
persons.person_id,
CAST(serving.arm AS TEXT) AS arm,
MIN(EPOCH_US(serving.serve_ts)) AS first_us
FROM (
SELECT
key,
serve_ts,
arm
FROM shop.serving AS source
) AS serving
JOIN recsql_persons AS persons
ON CAST(serving.key AS TEXT) = persons.key
WHERE
serving.serve_ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND serving.serve_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND NOT serving.arm IS NULL
AND NOT persons.is_bot
GROUP BY
persons.person_id,
CAST(serving.arm AS TEXT)
)
SELECT
exposed.person_id,
exposed.arm,
ROW_NUMBER() OVER (PARTITION BY exposed.person_id ORDER BY exposed.first_us, exposed.arm) AS nth
FROM exposed;
-- models/asked.sql
/* One row per request as it was logged; without a serving log one per visit, as if it had asked. */
WITH asked AS (
SELECT
CAST(serving.request_id AS TEXT) AS request_id,
CAST(serving.key AS TEXT) AS key,
CAST(serving.profile_id AS TEXT) AS profile_id,
CAST(serving.session_id AS TEXT) AS session_id,
CAST(serving.model_version AS TEXT) AS model_version,
CAST(serving.index_version AS TEXT) AS index_version,
CAST(serving.surface AS TEXT) AS surface,
CAST(serving.device_class AS TEXT) AS device_class,
CAST(serving.region AS TEXT) AS region,
CAST(serving.retrieved_k AS BIGINT) AS retrieved_k,
EPOCH_US(serving.serve_ts) AS serve_us,
EPOCH_US(serving.snapshot_ts) AS snapshot_us,
EPOCH_US(serving.index_ts) AS index_us
FROM (
SELECT
request_id,
key,
serve_ts,
profile_id,
snapshot_ts,
index_ts,
model_version,
index_version,
surface,
session_id,
retrieved_k,
device_class,
region
FROM shop.serving AS source
) AS serving
WHERE
serving.serve_ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND serving.serve_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
)
SELECT
request_id,
key,
profile_id,
session_id,
model_version,
index_version,
surface,
device_class,
region,
retrieved_k,
serve_us,
snapshot_us,
index_us
FROM asked;
-- models/backtest_hits.sql
/* One row per request and lag: is the answer among the top topics of the signals that old? */
WITH lags AS (
SELECT
lags.hours * 3600.0 AS lag_s
FROM (VALUES
(0.0),
(1.0),
(6.0),
(12.0),
(24.0),
(48.0),
(72.0),
(120.0),
(168.0),
(240.0),
(336.0)) AS lags(hours)
), looks AS (
SELECT
backtests.nth AS request,
backtests.person_id,
backtests.topic,
lags.lag_s,
backtests.serve_us /* the page load itself is no signal */ - 1000000 - CAST(lags.lag_s * 1000000.0 AS BIGINT) AS cut_us
FROM recsql_backtests AS backtests
CROSS JOIN lags
), people AS (
SELECT DISTINCT
backtests.person_id
FROM recsql_backtests AS backtests
), timeline AS (
SELECT
topic_events.person_id,
topic_events.event_us AS us,
topic_events.nth,
CAST(NULL AS BIGINT) AS request,
CAST(NULL AS DOUBLE) AS lag_s
FROM recsql_topic_events AS topic_events
JOIN people
ON topic_events.person_id = people.person_id
UNION ALL
SELECT
looks.person_id,
looks.cut_us,
0,
looks.request,
looks.lag_s
FROM looks
), counted AS (
/* events come before the looks of the same instant */
SELECT
request,
lag_s,
MAX(nth) OVER (PARTITION BY person_id ORDER BY us, CASE WHEN request IS NULL THEN 0 ELSE 1 END) AS newest
FROM timeline
), remembered AS (
SELECT
looks.request,
looks.person_id,
looks.topic,
looks.lag_s,
counted.newest,
MIN(counted.newest) OVER (PARTITION BY looks.request) AS oldest
FROM looks
JOIN counted
ON looks.request = counted.request AND looks.lag_s = counted.lag_s
), places AS (
/* the newest signals weigh most */
SELECT
remembered.request,
remembered.person_id,
remembered.lag_s,
remembered.newest - ages.i AS nth,
EXP(-CAST(ages.i AS DOUBLE) / 8) AS weight
FROM remembered
CROSS JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 20
) AS ages
WHERE
remembered.oldest > 0
), weighed AS (
SELECT
places.request,
places.lag_s,
topic_events.topic,
SUM(places.weight) AS weight
FROM places
JOIN recsql_topic_events AS topic_events
ON places.person_id = topic_events.person_id AND places.nth = topic_events.nth
GROUP BY
places.request,
places.lag_s,
topic_events.topic
), ranked AS (
SELECT
weighed.request,
weighed.lag_s,
weighed.topic,
ROW_NUMBER() OVER (
PARTITION BY weighed.request, weighed.lag_s
ORDER BY weighed.weight DESC, weighed.topic
) AS place
FROM weighed
)
SELECT
remembered.request,
remembered.person_id,
remembered.lag_s,
CASE WHEN ranked.place <= list_sizes.n_topics THEN 1.0 ELSE 0.0 END AS hit
FROM remembered
CROSS JOIN recsql_list_sizes AS list_sizes
LEFT JOIN ranked
ON remembered.request = ranked.request
AND remembered.lag_s = ranked.lag_s
AND remembered.topic = ranked.topic
WHERE
remembered.oldest > 0;
-- models/backtests.sql
/* One row per request with a history and an answer: what the person looked at next, and when. */
WITH answers AS (
SELECT
labels.request_id,
labels.item_id,
ROW_NUMBER() OVER (PARTITION BY labels.request_id ORDER BY labels.engaged_us, labels.item_id) AS nth
FROM recsql_labels AS labels
), answered AS (
SELECT
requests.request_id,
requests.person_id,
requests.serve_us,
answers.item_id,
CASE
WHEN fallback_category.category IS NULL
THEN items.category
ELSE answers.item_id
END AS topic
FROM recsql_requests AS requests
JOIN recsql_drift_people AS drift_people
ON requests.person_id = drift_people.person_id
JOIN answers
ON requests.request_id = answers.request_id AND answers.nth = 1
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_items AS items
ON answers.item_id = items.item_id
), numbered AS (
SELECT
answered.*,
ROW_NUMBER() OVER (
ORDER BY (
CAST(CAST('0x' || LEFT(MD5(answered.request_id), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), answered.request_id
) AS nth
FROM answered
WHERE
NOT answered.topic IS NULL
)
SELECT
request_id,
person_id,
serve_us,
item_id,
topic,
nth
FROM numbered
WHERE
nth <= 2000;
-- models/both_window.sql
/* One row: the age at which lists made from signals and an index that old lose drift_epsilon. */
WITH ends AS (
SELECT
ends.name,
curves.lag_s,
CASE ends.name
WHEN 'low'
THEN COALESCE(curves.low, curves.value)
WHEN 'high'
THEN COALESCE(curves.high, curves.value)
ELSE curves.value
END AS kept,
curves.n,
curves.persons
FROM recsql_face_curves AS curves
CROSS JOIN (VALUES
('value'),
('low'),
('high')) AS ends(name)
WHERE
curves.face = 'both'
), steps AS (
SELECT
ends.*,
LAG(ends.lag_s) OVER (PARTITION BY ends.name ORDER BY ends.lag_s) AS earlier_s,
LAG(ends.kept) OVER (PARTITION BY ends.name ORDER BY ends.lag_s) AS earlier_kept,
MIN(CASE WHEN ends.kept <= 1.0 - 0.1 THEN ends.lag_s END) OVER (PARTITION BY ends.name) AS crossing_s
FROM ends
), crossings AS (
/* on a straight line between the two lags; NULL when even the longest keeps enough */
SELECT
steps.name,
MAX(
CASE
WHEN steps.lag_s = steps.crossing_s
THEN steps.earlier_s + (
steps.lag_s - steps.earlier_s
) * (
steps.earlier_kept - 1.0 + 0.1
) / NULLIF(steps.earlier_kept - steps.kept, 0.0)
END
) AS window_s,
MAX(steps.lag_s) AS longest_s,
MAX(steps.n) AS n,
MAX(steps.persons) AS persons
FROM steps
GROUP BY
steps.name
)
SELECT
MAX(CASE WHEN name = 'value' THEN COALESCE(window_s, longest_s) END) AS window_s,
MAX(CASE WHEN name = 'low' THEN COALESCE(window_s, longest_s) END) AS window_low,
MAX(CASE WHEN name = 'high' THEN window_s END) AS window_high,
MAX(n) AS n,
MAX(persons) AS persons
FROM crossings;
-- models/bought_journeys.sql
/* One row per decision that ended in a purchase within the serving log: was its category shown? */
WITH logged AS (
/* what was shown before the first request or after the last nobody knows */
SELECT
MIN(requests.serve_us) AS first_us,
MAX(requests.serve_us) AS last_us
FROM recsql_requests AS requests
), bought AS (
SELECT
journeys.person_id,
journeys.category,
journeys.start_us,
journeys.observed_s AS decision_s,
journeys.start_us + CAST(FLOOR(1000000.0 * journeys.observed_s + 0.5) AS BIGINT) AS purchase_us
FROM recsql_journeys AS journeys
WHERE
journeys.is_bought
)
SELECT
bought.person_id,
bought.category,
bought.start_us,
bought.decision_s,
COUNT(shown.request_id) AS n_shown
FROM bought
CROSS JOIN logged
LEFT JOIN recsql_served_categories AS shown
ON bought.person_id = shown.person_id
AND bought.category = shown.category
AND shown.serve_us >= bought.start_us
AND shown.serve_us <= bought.purchase_us
WHERE
bought.start_us >= logged.first_us AND bought.purchase_us <= logged.last_us
GROUP BY
bought.person_id,
bought.category,
bought.start_us,
bought.decision_s;
-- models/bridges.sql
SELECT
numbered.component,
numbered.id_type,
numbered.name AS id_value,
COUNT(DISTINCT labels.label) AS n_parts
FROM recsql_bridges_labels AS labels
JOIN recsql_bridges_numbered AS numbered
ON labels.taken = numbered.value
GROUP BY
numbered.component,
numbered.id_type,
numbered.name
HAVING
COUNT(DISTINCT labels.label) > 1;
-- models/busy_thirds.sql
/* One row per person whose lists have an answer: the third by their number of events. */
SELECT
people.person_id,
FLOOR(3.0 * CAST(people.nth - 1 AS DOUBLE) / NULLIF(people.n_people, 0)) AS busy_third
FROM (
SELECT
list_ages.person_id,
ROW_NUMBER() OVER (ORDER BY MIN(list_ages.n_events), list_ages.person_id) AS nth,
COUNT(*) OVER () AS n_people
FROM recsql_list_ages AS list_ages
GROUP BY
list_ages.person_id
) AS people;
-- models/catalogue_gaps.sql
/* One row: active items without an embedding or outside the index, indexed ones outside the catalogue. */
WITH listed AS (
SELECT
catalogue_items.item_id,
MAX(CASE WHEN catalogue_items.is_active THEN 1 ELSE 0 END) AS is_active,
MAX(CASE WHEN catalogue_items.is_active THEN catalogue_items.embedding_version END) AS embedding_version
FROM (
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
CAST(catalogue.embedding_version AS TEXT) AS embedding_version,
(
catalogue.active_from IS NULL
OR catalogue.active_from < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
)
AND (
catalogue.active_to IS NULL
OR catalogue.active_to >= CAST('2026-03-03 00:00:00' AS TIMESTAMP)
) AS is_active
FROM (
SELECT
item_id,
active_from,
active_to,
embedding_version
FROM shop.catalogue AS source
) AS catalogue
WHERE
NOT catalogue.item_id IS NULL
) AS catalogue_items
GROUP BY
catalogue_items.item_id
), indexed AS (
SELECT DISTINCT
CAST(indexed_items.item_id AS TEXT) AS item_id
FROM (
SELECT
item_id
FROM shop.indexed_items AS source
) AS indexed_items
WHERE
NOT indexed_items.item_id IS NULL
), catalogued AS (
SELECT
COUNT(*) AS n_active,
COUNT(listed.embedding_version) AS n_embedded,
COUNT(indexed.item_id) AS n_findable
FROM listed
LEFT JOIN indexed
ON listed.item_id = indexed.item_id
WHERE
listed.is_active = 1
), held AS (
SELECT
COUNT(*) AS n_indexed,
COUNT(listed.item_id) AS n_listed
FROM indexed
LEFT JOIN listed
ON indexed.item_id = listed.item_id
)
SELECT
catalogued.n_active,
held.n_indexed,
CASE
WHEN catalogued.n_embedded > 0
THEN 1.0 - CAST(catalogued.n_embedded AS DOUBLE) / NULLIF(catalogued.n_active, 0)
END AS unembedded_share, /* a catalogue without any version does not keep them, and no index has nothing in it */
CASE
WHEN held.n_indexed > 0
THEN 1.0 - CAST(catalogued.n_findable AS DOUBLE) / NULLIF(catalogued.n_active, 0)
END AS unindexed_share,
1.0 - CAST(held.n_listed AS DOUBLE) / NULLIF(held.n_indexed, 0) AS indexed_orphan_share
FROM catalogued
CROSS JOIN held;
-- models/category_activity.sql
/* One row per intent event or kept purchase of a person in a category, in bursts. */
WITH spaced AS (
SELECT
signals.person_id,
signals.category,
signals.event_type,
signals.at_us,
signals.ingested_us,
signals.is_purchase,
ROW_NUMBER() OVER (
PARTITION BY signals.person_id, signals.category
ORDER BY signals.at_us, signals.is_purchase, signals.signal_id
) AS nth,
LAG(signals.at_us) OVER (
PARTITION BY signals.person_id, signals.category
ORDER BY signals.at_us, signals.is_purchase, signals.signal_id
) AS previous_us
FROM (
SELECT
person_id,
category,
signal_id,
event_type,
at_us,
ingested_us,
is_purchase
FROM (
SELECT
person_events.person_id,
COALESCE(person_events.category, items.category, fallback_category.category) AS category,
person_events.event_id AS signal_id,
person_events.event_type,
person_events.event_us AS at_us,
person_events.ingested_us,
0 AS is_purchase
FROM recsql_person_events AS person_events
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_items AS items
ON person_events.item_id = items.item_id
WHERE
person_events.event_type IN ('view', 'cart')
UNION ALL
SELECT
purchases.person_id,
purchases.category,
purchases.outcome_id AS signal_id,
'purchase' AS event_type,
purchases.purchase_us AS at_us,
purchases.purchase_us AS ingested_us,
1 AS is_purchase
FROM recsql_purchases AS purchases
WHERE
NOT purchases.is_void
) AS found
WHERE
NOT person_id IS NULL AND NOT category IS NULL
) AS signals
)
SELECT
spaced.person_id,
spaced.category,
spaced.event_type,
spaced.at_us,
spaced.ingested_us,
spaced.is_purchase = 1 AS is_purchase,
spaced.nth,
MAX(
CASE
WHEN spaced.previous_us IS NULL OR spaced.at_us - spaced.previous_us > 604800000000
THEN spaced.at_us
END
) OVER (
PARTITION BY spaced.person_id, spaced.category
ORDER BY spaced.nth
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS burst_us /* when the burst that this belongs to began */
FROM spaced;
-- models/category_gaps.sql
/* One row per category shown or bought, and one for all (none): its median gap, and its revenue. */
WITH scoped AS (
SELECT
'all' AS scope,
person_id,
gap_s
FROM recsql_placements AS placements
UNION ALL
SELECT
'category ' || category,
person_id,
gap_s
FROM recsql_placements AS placements
), windows AS (
SELECT
category,
MAX(window_50) AS window_50,
MAX(window_50_low) AS window_50_low,
MAX(window_50_high) AS window_50_high
FROM recsql_placements AS placements
GROUP BY
category
), sales AS (
/* who bought unknown is somebody else each time */
SELECT
category,
COALESCE(person_id, outcome_id) AS person_id,
SUM(COALESCE(revenue, 0.0)) AS revenue,
CAST(COUNT(*) AS DOUBLE) AS purchases
FROM recsql_purchases AS purchases
WHERE
NOT is_void AND NOT category IS NULL
GROUP BY
category,
COALESCE(person_id, outcome_id)
), weights AS (
/* where no revenue is logged, purchases weigh alike */
SELECT
category,
person_id,
purchases,
CASE WHEN SUM(revenue) OVER () > 0.0 THEN revenue ELSE purchases END AS weight
FROM sales
), cells AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS category
UNION ALL
SELECT
'category ' || category,
category
FROM windows
UNION
SELECT
'category ' || category,
category
FROM weights
), judged AS (
SELECT
cells.scope,
cells.category,
gaps.value,
gaps.low,
gaps.high,
cells.scope = 'all' OR NOT windows.category IS NULL AS is_shown,
CASE WHEN gaps.value > windows.window_50 THEN 1 ELSE 0 END AS is_slow, /* the window is an estimate as the median is; what was never shown on a signal is not slow */
CASE WHEN gaps.low > windows.window_50_high THEN 1 ELSE 0 END AS is_surely_slow,
CASE
WHEN NOT gaps.value IS NULL
AND NOT windows.window_50 IS NULL
AND NOT COALESCE(gaps.high <= windows.window_50_low, FALSE)
THEN 1
ELSE 0
END AS is_maybe_slow
FROM cells
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(gap_s AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY gap_s) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM scoped AS quantile_source
WHERE
NOT gap_s IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS gaps
ON cells.scope = gaps.scope
LEFT JOIN windows
ON cells.category = windows.category
), sold AS (
SELECT
weights.person_id,
weights.purchases,
weights.weight,
weights.weight * judged.is_slow AS slow,
weights.weight * judged.is_surely_slow AS surely_slow,
weights.weight * judged.is_maybe_slow AS maybe_slow
FROM weights
JOIN judged
ON weights.category = judged.category
), edges AS (
SELECT
SUM(surely_slow) / NULLIF(SUM(weight), 0.0) AS low,
SUM(maybe_slow) / NULLIF(SUM(weight), 0.0) AS high,
SUM(purchases) AS n
FROM sold
), bounds AS (
/* who happened to buy what, and which categories are slow (Newcombe, Zou and Donner) */
SELECT
slow.value,
slow.persons,
edges.n,
slow.value - SQRT(
(
slow.value - slow.low
) * (
slow.value - slow.low
) + (
slow.value - edges.low
) * (
slow.value - edges.low
)
) AS low,
slow.value + SQRT(
(
slow.high - slow.value
) * (
slow.high - slow.value
) + (
edges.high - slow.value
) * (
edges.high - slow.value
)
) AS high
FROM (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(slow AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT slow IS NULL THEN CAST(weight AS DOUBLE) END), 0.0) AS own_tries
FROM sold AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS slow
CROSS JOIN edges
)
SELECT
judged.scope,
judged.category,
judged.value,
judged.low,
judged.high,
judged.is_shown,
bounds.value AS slow_share,
bounds.n AS slow_n,
bounds.persons AS slow_persons,
CASE WHEN bounds.low < 0.0 THEN 0.0 ELSE bounds.low END AS slow_low,
CASE WHEN bounds.high > 1.0 THEN 1.0 ELSE bounds.high END AS slow_high
FROM judged
LEFT JOIN bounds
ON judged.scope = 'all';
-- models/category_looks.sql
/* One row per request and category it showed: the person and category as one number, and when. */
WITH shown AS (
SELECT
displayed.request_id,
COALESCE(items.category, fallback_category.category) AS category,
COUNT(*) AS n_items
FROM recsql_displayed AS displayed
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_items AS items
ON displayed.item_id = items.item_id
GROUP BY
displayed.request_id,
COALESCE(items.category, fallback_category.category)
), looks AS (
SELECT
shown.request_id,
requests.person_id,
shown.category,
shown.n_items,
requests.serve_us,
CASE
WHEN requests.snapshot_us < requests.serve_us
THEN requests.snapshot_us
ELSE requests.serve_us
END AS cut_us
FROM shown
JOIN recsql_requests AS requests
ON shown.request_id = requests.request_id
/* an item without a category cannot be early or late */
WHERE
NOT shown.category IS NULL
), pairs AS (
/* numbers sort faster than names */
SELECT
person_id,
category,
ROW_NUMBER() OVER (ORDER BY person_id, category) AS pair
FROM (
SELECT DISTINCT
person_id,
category
FROM looks
) AS people
)
SELECT
pairs.pair,
looks.person_id,
looks.category,
looks.request_id,
looks.n_items,
looks.serve_us,
looks.cut_us
FROM looks
JOIN pairs
ON looks.person_id = pairs.person_id AND looks.category = pairs.category;
-- models/click_standards.sql
/* One row per compared segment: its click rate, had every segment shown the same mix of positions. */
WITH shown AS (
SELECT
realised.person_id,
realised.surface,
realised.model_version,
realised.position,
realised.achieved AS clicks,
realised.possible AS items
FROM recsql_realised AS realised
WHERE
realised.metric = 'ctr' AND NOT realised.position IS NULL
), families AS (
SELECT
'all' AS family,
'all' AS segment,
person_id,
position,
clicks,
items
FROM shown
UNION ALL
SELECT
'surface' AS family,
surface AS segment,
person_id,
position,
clicks,
items
FROM shown
WHERE
NOT surface IS NULL
UNION ALL
SELECT
'model' AS family,
model_version AS segment,
person_id,
position,
clicks,
items
FROM shown
WHERE
NOT model_version IS NULL
), people AS (
SELECT
family,
segment,
person_id,
position,
SUM(clicks) AS clicks,
SUM(items) AS items
FROM families
GROUP BY
family,
segment,
person_id,
position
), compared AS (
SELECT
segments.family,
segments.segment,
COUNT(*) OVER (PARTITION BY segments.family) AS n_segments
FROM (
SELECT
people.family,
people.segment,
COUNT(DISTINCT people.person_id) AS persons
FROM people
GROUP BY
people.family,
people.segment
) AS segments
WHERE
segments.family = 'all' OR segments.persons >= 30
), cells AS (
SELECT
people.family,
people.segment,
people.position,
SUM(people.clicks) AS clicks,
SUM(people.items) AS items,
MAX(compared.n_segments) AS n_segments
FROM people
JOIN compared
ON people.family = compared.family AND people.segment = compared.segment
GROUP BY
people.family,
people.segment,
people.position
HAVING
people.family = 'all' OR COUNT(*) >= 30
), common AS (
/* a position that one of them hardly shows compares nothing */
SELECT
cells.family,
cells.position,
SUM(cells.items) AS items
FROM cells
GROUP BY
cells.family,
cells.position
HAVING
COUNT(*) = MAX(cells.n_segments)
), mix AS (
SELECT
common.family,
common.position,
common.items / NULLIF(SUM(common.items) OVER (PARTITION BY common.family), 0.0) AS part
FROM common
), pulls AS (
/* what each person adds to the rate, and how far that lies from the rate itself */
SELECT
people.family,
people.segment,
people.person_id,
SUM(people.clicks) AS clicks,
SUM(people.items) AS items,
SUM(mix.part * people.clicks / NULLIF(cells.items, 0.0)) AS pull,
SUM(
mix.part / NULLIF(cells.items, 0.0) * (
people.clicks - cells.clicks / NULLIF(cells.items, 0.0) * people.items
)
) AS residual
FROM people
JOIN cells
ON people.family = cells.family
AND people.segment = cells.segment
AND people.position = cells.position
JOIN mix
ON people.family = mix.family AND people.position = mix.position
GROUP BY
people.family,
people.segment,
people.person_id
), rates AS (
SELECT
pulls.family,
pulls.segment,
SUM(pulls.pull) AS p,
SUM(pulls.items) AS n,
SUM(pulls.clicks) AS positives,
CAST(COUNT(*) AS DOUBLE) AS persons,
CASE
WHEN SUM(pulls.residual * pulls.residual) > 0.000000000001 * SUM(pulls.pull * pulls.pull)
THEN SQRT(
CAST(COUNT(*) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE) - 1.0, 0.0) * SUM(pulls.residual * pulls.residual)
)
END AS se
FROM pulls
GROUP BY
pulls.family,
pulls.segment
)
SELECT
CASE
WHEN compared.family = 'all'
THEN 'all'
WHEN compared.family = 'surface'
THEN 'surface ' || compared.segment
ELSE 'model_version ' || compared.segment
END AS scope,
rates.p AS value,
CASE
WHEN rates.se > 0.0 AND rates.p - 1.96 * rates.se < 0.0
THEN 0.0
WHEN rates.se > 0.0 AND rates.p - 1.96 * rates.se > 1.0
THEN 1.0
WHEN rates.se > 0.0
THEN rates.p - 1.96 * rates.se
ELSE (
(
rates.p
) + 1.9208 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
rates.p
) * (
1.0 - (
rates.p
)
) / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.persons AS DOUBLE), 0.0) * NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN rates.se > 0.0 AND rates.p + 1.96 * rates.se < 0.0
THEN 0.0
WHEN rates.se > 0.0 AND rates.p + 1.96 * rates.se > 1.0
THEN 1.0
WHEN rates.se > 0.0
THEN rates.p + 1.96 * rates.se
ELSE (
(
rates.p
) + 1.9208 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
rates.p
) * (
1.0 - (
rates.p
)
) / NULLIF(CAST(rates.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(rates.persons AS DOUBLE), 0.0) * NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(rates.persons AS DOUBLE), 0.0)
)
END AS high,
COALESCE(rates.n, 0.0) AS n,
COALESCE(rates.persons, 0.0) AS persons,
rates.positives,
CASE
WHEN rates.p IS NULL
THEN 'not_comparable: no position is shown by each ' || compared.family
END AS reason
FROM compared
LEFT JOIN rates
ON compared.family = rates.family AND compared.segment = rates.segment;
-- models/clicks.sql
/* One row per shown item that was clicked. */
WITH attributed AS (
SELECT DISTINCT
CAST(outcomes.request_id AS TEXT) AS request_id,
CAST(outcomes.item_id AS TEXT) AS item_id
FROM (
SELECT
ts,
type,
item_id,
request_id
FROM shop.outcomes AS source
) AS outcomes
WHERE
outcomes.ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND outcomes.ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND CAST(outcomes.type AS TEXT) IN ('click')
AND NOT outcomes.request_id IS NULL
), attribution AS (
SELECT
COUNT(*) AS attributed_clicks
FROM attributed
), requests AS (
/* a span after a request touches two buckets of its own length: equal joins, no range join */
SELECT
requests.request_id,
requests.person_id,
requests.serve_us,
FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) + halves.half AS bucket
FROM recsql_requests AS requests
CROSS JOIN attribution
CROSS JOIN (VALUES
(0),
(1)) AS halves(half)
WHERE
attribution.attributed_clicks = 0
), followed AS (
SELECT DISTINCT
requests.request_id,
person_events.item_id
FROM requests
JOIN recsql_person_events AS person_events
ON requests.person_id = person_events.person_id
AND requests.bucket = FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0)
WHERE
person_events.event_type IN ('click')
AND person_events.event_us > requests.serve_us
AND person_events.event_us <= requests.serve_us + 86400000000
), clicked AS (
SELECT
*
FROM attributed
UNION ALL
SELECT
*
FROM followed
)
SELECT
displayed.request_id,
displayed.item_id
FROM clicked
JOIN recsql_displayed AS displayed
ON clicked.request_id = displayed.request_id AND clicked.item_id = displayed.item_id;
-- models/components.sql
SELECT
nodes.id_type,
nodes.name,
labels.component
FROM recsql_components_nodes AS nodes
JOIN recsql_components_labels AS labels
ON nodes.node = labels.node;
-- models/conversions.sql
/* One row per person and kind of request: its settled requests, and those that sold. */
WITH purchase_log AS (
SELECT
COUNT(*) AS n_purchases
FROM recsql_purchases AS purchases
), settled AS (
SELECT
requests.request_id,
requests.person_id,
requests.surface,
requests.model_version,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
requests.serve_us
FROM recsql_requests AS requests
CROSS JOIN recsql_log_span AS log_span
CROSS JOIN purchase_log
WHERE
requests.serve_us + 86400000000 + 259200000000 <= log_span.end_us
AND /* without a single purchase the rate is unknown, not zero */ purchase_log.n_purchases > 0
), converted AS (
SELECT DISTINCT
settled.request_id
FROM settled
JOIN recsql_purchases AS purchases
ON settled.person_id = purchases.person_id
JOIN recsql_displayed AS displayed
ON settled.request_id = displayed.request_id
AND purchases.item_id = displayed.item_id
WHERE
NOT purchases.is_void
AND purchases.purchase_us > settled.serve_us
AND purchases.purchase_us <= settled.serve_us + 86400000000
)
SELECT
settled.person_id,
settled.surface,
settled.model_version,
settled.device_class,
settled.region,
settled.activity,
settled.tenure,
CAST(COUNT(converted.request_id) AS DOUBLE) AS achieved,
CAST(COUNT(*) AS DOUBLE) AS possible
FROM settled
LEFT JOIN converted
ON settled.request_id = converted.request_id
GROUP BY
settled.person_id,
settled.surface,
settled.model_version,
settled.device_class,
settled.region,
settled.activity,
settled.tenure;
-- models/credits.sql
/* One row per conversion of the window that was credited: to how many requests, on what surfaces. */
WITH logged AS (
SELECT
CAST(outcomes.outcome_id AS TEXT) AS outcome_id,
CAST(outcomes.item_id AS TEXT) AS item_id,
CAST(outcomes.request_id AS TEXT) AS request_id,
MAX(CAST(outcomes.revenue AS DOUBLE)) AS revenue
FROM (
SELECT
outcome_id,
ts,
type,
item_id,
revenue,
request_id
FROM shop.outcomes AS source
) AS outcomes
WHERE
outcomes.ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND outcomes.ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND NOT outcomes.outcome_id IS NULL
AND CAST(outcomes.type AS TEXT) IN ('purchase', 'order')
/* a copied row credits nobody twice */
GROUP BY
CAST(outcomes.outcome_id AS TEXT),
CAST(outcomes.item_id AS TEXT),
CAST(outcomes.request_id AS TEXT)
), buyers AS (
SELECT
purchases.outcome_id,
purchases.item_id,
MAX(purchases.person_id) AS person_id
FROM recsql_purchases AS purchases
WHERE
NOT purchases.is_void
GROUP BY
purchases.outcome_id,
purchases.item_id
)
SELECT
logged.outcome_id,
logged.item_id,
MAX(buyers.person_id) AS person_id,
COUNT(logged.request_id) AS n_requests,
COUNT(DISTINCT requests.surface) AS n_surfaces,
MIN(logged.request_id) AS first_request,
MAX(logged.request_id) AS last_request,
COALESCE(SUM(CASE WHEN NOT logged.request_id IS NULL THEN logged.revenue END), 0.0) AS credited_revenue,
COALESCE(
MAX(CASE WHEN logged.request_id IS NULL THEN logged.revenue END),
MAX(logged.revenue)
) AS revenue /* the row that credits nobody is the order itself */
FROM logged
JOIN buyers
ON logged.outcome_id = buyers.outcome_id AND logged.item_id = buyers.item_id
LEFT JOIN recsql_requests AS requests
ON logged.request_id = requests.request_id
GROUP BY
logged.outcome_id,
logged.item_id;
-- models/curve_limits.sql
/* One row per way and lag: what is retained, replayed or by the fitted drift rate, with 95 % interval. */
WITH draws AS (
SELECT
'replayed' AS way,
retained.lag_s,
retained.replicate,
retained.retained AS value,
retained.n
FROM recsql_retained AS retained
WHERE
NOT retained.retained IS NULL
UNION ALL
/* lasting taste is never lost, what drifts halves with each half-life */
SELECT
'fitted',
lags.lag_s,
decay_fits.replicate,
(
decay_fits.baseline + decay_fits.amplitude * POWER(0.5, lags.lag_s / NULLIF(decay_fits.half_life_s, 0.0))
) / NULLIF(decay_fits.baseline + decay_fits.amplitude, 0.0),
CAST(decay_windows.persons AS DOUBLE)
FROM recsql_decay_fits AS decay_fits
JOIN recsql_decay_windows AS decay_windows
ON decay_fits.curve = decay_windows.curve
AND decay_fits.replicate = decay_windows.replicate
CROSS JOIN (
SELECT DISTINCT
86400.0 * match_means.lag_days AS lag_s
FROM recsql_match_means AS match_means
WHERE
match_means.curve = 'signals'
UNION
SELECT
hours.hour * 3600.0
FROM (VALUES
(0.0),
(1.0),
(6.0),
(12.0),
(24.0)) AS hours(hour)
) AS lags
WHERE
decay_fits.curve = 'signals'
), ranked AS (
SELECT
draws.way,
draws.lag_s,
draws.replicate,
draws.value,
draws.n,
ROW_NUMBER() OVER (
PARTITION BY draws.way, draws.lag_s, CASE WHEN draws.replicate > 0 THEN 1 ELSE 0 END
ORDER BY draws.value, draws.replicate
) AS nth,
SUM(CASE WHEN draws.replicate > 0 THEN 1.0 ELSE 0.0 END) OVER (PARTITION BY draws.way, draws.lag_s) AS replicates
FROM draws
)
SELECT
way,
lag_s,
MAX(CASE WHEN replicate = 0 THEN value END) AS value,
MAX(CASE WHEN replicate = 0 THEN n END) AS n,
MAX(CASE WHEN replicate > 0 AND nth = CEIL(0.025 * replicates) THEN value END) AS low,
MAX(CASE WHEN replicate > 0 AND nth = CEIL(0.975 * replicates) THEN value END) AS high
FROM ranked
GROUP BY
way,
lag_s;
-- models/curve_steps.sql
/* One row per lag of the measured curve, with the lags beside it. */
SELECT
retained.lag_s,
retained.retained,
retained.from_lag_s,
LAG(retained.lag_s) OVER (ORDER BY retained.lag_s) AS earlier_s,
LEAD(retained.lag_s) OVER (ORDER BY retained.lag_s) AS later_s
FROM recsql_retained AS retained
WHERE
retained.replicate = 0;
-- models/day_matches.sql
/* One row per person, curve and lag in days: the chance that an event of each day shares its topic. */
WITH parts AS (
SELECT DISTINCT
day_topics.person_id,
day_topics.day,
day_topics.is_promoted
FROM recsql_day_topics AS day_topics
), pairs AS (
SELECT
earlier.person_id,
earlier.is_promoted,
later.day - earlier.day AS lag_days,
COUNT(*) AS n_pairs
FROM parts AS earlier
JOIN parts AS later
ON earlier.person_id = later.person_id
AND earlier.day < later.day
AND NOT later.is_promoted
GROUP BY
earlier.person_id,
earlier.is_promoted,
later.day - earlier.day
), matches AS (
/* products of shares are unbiased, however few events a day has */
SELECT
earlier.person_id,
earlier.is_promoted,
later.day - earlier.day AS lag_days,
SUM(
earlier.n_events / NULLIF(earlier.n_part, 0.0) * later.n_events / NULLIF(later.n_part, 0.0)
) AS matched
FROM recsql_day_topics AS earlier
JOIN recsql_day_topics AS later
ON earlier.person_id = later.person_id
AND earlier.topic = later.topic
AND earlier.day < later.day
AND NOT later.is_promoted
GROUP BY
earlier.person_id,
earlier.is_promoted,
later.day - earlier.day
)
SELECT
pairs.person_id,
CASE WHEN pairs.is_promoted THEN 'promotions' ELSE 'signals' END AS curve, /* what a promotion started is followed apart, on the days without one */
CAST(pairs.lag_days AS DOUBLE) AS lag_days,
pairs.n_pairs,
COALESCE(matches.matched, 0.0) / NULLIF(CAST(pairs.n_pairs AS DOUBLE), 0.0) AS match
FROM pairs
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN matches
ON pairs.person_id = matches.person_id
AND pairs.is_promoted = matches.is_promoted
AND pairs.lag_days = matches.lag_days
WHERE
pairs.lag_days * 86400.0 <= 1814400
AND /* items without categories hardly ever come back: no match to fit a curve to */ fallback_category.category IS NULL;
-- models/day_topics.sql
/* One row per person, UTC day and topic, promoted or not: its events, and those of its part of the day. */
WITH counted AS (
SELECT
topic_events.person_id,
topic_events.topic,
CAST(FLOOR(CAST(topic_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
CAST(COUNT(*) AS DOUBLE) AS n_events
FROM recsql_topic_events AS topic_events
JOIN recsql_drift_people AS drift_people
ON topic_events.person_id = drift_people.person_id
GROUP BY
topic_events.person_id,
topic_events.topic,
CAST(FLOOR(CAST(topic_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
), marked AS (
SELECT
counted.person_id,
counted.topic,
counted.day,
counted.n_events,
NOT COALESCE(every_topic.day, own_topic.day) IS NULL AS is_promoted
FROM counted
LEFT JOIN recsql_promoted_topics AS every_topic
ON counted.day = every_topic.day AND every_topic.topic IS NULL
LEFT JOIN recsql_promoted_topics AS own_topic
ON counted.day = own_topic.day AND counted.topic = own_topic.topic
)
SELECT
person_id,
topic,
day,
is_promoted,
n_events,
SUM(n_events) OVER (PARTITION BY person_id, day, is_promoted) AS n_part
FROM marked;
-- models/decay_fits.sql
/* One row per curve and replicate: match = baseline + amplitude * 2^(-lag / half-life), least squares. */
WITH spans AS (
/* what halves within a quarter of the shortest lag has vanished before it can be seen */
SELECT
match_means.curve,
match_means.replicate,
FLOOR(LN(MIN(match_means.lag_days)) / NULLIF(LN(1.02), 0.0) + 0.000001) AS first_step
FROM recsql_match_means AS match_means
GROUP BY
match_means.curve,
match_means.replicate
), coarse_steps /* for each half-life of a grid the best line is known in closed form; the grid is 2 % fine, but */ /* the squares are smooth, so that every sixth step shows where to look closely */ AS (
SELECT
spans.curve,
spans.replicate,
CAST(6 * grid.i - 162 AS DOUBLE) AS step
FROM spans
CROSS JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 94
) AS grid
WHERE
6 * grid.i - 162 >= spans.first_step
), fine_steps AS (
SELECT
spans.curve,
spans.replicate,
coarse.step + CAST(near.i - 6 AS DOUBLE) AS step
FROM (
WITH decay_points AS (
SELECT
steps.curve,
steps.replicate,
steps.step,
match_means.fixed_baseline,
match_means.match - COALESCE(match_means.fixed_baseline, 0.0) AS y,
POWER(0.5, match_means.lag_days / NULLIF(0.25 * POWER(1.02, steps.step), 0.0)) AS x
FROM coarse_steps AS steps
JOIN recsql_match_means AS match_means
ON steps.curve = match_means.curve AND steps.replicate = match_means.replicate
), decay_sums AS (
SELECT
curve,
replicate,
step,
MAX(fixed_baseline) AS fixed,
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(x) AS sx,
SUM(x * x) AS sxx,
SUM(y) AS sy,
SUM(y * y) AS syy,
SUM(x * y) AS sxy
FROM decay_points
GROUP BY
curve,
replicate,
step
), decay_slopes AS (
SELECT
curve,
replicate,
step,
fixed,
n,
sx,
sy,
syy,
sxy,
CASE
WHEN NOT fixed IS NULL AND n >= 2.0
THEN sxy / NULLIF(sxx, 0.0)
WHEN n >= 3.0
THEN (
n * sxy - sx * sy
) / NULLIF(n * sxx - sx * sx, 0.0)
END AS slope
FROM decay_sums
), decay_intercepts AS (
SELECT
curve,
replicate,
step,
slope,
fixed,
sy,
syy,
sxy,
CASE WHEN fixed IS NULL THEN (
sy - slope * sx
) / NULLIF(n, 0.0) ELSE 0.0 END AS intercept
FROM decay_slopes
)
SELECT
curve,
replicate,
step,
0.25 * POWER(1.02, step) AS half_life_days,
slope AS amplitude,
intercept + COALESCE(fixed, 0.0) AS baseline,
ROW_NUMBER() OVER (PARTITION BY curve, replicate ORDER BY syy - slope * sxy - intercept * sy, step) AS nth
FROM decay_intercepts
WHERE
slope > 0.0
) AS coarse
JOIN spans
ON coarse.curve = spans.curve AND coarse.replicate = spans.replicate
CROSS JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 13
) AS near
WHERE
coarse.nth = 1
AND coarse.step + near.i - 6 >= spans.first_step
AND coarse.step + near.i - 6 < 400.0
), numbered AS (
SELECT
match_means.*,
ROW_NUMBER() OVER (
PARTITION BY match_means.curve, match_means.replicate
ORDER BY match_means.lag_days
) AS nth
FROM recsql_match_means AS match_means
WHERE
match_means.fixed_baseline IS NULL
), triples AS (
/* three lags at equal distances leave nothing to search for */
SELECT
curve,
replicate,
MIN(lag_days) AS first_lag,
MAX(lag_days) - MIN(lag_days) AS span,
MAX(CASE WHEN nth = 1 THEN match END) AS m1,
MAX(CASE WHEN nth = 2 THEN match END) AS m2,
MAX(CASE WHEN nth = 3 THEN match END) AS m3
FROM numbered
GROUP BY
curve,
replicate
HAVING
COUNT(*) = 3
AND ABS(SUM(lag_days) - 1.5 * (
MIN(lag_days) + MAX(lag_days)
)) < 0.000001
), exact AS (
SELECT
curve,
replicate,
span / 2.0 * LN(2.0) / NULLIF(-LN((
m3 - m2
) / NULLIF(m2 - m1, 0.0)), 0.0) AS half_life_days,
(
m1 * m3 - m2 * m2
) / NULLIF(m1 + m3 - 2.0 * m2, 0.0) AS baseline,
first_lag,
m1
FROM triples
WHERE
m1 > m2 AND m2 > m3 AND m2 - m3 < m1 - m2
)
SELECT
fine.curve,
fine.replicate,
86400.0 * COALESCE(exact.half_life_days, fine.half_life_days) AS half_life_s,
COALESCE(exact.baseline, fine.baseline) AS baseline,
COALESCE(
(
exact.m1 - exact.baseline
) * POWER(2.0, exact.first_lag / NULLIF(exact.half_life_days, 0.0)),
fine.amplitude
) AS amplitude
FROM (
WITH decay_points AS (
SELECT
steps.curve,
steps.replicate,
steps.step,
match_means.fixed_baseline,
match_means.match - COALESCE(match_means.fixed_baseline, 0.0) AS y,
POWER(0.5, match_means.lag_days / NULLIF(0.25 * POWER(1.02, steps.step), 0.0)) AS x
FROM fine_steps AS steps
JOIN recsql_match_means AS match_means
ON steps.curve = match_means.curve AND steps.replicate = match_means.replicate
), decay_sums AS (
SELECT
curve,
replicate,
step,
MAX(fixed_baseline) AS fixed,
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(x) AS sx,
SUM(x * x) AS sxx,
SUM(y) AS sy,
SUM(y * y) AS syy,
SUM(x * y) AS sxy
FROM decay_points
GROUP BY
curve,
replicate,
step
), decay_slopes AS (
SELECT
curve,
replicate,
step,
fixed,
n,
sx,
sy,
syy,
sxy,
CASE
WHEN NOT fixed IS NULL AND n >= 2.0
THEN sxy / NULLIF(sxx, 0.0)
WHEN n >= 3.0
THEN (
n * sxy - sx * sy
) / NULLIF(n * sxx - sx * sx, 0.0)
END AS slope
FROM decay_sums
), decay_intercepts AS (
SELECT
curve,
replicate,
step,
slope,
fixed,
sy,
syy,
sxy,
CASE WHEN fixed IS NULL THEN (
sy - slope * sx
) / NULLIF(n, 0.0) ELSE 0.0 END AS intercept
FROM decay_slopes
)
SELECT
curve,
replicate,
step,
0.25 * POWER(1.02, step) AS half_life_days,
slope AS amplitude,
intercept + COALESCE(fixed, 0.0) AS baseline,
ROW_NUMBER() OVER (PARTITION BY curve, replicate ORDER BY syy - slope * sxy - intercept * sy, step) AS nth
FROM decay_intercepts
WHERE
slope > 0.0
) AS fine
LEFT JOIN exact
ON fine.curve = exact.curve AND fine.replicate = exact.replicate
WHERE
fine.nth = 1;
-- models/decay_windows.sql
/* One row per curve and replicate: its half-life, and when the match has lost drift_epsilon. */
WITH spans AS (
SELECT
match_means.curve,
match_means.replicate,
86400.0 * MAX(match_means.lag_days) AS longest_s,
86400.0 /* lags that do not span two half-lives cannot tell a longer one from another baseline */ * MAX(match_means.lag_days) * CASE WHEN MAX(match_means.fixed_baseline) IS NULL THEN 0.5 ELSE 1.0 END AS tellable_s,
MAX(match_means.persons) AS persons
FROM recsql_match_means AS match_means
GROUP BY
match_means.curve,
match_means.replicate
)
SELECT
decay_fits.curve,
decay_fits.replicate,
decay_fits.half_life_s,
decay_fits.baseline,
CASE
WHEN 0.1 * (
decay_fits.amplitude + decay_fits.baseline
) < decay_fits.amplitude
THEN -decay_fits.half_life_s / NULLIF(LN(2.0), 0.0) * LN(
1.0 - 0.1 * (
decay_fits.amplitude + decay_fits.baseline
) / NULLIF(decay_fits.amplitude, 0.0)
)
END AS window_s, /* lasting taste is never lost; NULL when it alone keeps enough */
spans.longest_s,
spans.tellable_s,
spans.persons
FROM recsql_decay_fits AS decay_fits
JOIN spans
ON decay_fits.curve = spans.curve AND decay_fits.replicate = spans.replicate;
-- models/decision_windows.sql
/* One row per category, parent (`a.b.*`) and one for all (none): how long people take to decide. */
WITH counts AS (
SELECT
curve,
category,
COUNT(*) AS journeys,
COUNT(DISTINCT person_id) AS persons,
COUNT(CASE WHEN is_bought THEN 1 END) AS purchases,
COUNT(CASE WHEN is_abandoned THEN 1 END) AS abandoned
FROM recsql_journey_curves AS journey_curves
GROUP BY
curve,
category
UNION ALL
/* the row of all stands without a journey, too */
SELECT
'all',
CAST(NULL AS TEXT),
0,
0,
0,
0
), totals AS (
SELECT
curve,
category,
MAX(journeys) AS journeys,
MAX(persons) AS persons,
MAX(purchases) AS purchases,
MAX(abandoned) AS abandoned
FROM counts
GROUP BY
curve,
category
), ranks AS (
/* never surer than independent purchases would be */
SELECT
totals.curve,
spreads.final_share,
1.96 * CASE
WHEN spreads.mid_error > SQRT(0.5 * (
1.0 - 0.5
) / NULLIF(CAST(totals.purchases AS DOUBLE), 0.0))
THEN spreads.mid_error
WHEN NOT spreads.mid_error IS NULL
THEN SQRT(0.5 * (
1.0 - 0.5
) / NULLIF(CAST(totals.purchases AS DOUBLE), 0.0))
ELSE 1.0
END AS mid_reach,
1.96 * CASE
WHEN spreads.late_error > SQRT(0.9 * (
1.0 - 0.9
) / NULLIF(CAST(totals.purchases AS DOUBLE), 0.0))
THEN spreads.late_error
WHEN NOT spreads.late_error IS NULL
THEN SQRT(0.9 * (
1.0 - 0.9
) / NULLIF(CAST(totals.purchases AS DOUBLE), 0.0))
ELSE 1.0
END AS late_reach
FROM recsql_window_spreads AS spreads
JOIN totals
ON spreads.curve = totals.curve
), bounds AS (
/* order statistics: the last purchase surely before the quantile, the first surely after it */
SELECT
ranks.curve,
MAX(survival.elapsed_s) AS longest,
MAX(
CASE
WHEN survival.bought_share <= (
0.5 - ranks.mid_reach
) * ranks.final_share + 0.000000000001
THEN survival.elapsed_s
END
) AS low_50,
MIN(
CASE
WHEN survival.bought_share - survival.each_share * survival.bought >= (
0.5 + ranks.mid_reach
) * ranks.final_share - 0.000000000001
THEN survival.elapsed_s
END
) AS high_50,
MAX(
CASE
WHEN survival.bought_share <= (
0.9 - ranks.late_reach
) * ranks.final_share + 0.000000000001
THEN survival.elapsed_s
END
) AS low_90,
MIN(
CASE
WHEN survival.bought_share - survival.each_share * survival.bought >= (
0.9 + ranks.late_reach
) * ranks.final_share - 0.000000000001
THEN survival.elapsed_s
END
) AS high_90
FROM ranks
JOIN recsql_survival AS survival
ON ranks.curve = survival.curve
WHERE
survival.bought > 0.0
GROUP BY
ranks.curve
)
SELECT
totals.category,
spreads.window_50,
CASE WHEN NOT spreads.window_50 IS NULL THEN COALESCE(bounds.low_50, 0.0) END AS window_50_low,
COALESCE(bounds.high_50, bounds.longest) AS window_50_high,
spreads.window_90,
CASE WHEN NOT spreads.window_90 IS NULL THEN COALESCE(bounds.low_90, 0.0) END AS window_90_low,
COALESCE(bounds.high_90, bounds.longest) AS window_90_high,
CASE WHEN totals.journeys > 0 THEN COALESCE(spreads.final_share, 0.0) END AS conversion_share,
spreads.final_error AS conversion_error,
totals.journeys,
totals.persons,
totals.purchases,
totals.abandoned
FROM totals
LEFT JOIN recsql_window_spreads AS spreads
ON totals.curve = spreads.curve
LEFT JOIN bounds
ON totals.curve = bounds.curve;
-- models/default_counts.sql
/* One row per person and feature that training knows: served values, defaults, training's share. */
WITH trained AS (
SELECT
CAST(training_sample.feature AS TEXT) AS feature,
CAST(COUNT(*) AS DOUBLE) AS n_trained,
CAST(COUNT(
CASE
WHEN training_sample.value IS NULL AND training_sample.category IS NULL
THEN 1
END
) AS DOUBLE) AS n_defaults
FROM (
SELECT
feature,
value,
category
FROM shop.training_sample AS source
) AS training_sample
WHERE
NOT training_sample.feature IS NULL
GROUP BY
CAST(training_sample.feature AS TEXT)
), served AS (
SELECT
requests.person_id,
CAST(served_features.feature AS TEXT) AS feature,
CASE
WHEN COALESCE(CAST(served_features.is_default AS BOOLEAN), FALSE)
THEN 1
WHEN served_features.value IS NULL AND served_features.category IS NULL
THEN 1
ELSE 0
END AS is_default
FROM (
SELECT
request_id,
feature,
value,
category,
is_default
FROM shop.served_features AS source
) AS served_features
JOIN recsql_requests AS requests
ON CAST(served_features.request_id AS TEXT) = requests.request_id
)
SELECT
served.person_id,
served.feature,
CAST(COUNT(*) AS DOUBLE) AS n_served,
CAST(SUM(served.is_default) AS DOUBLE) AS n_defaults,
MAX(trained.n_defaults / NULLIF(trained.n_trained, 0.0)) AS training_share,
MAX(trained.n_trained) AS n_trained
FROM served
JOIN trained
ON served.feature = trained.feature
GROUP BY
served.person_id,
served.feature;
-- models/displayed.sql
/* One row per item that a request put on the screen; a row without a stage was shown. */
SELECT
served.request_id,
served.item_id,
served.position,
served.propensity
FROM recsql_served AS served
WHERE
NOT served.is_retrieved;
-- models/drift_draws.sql
/* One row per face, method and replicate: a drift window, and the half-life where one was fitted. */
SELECT
'signals' AS face,
3 AS method,
replay_windows.replicate,
replay_windows.window_s,
replay_windows.window_s AS sure_window_s,
replay_windows.longest_s,
CAST(NULL AS DOUBLE) AS half_life_s,
CAST(NULL AS DOUBLE) AS tellable_s,
CAST(NULL AS DOUBLE) AS baseline,
replay_windows.n,
replay_windows.persons
FROM recsql_replay_windows AS replay_windows
UNION ALL
SELECT
decay_windows.curve,
CASE WHEN decay_windows.curve = 'served_lists' THEN 2 ELSE 1 END,
decay_windows.replicate,
CASE
WHEN decay_windows.window_s <= decay_windows.longest_s
THEN decay_windows.window_s
END,
CASE
WHEN decay_windows.window_s <= decay_windows.longest_s
AND decay_windows.half_life_s < decay_windows.tellable_s
THEN decay_windows.window_s
END, /* while the half-life may be anything, the window has no upper end */
decay_windows.longest_s,
CASE
WHEN decay_windows.half_life_s < decay_windows.tellable_s
THEN decay_windows.half_life_s
ELSE decay_windows.tellable_s
END,
decay_windows.tellable_s,
decay_windows.baseline,
CAST(decay_windows.persons AS DOUBLE),
decay_windows.persons
FROM recsql_decay_windows AS decay_windows;
-- models/drift_estimates.sql
/* One row per face and estimator: the drift window, and the half-life where one was fitted. */
WITH ranked AS (
/* a window or half-life that was not reached is longer than all that were */
SELECT
draws.*,
ROW_NUMBER() OVER (PARTITION BY draws.face, draws.method ORDER BY draws.window_s, draws.replicate) AS window_nth,
ROW_NUMBER() OVER (
PARTITION BY draws.face, draws.method
ORDER BY draws.sure_window_s, draws.replicate
) AS sure_window_nth,
ROW_NUMBER() OVER (PARTITION BY draws.face, draws.method ORDER BY draws.half_life_s, draws.replicate) AS half_life_nth,
ROW_NUMBER() OVER (PARTITION BY draws.face, draws.method ORDER BY draws.baseline, draws.replicate) AS baseline_nth,
CAST(COUNT(*) OVER (PARTITION BY draws.face, draws.method) AS DOUBLE) AS replicates
FROM recsql_drift_draws AS draws
WHERE
draws.replicate > 0
), limits AS (
SELECT
face,
method,
MAX(CASE WHEN window_nth = CEIL(0.025 * replicates) THEN window_s END) AS window_low,
MAX(CASE WHEN sure_window_nth = CEIL(0.975 * replicates) THEN sure_window_s END) AS window_high,
MAX(CASE WHEN half_life_nth = CEIL(0.025 * replicates) THEN half_life_s END) AS half_life_low,
MAX(CASE WHEN half_life_nth = CEIL(0.975 * replicates) THEN half_life_s END) AS half_life_high,
MAX(CASE WHEN baseline_nth = CEIL(0.025 * replicates) THEN baseline END) AS baseline_low,
MAX(CASE WHEN baseline_nth = CEIL(0.975 * replicates) THEN baseline END) AS baseline_high
FROM ranked
GROUP BY
face,
method
), ages AS (
SELECT
item_ages.person_id,
item_ages.age_s
FROM recsql_item_ages AS item_ages
)
SELECT
draws.face,
draws.method,
COALESCE(draws.window_s, draws.longest_s) AS window_s,
CASE
WHEN NOT limits.method IS NULL
THEN COALESCE(limits.window_low, draws.longest_s)
END AS window_low,
CASE WHEN NOT draws.sure_window_s IS NULL THEN limits.window_high END AS window_high,
NOT draws.sure_window_s IS NULL
AND (
limits.method IS NULL OR NOT limits.window_high IS NULL
) AS is_bounded,
draws.half_life_s,
limits.half_life_low,
CASE
WHEN draws.half_life_s < draws.tellable_s AND limits.half_life_high < draws.tellable_s
THEN limits.half_life_high
END AS half_life_high,
draws.half_life_s < draws.tellable_s AS is_spanned,
draws.baseline,
limits.baseline_low,
limits.baseline_high,
draws.n,
draws.persons
FROM recsql_drift_draws AS draws
LEFT JOIN limits
ON draws.face = limits.face AND draws.method = limits.method
WHERE
draws.replicate = 0
UNION ALL
SELECT
'items',
3,
ages.value,
ages.low,
ages.high,
TRUE,
NULL,
NULL,
NULL,
NULL,
NULL,
NULL,
NULL,
ages.n,
CAST(FLOOR(ages.persons) AS BIGINT)
FROM (
WITH quantile_ranks AS (
SELECT
person_id,
CAST(age_s AS DOUBLE) AS x,
ROW_NUMBER() OVER (ORDER BY age_s) AS nth,
0.1 * CAST(COUNT(*) OVER () - 1 AS DOUBLE) AS place
FROM ages AS quantile_source
WHERE
NOT age_s IS NULL
), quantile_points AS (
SELECT
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER () AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER () AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
person_id
)
SELECT
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.1 * tries
) * (
hits - 0.1 * tries
)) AS squares
FROM quantile_people
), limit_spreads AS (
SELECT
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.1 * (
1.0 - 0.1
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
persons,
n,
point,
CAST(FLOOR(n * 0.1 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.1 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high)
) AS ages
WHERE
NOT ages.value IS NULL
UNION ALL
SELECT
'both',
3,
together.window_s,
together.window_low,
together.window_high,
NOT together.window_high IS NULL,
NULL,
NULL,
NULL,
NULL,
NULL,
NULL,
NULL,
together.n,
CAST(together.persons AS BIGINT)
FROM recsql_both_window AS together
WHERE
together.n > 0.0;
-- models/drift_faces.sql
/* One row per face, and one for signals as the total: its estimates side by side. */
WITH estimates AS (
/* replayed lists need no curve, so they go before the fitted one */
SELECT
drift_estimates.*,
ROW_NUMBER() OVER (PARTITION BY drift_estimates.face ORDER BY drift_estimates.method DESC) AS nth,
MAX(drift_estimates.window_s) OVER (PARTITION BY drift_estimates.face) / NULLIF(MIN(drift_estimates.window_s) OVER (PARTITION BY drift_estimates.face), 0.0) AS ratio
FROM recsql_drift_estimates AS drift_estimates
), rivals AS (
/* half-lives of the signals that were fitted to something else, beside the one over days */
SELECT
MAX(
CASE
WHEN other.face = 'served_lists' AND other.half_life_s > days.half_life_s
THEN other.half_life_s / NULLIF(days.half_life_s, 0.0)
WHEN other.face = 'served_lists'
THEN days.half_life_s / NULLIF(other.half_life_s, 0.0)
END
) AS served_ratio,
MAX(
CASE
WHEN other.face = 'within_a_day'
AND days.half_life_s > 3 * other.half_life_s
AND COALESCE(
other.half_life_high,
CASE WHEN other.half_life_low IS NULL THEN other.half_life_s END
) < COALESCE(days.half_life_low, days.half_life_s)
THEN other.half_life_s
END
) AS fast_half_life_s
FROM estimates AS days
JOIN estimates AS other
ON days.face = 'signals' AND days.method = 1 AND other.is_spanned
WHERE
other.face <> 'served_lists' OR days.is_spanned
), faces AS (
SELECT
CAST(NULL AS TEXT) AS face,
'signals' AS measured
UNION ALL
SELECT DISTINCT
face,
face AS measured
FROM recsql_drift_estimates AS drift_estimates
UNION ALL
SELECT
'served_lists',
'served_lists'
FROM recsql_phase_clock AS phase_clock
WHERE
phase_clock.clock_share > 0.9
)
SELECT
faces.face,
chosen.window_s,
chosen.window_low,
chosen.window_high,
chosen.is_bounded,
chosen.n,
chosen.persons,
chosen.method,
fitted.window_s AS fitted_s,
fitted.window_low AS fitted_low,
fitted.window_high AS fitted_high,
fitted.half_life_s,
fitted.half_life_low,
fitted.half_life_high,
fitted.is_spanned,
fitted.baseline,
fitted.baseline_low,
fitted.baseline_high,
fitted.n AS fitted_n,
CASE WHEN faces.measured = 'signals' THEN rivals.fast_half_life_s END AS fast_half_life_s,
CASE
WHEN faces.measured = 'signals' AND rivals.served_ratio > chosen.ratio
THEN rivals.served_ratio
ELSE chosen.ratio
END AS ratio
FROM faces
CROSS JOIN rivals
LEFT JOIN estimates AS chosen
ON faces.measured = chosen.face AND chosen.nth = 1
LEFT JOIN estimates AS fitted
ON faces.measured = fitted.face AND fitted.method < 3;
-- models/drift_people.sql
/* One row per person whose drift is measured: all of them, or as many as the hash lets in. */
WITH people AS (
SELECT DISTINCT
topic_events.person_id
FROM recsql_topic_events AS topic_events
), numbered AS (
SELECT
people.person_id,
ROW_NUMBER() OVER (
ORDER BY (
CAST(CAST('0x' || LEFT(MD5((
people.person_id || ' drift'
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), people.person_id
) AS nth
FROM people
)
SELECT
numbered.person_id
FROM numbered
WHERE
numbered.nth <= 1000;
-- models/events.sql
/* One row per distinct event of the history, on corrected clocks, with bots marked. */
WITH logged AS (
SELECT
CAST(events.event_id AS TEXT) AS event_id,
CAST(events.key AS TEXT) AS key,
CAST(events.user_id AS TEXT) AS user_id,
CAST(events.session_id AS TEXT) AS session_id,
CAST(events.event_type AS TEXT) AS event_type,
CAST(events.item_id AS TEXT) AS item_id,
CAST(events.category AS TEXT) AS category,
CAST(events.surface AS TEXT) AS surface,
COALESCE(CAST(events.is_bot AS BOOLEAN), FALSE) AS is_declared_bot,
COALESCE(CAST(events.is_backfill AS BOOLEAN), FALSE) AS is_backfill,
EPOCH_US(events.event_ts) AS logged_us,
COALESCE(EPOCH_US(events.ingested_ts), EPOCH_US(events.event_ts)) AS ingested_us
FROM (
SELECT
event_id,
key,
event_ts,
ingested_ts,
event_type,
item_id,
category,
user_id,
session_id,
surface,
is_bot,
is_backfill
FROM shop.events AS source
) AS events
WHERE
events.event_ts >= CAST('2026-01-06 00:00:00' AS TIMESTAMP)
AND events.event_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
), repeated AS (
SELECT
event_id,
COUNT(*) AS n_copies
FROM logged
/* an event without an id has no copies */
WHERE
NOT event_id IS NULL
GROUP BY
event_id
HAVING
COUNT(*) > 1
), copies AS (
SELECT
logged.*,
repeated.n_copies,
ROW_NUMBER() OVER (
PARTITION BY logged.event_id
ORDER BY logged.ingested_us, logged.logged_us, logged.key, logged.item_id, logged.event_type
) AS copy
FROM logged
JOIN repeated
ON logged.event_id = repeated.event_id
), singled AS (
/* few events come twice: only those are sorted */
SELECT
logged.*,
CAST(1 AS BIGINT) AS n_copies,
CAST(1 AS BIGINT) AS copy
FROM logged
LEFT JOIN repeated
ON logged.event_id = repeated.event_id
WHERE
repeated.event_id IS NULL
UNION ALL
SELECT
copies.*
FROM copies
WHERE
copies.copy = 1
), distinct_events AS (
SELECT
singled.*,
singled.logged_us > singled.ingested_us + 300000000 AS is_skewed,
CASE
WHEN singled.logged_us > singled.ingested_us + 300000000
THEN singled.ingested_us
ELSE singled.logged_us
END AS event_us
FROM singled
), minutes AS (
SELECT
key,
FLOOR(CAST(event_us AS DOUBLE) / 60000000.0) AS minute,
COUNT(*) AS n_events
FROM distinct_events
WHERE
NOT key IS NULL
GROUP BY
key,
FLOOR(CAST(event_us AS DOUBLE) / 60000000.0)
), days AS (
SELECT
key,
SUM(n_events) AS events_a_day,
MAX(n_events) AS events_a_minute
FROM minutes
GROUP BY
key,
FLOOR(minute / 1440.0)
), busy_keys AS (
SELECT
key
FROM days
GROUP BY
key
HAVING
MAX(events_a_day) > 500 OR MAX(events_a_minute) > 60
)
SELECT
distinct_events.event_id,
distinct_events.key,
distinct_events.user_id,
distinct_events.session_id,
distinct_events.event_type,
distinct_events.item_id,
distinct_events.category,
distinct_events.surface,
distinct_events.event_us,
distinct_events.ingested_us,
distinct_events.is_declared_bot OR NOT busy_keys.key IS NULL AS is_bot,
distinct_events.is_skewed,
distinct_events.is_backfill,
distinct_events.n_copies
FROM distinct_events
LEFT JOIN busy_keys
ON distinct_events.key = busy_keys.key;
-- models/events_elsewhere.sql
/* One row per request of a person with several keys: recent events of the person under other keys. */
WITH several AS (
/* who has one key throughout has been nowhere else */
SELECT
whereabouts.person_id
FROM (
SELECT
person_events.person_id,
person_events.key
FROM recsql_person_events AS person_events
UNION ALL
SELECT
moments.person_id,
moments.key
FROM recsql_moments AS moments
WHERE
moments.is_request
) AS whereabouts
GROUP BY
whereabouts.person_id
HAVING
MIN(whereabouts.key) <> MAX(whereabouts.key) OR COUNT(whereabouts.key) < COUNT(*)
), looks AS (
SELECT
moments.moment_id,
moments.person_id,
CAST(NULL AS TEXT) AS key,
moments.at_us - 2419200000000 AS from_us,
moments.cut_us,
1 AS weight
FROM recsql_moments AS moments
JOIN several
ON moments.person_id = several.person_id
WHERE
moments.is_request
UNION ALL
SELECT
moments.moment_id,
moments.person_id,
moment_keys.key,
moments.at_us - 2419200000000 AS from_us,
moments.cut_us,
-1 AS weight
FROM recsql_moments AS moments
JOIN several
ON moments.person_id = several.person_id
JOIN recsql_moment_keys AS moment_keys
ON moments.moment_id = moment_keys.moment_id
WHERE
moments.is_request AND moment_keys.in_profile
), firsts AS (
SELECT
person_id,
MIN(CASE WHEN cut_us < from_us THEN cut_us ELSE from_us END) AS first_us
FROM looks
GROUP BY
person_id
), whole AS (
SELECT
person_events.person_id,
person_events.key,
person_events.event_us,
firsts.first_us
FROM recsql_person_events AS person_events
JOIN firsts
ON person_events.person_id = firsts.person_id
), timeline AS (
/* each event once among the person's, and once among those under its key */
SELECT
events.person_id,
CAST(NULL AS TEXT) AS key,
events.us,
0 AS weight,
events.n_events,
CAST(NULL AS BIGINT) AS moment_id
FROM (
SELECT
person_id,
MAX(event_us) AS us,
COUNT(*) AS n_events
FROM whole AS past_rows
WHERE
event_us < first_us
GROUP BY
person_id
UNION ALL
SELECT
person_id,
event_us AS us,
1 AS n_events
FROM whole AS past_rows
WHERE
event_us >= first_us
) AS events
UNION ALL
SELECT
events.person_id,
events.key,
events.us,
0,
events.n_events,
CAST(NULL AS BIGINT)
FROM (
SELECT
person_id,
key,
MAX(event_us) AS us,
COUNT(*) AS n_events
FROM whole AS past_rows
WHERE
event_us < first_us
GROUP BY
person_id,
key
UNION ALL
SELECT
person_id,
key,
event_us AS us,
1 AS n_events
FROM whole AS past_rows
WHERE
event_us >= first_us
) AS events
UNION ALL
SELECT
person_id,
key,
cut_us,
weight,
0,
moment_id
FROM looks
UNION ALL
SELECT
person_id,
key,
from_us,
-weight,
0,
moment_id
FROM looks
), counted AS (
SELECT
moment_id,
weight,
SUM(n_events) OVER (
PARTITION BY person_id, key
ORDER BY us, CASE WHEN weight = 0 THEN 0 ELSE 1 END
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS n_events
FROM timeline
)
SELECT
counted.moment_id,
SUM(counted.weight * counted.n_events) AS n_events
FROM counted
WHERE
counted.weight <> 0
GROUP BY
counted.moment_id;
-- models/exposure_pulls.sql
/* One row per period and shown item: its place among all items, from the least shown to the most. */
WITH assortment AS (
SELECT
exposures.item_id
FROM recsql_exposures AS exposures
UNION
/* what was never shown is part of how unequal showing is */
SELECT
CAST(catalogue.item_id AS TEXT)
FROM (
SELECT
item_id,
active_from,
active_to
FROM shop.catalogue AS source
) AS catalogue
WHERE
NOT catalogue.item_id IS NULL
AND COALESCE(catalogue.active_from, CAST('2026-02-03 00:00:00' AS TIMESTAMP)) < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND COALESCE(catalogue.active_to, CAST('2026-03-03 00:00:00' AS TIMESTAMP)) > CAST('2026-02-03 00:00:00' AS TIMESTAMP)
), sizes AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM assortment
), shown AS (
SELECT
exposures.periods_ago,
exposures.item_id,
SUM(exposures.n_shown) AS n_shown
FROM recsql_exposures AS exposures
GROUP BY
exposures.periods_ago,
exposures.item_id
), placed AS (
SELECT
shown.periods_ago,
shown.item_id,
shown.n_shown,
ROW_NUMBER() OVER (PARTITION BY shown.periods_ago ORDER BY shown.n_shown DESC, shown.item_id) AS place /* from the top, so that items never shown need no row */
FROM shown
), tied AS (
SELECT
placed.periods_ago,
placed.item_id,
placed.n_shown,
placed.place,
AVG(CAST(placed.place AS DOUBLE)) OVER (PARTITION BY placed.periods_ago, placed.n_shown) AS middle_place
FROM placed
)
SELECT
tied.periods_ago,
tied.item_id,
tied.n_shown,
tied.place,
sizes.n_items,
(
sizes.n_items + 1.0 - 2.0 * tied.middle_place
) /* its mean over impressions is the Gini coefficient */ / NULLIF(sizes.n_items, 0.0) AS pull,
CASE
WHEN CAST(tied.place AS DOUBLE) <= CEIL(0.01 * sizes.n_items)
THEN 1.0
ELSE 0.0
END AS is_top
FROM tied
CROSS JOIN sizes;
-- models/exposure_sums.sql
/* One row per person and period: what was shown, how high it stood, and how much of it was on top. */
SELECT
exposures.person_id,
exposures.periods_ago,
SUM(exposures.n_shown) AS n_shown,
SUM(exposures.n_shown * exposure_pulls.pull) AS pull,
SUM(exposures.n_shown * exposure_pulls.is_top) AS n_top
FROM recsql_exposures AS exposures
JOIN recsql_exposure_pulls AS exposure_pulls
ON exposures.periods_ago = exposure_pulls.periods_ago
AND exposures.item_id = exposure_pulls.item_id
GROUP BY
exposures.person_id,
exposures.periods_ago;
-- models/exposures.sql
/* One row per person, item and period before as_of: how often the item was put on the screen. */
WITH dated AS (
SELECT
requests.request_id,
requests.person_id,
FLOOR(CAST(1772496000000000 - 1 - requests.serve_us AS DOUBLE) / 604800000000.0) AS periods_ago /* 0 is the period that ends with the run */
FROM recsql_requests AS requests
)
SELECT
dated.person_id,
dated.periods_ago,
displayed.item_id,
CAST(COUNT(*) AS DOUBLE) AS n_shown
FROM recsql_displayed AS displayed
JOIN dated
ON displayed.request_id = dated.request_id
/* a period that the window cuts is not one */
WHERE
1772496000000000 - (
dated.periods_ago + 1
) * 604800000000 >= 1770076800000000
GROUP BY
dated.person_id,
dated.periods_ago,
displayed.item_id;
-- models/face_curves.sql
/* One row per face, items or both, and lag: what an index that old keeps of what people ask for. */
WITH kept AS (
/* a list can hold what exists, so for items it need not have been a hit */
SELECT
'items' AS face,
item_ages.person_id,
lags.lag_s,
CASE WHEN item_ages.age_s >= lags.lag_s THEN 1.0 ELSE 0.0 END AS kept,
1.0 AS tried
FROM recsql_item_ages AS item_ages
CROSS JOIN (
SELECT DISTINCT
backtest_hits.lag_s
FROM recsql_backtest_hits AS backtest_hits
) AS lags
UNION ALL
/* the same requests at all lags: with signals and an index that old, by hits with fresh ones */
SELECT
'both' AS face,
hits.person_id,
hits.lag_s,
CASE WHEN item_ages.age_s >= hits.lag_s THEN hits.hit ELSE 0.0 END,
fresh.hit
FROM recsql_backtest_hits AS hits
JOIN recsql_backtest_hits AS fresh
ON hits.request = fresh.request AND fresh.lag_s = 0.0
JOIN recsql_backtests AS backtests
ON hits.request = backtests.nth
JOIN recsql_item_ages AS item_ages
ON backtests.request_id = item_ages.request_id
)
SELECT
curves.face,
curves.lag_s,
curves.value,
CASE
WHEN curves.low < 0.0
THEN 0.0
WHEN curves.low IS NULL AND curves.face = 'items' AND curves.lag_s > 0.0
THEN (
(
curves.value
) + 1.9208 / NULLIF(CAST(curves.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
curves.value
) * (
1.0 - (
curves.value
)
) / NULLIF(CAST(curves.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(curves.persons AS DOUBLE), 0.0) * NULLIF(CAST(curves.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(curves.persons AS DOUBLE), 0.0)
)
ELSE curves.low
END AS low,
CASE
WHEN curves.high > 1.0 AND curves.value <= 1.0
THEN 1.0
WHEN curves.high IS NULL AND curves.face = 'items' AND curves.lag_s > 0.0
THEN (
(
curves.value
) + 1.9208 / NULLIF(CAST(curves.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
curves.value
) * (
1.0 - (
curves.value
)
) / NULLIF(CAST(curves.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(curves.persons AS DOUBLE), 0.0) * NULLIF(CAST(curves.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(curves.persons AS DOUBLE), 0.0)
)
ELSE curves.high
END AS high,
curves.n,
curves.persons
FROM (
WITH ratio_people AS (
SELECT
face,
lag_s,
person_id,
COALESCE(SUM(CAST(kept AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT kept IS NULL THEN CAST(tried AS DOUBLE) END), 0.0) AS own_tries
FROM kept AS ratio_source
GROUP BY
face,
lag_s,
person_id
), ratio_sums AS (
SELECT
face,
lag_s,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
face,
lag_s
), ratio_squares AS (
SELECT
face,
lag_s,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
face,
lag_s,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
face,
lag_s,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS curves;
-- models/fallback_category.sql
/* One row: the category of what has none; '(all)' when nothing has one, else none. */
SELECT
CASE WHEN COUNT(items.category) = 0 THEN '(all)' END AS category
FROM recsql_items AS items;
-- models/fallbacks.sql
/* One row per request with a list: whether so many persons were given the very same one. */
WITH shared AS (
SELECT
list_prints.list_print,
CAST(COUNT(DISTINCT list_prints.person_id) AS DOUBLE) AS n_persons
FROM recsql_list_prints AS list_prints
GROUP BY
list_prints.list_print
), everybody AS (
SELECT
CAST(COUNT(DISTINCT list_prints.person_id) AS DOUBLE) AS n_persons
FROM recsql_list_prints AS list_prints
)
SELECT
list_prints.request_id,
list_prints.person_id,
list_prints.surface,
list_prints.list_print,
shared.n_persons,
everybody.n_persons AS n_everybody,
CASE
WHEN shared.n_persons > 0.01 * everybody.n_persons AND shared.n_persons >= 5
THEN 1
ELSE 0
END AS is_fallback
FROM recsql_list_prints AS list_prints
CROSS JOIN everybody
JOIN shared
ON list_prints.list_print = shared.list_print;
-- models/feature_bins.sql
/* One row per feature and bin: its share of training, of serving, and what it adds to the index. */
WITH bins AS (
SELECT
feature_points.feature,
feature_points.bin,
SUM(feature_points.n_trained) AS n_trained,
SUM(feature_points.n_served) AS n_served
FROM recsql_feature_points AS feature_points
GROUP BY
feature_points.feature,
feature_points.bin
), totals AS (
SELECT
bins.*,
MAX(CASE WHEN bins.n_trained = 0.0 OR bins.n_served = 0.0 THEN 0.5 ELSE 0.0 END) OVER (PARTITION BY bins.feature) AS extra, /* half an observation per bin, but only where a bin is empty and the logarithm has no value */
COUNT(*) OVER (PARTITION BY bins.feature) AS n_bins,
SUM(bins.n_trained) OVER (PARTITION BY bins.feature) AS all_trained,
SUM(bins.n_served) OVER (PARTITION BY bins.feature) AS all_served
FROM bins
), shares AS (
SELECT
totals.*,
totals.n_trained / NULLIF(totals.all_trained, 0.0) AS trained_share,
totals.n_served / NULLIF(totals.all_served, 0.0) AS served_share,
(
totals.n_trained + totals.extra
) / NULLIF(totals.all_trained + totals.extra * totals.n_bins, 0.0) AS t,
(
totals.n_served + totals.extra
) / NULLIF(totals.all_served + totals.extra * totals.n_bins, 0.0) AS s
FROM totals
)
SELECT
shares.feature,
shares.bin,
shares.n_bins,
shares.all_trained,
shares.all_served,
shares.trained_share,
shares.served_share,
(
shares.s - shares.t
) * LN(shares.s / NULLIF(shares.t, 0.0)) AS psi,
LN(shares.s / NULLIF(shares.t, 0.0)) /* how the index moves with the bin's share of serving, and of training */ + 1.0 - shares.t / NULLIF(shares.s, 0.0) AS served_slope,
-LN(shares.s / NULLIF(shares.t, 0.0)) + 1.0 - shares.s / NULLIF(shares.t, 0.0) AS trained_slope,
shares.t
FROM shares
WHERE
shares.all_served > 0.0;
-- models/feature_distances.sql
/* One row per feature of numbers: how far serving's distribution function is from training's. */
WITH numbers AS (
SELECT
points.feature,
points.value,
points.n_trained,
SUM(points.n_trained) OVER (PARTITION BY points.feature) AS all_trained,
SUM(points.n_served) OVER (PARTITION BY points.feature) AS all_served,
SUM(points.n_trained) OVER (
PARTITION BY points.feature
ORDER BY points.value
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS trained_below,
SUM(points.n_served) OVER (
PARTITION BY points.feature
ORDER BY points.value
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS served_below,
SUM(points.n_trained * points.value) OVER (PARTITION BY points.feature) AS total,
LEAD(points.value) OVER (PARTITION BY points.feature ORDER BY points.value) AS next_value
FROM recsql_feature_points AS points
WHERE
NOT points.value IS NULL
), apart AS (
SELECT
numbers.*,
numbers.value - numbers.total / NULLIF(numbers.all_trained, 0.0) AS deviation,
ABS(
numbers.served_below / NULLIF(numbers.all_served, 0.0) - numbers.trained_below / NULLIF(numbers.all_trained, 0.0)
) AS distance
FROM numbers
)
SELECT
apart.feature,
MAX(apart.distance) AS ks,
COALESCE(SUM(apart.distance * (
apart.next_value - apart.value
)), 0.0) / NULLIF(
SQRT(
SUM(apart.n_trained * apart.deviation * apart.deviation) / NULLIF(MAX(apart.all_trained), 0.0)
),
0.0
) AS wasserstein
FROM apart
WHERE
apart.all_served > 0.0
GROUP BY
apart.feature;
-- models/feature_indices.sql
/* One row per feature: its stability index, how surely it is above chance, and its other distances. */
WITH indices AS (
SELECT
bins.feature,
MAX(bins.n_bins) AS n_bins,
SUM(bins.psi) AS psi,
MAX(ABS(bins.served_share - bins.trained_share)) AS l_infinity,
0.5 * SUM(
COALESCE(
bins.served_share * LOG(
2,
2.0 * NULLIF(bins.served_share, 0.0) / NULLIF(bins.served_share + bins.trained_share, 0.0)
),
0.0
) + COALESCE(
bins.trained_share * LOG(
2,
2.0 * NULLIF(bins.trained_share, 0.0) / NULLIF(bins.served_share + bins.trained_share, 0.0)
),
0.0
)
) AS jsd,
SUM(bins.t * bins.trained_slope) AS slope,
SUM(bins.t * bins.trained_slope * bins.trained_slope) AS slope_squares
FROM recsql_feature_bins AS bins
GROUP BY
bins.feature
), trainees AS (
/* a row of training whose person is not known counts as one of its own */
SELECT
CAST(training_sample.feature AS TEXT) AS feature,
CAST(COUNT(DISTINCT COALESCE(persons.person_id, CAST(training_sample.key AS TEXT))) + COUNT(CASE WHEN training_sample.key IS NULL THEN 1 END) AS DOUBLE) AS n
FROM (
SELECT
key,
feature
FROM shop.training_sample AS source
) AS training_sample
LEFT JOIN recsql_persons AS persons
ON CAST(training_sample.key AS TEXT) = persons.key
WHERE
NOT training_sample.feature IS NULL
GROUP BY
CAST(training_sample.feature AS TEXT)
), slopes AS (
SELECT
uses.feature,
uses.person_id,
uses.n_served,
uses.n_served * bins.served_slope AS pull
FROM recsql_feature_uses AS uses
JOIN recsql_feature_points AS points
ON uses.feature = points.feature AND uses.point = points.point
JOIN recsql_feature_bins AS bins
ON points.feature = bins.feature AND points.bin = bins.bin
), measured AS (
SELECT
indices.*,
served.n AS n_served,
served.persons,
(
1.0 / NULLIF(trainees.n, 0.0) + 1.0 / NULLIF(served.persons, 0.0)
) * CASE indices.n_bins - 1
WHEN 1
THEN 6.6348966
WHEN 2
THEN 9.2103404
WHEN 3
THEN 11.3448667
WHEN 4
THEN 13.2767041
WHEN 5
THEN 15.0862725
WHEN 6
THEN 16.8118938
WHEN 7
THEN 18.4753069
WHEN 8
THEN 20.090235
WHEN 9
THEN 21.6659943
WHEN 10
THEN 23.2092512
WHEN 11
THEN 24.7249703
WHEN 12
THEN 26.2169673
WHEN 13
THEN 27.6882496
WHEN 14
THEN 29.1412377
WHEN 15
THEN 30.5779142
WHEN 16
THEN 31.9999269
WHEN 17
THEN 33.4086636
WHEN 18
THEN 34.8053057
WHEN 19
THEN 36.1908691
WHEN 20
THEN 37.5662348
WHEN 21
THEN 38.9321727
WHEN 22
THEN 40.2893604
WHEN 23
THEN 41.6383981
WHEN 24
THEN 42.9798201
WHEN 25
THEN 44.3141049
WHEN 26
THEN 45.6416827
WHEN 27
THEN 46.9629421
WHEN 28
THEN 48.2782358
WHEN 29
THEN 49.5878845
WHEN 30
THEN 50.8921813
WHEN 31
THEN 52.1913948
WHEN 32
THEN 53.4857718
WHEN 33
THEN 54.7755398
WHEN 34
THEN 56.0609087
WHEN 35
THEN 57.3420734
WHEN 36
THEN 58.6192145
WHEN 37
THEN 59.8925
WHEN 38
THEN 61.1620868
WHEN 39
THEN 62.428121
WHEN 40
THEN 63.6907398
WHEN 41
THEN 64.9500713
WHEN 42
THEN 66.2062363
WHEN 43
THEN 67.4593479
WHEN 44
THEN 68.709513
WHEN 45
THEN 69.9568321
WHEN 46
THEN 71.2014002
WHEN 47
THEN 72.4433074
WHEN 48
THEN 73.6826385
WHEN 49
THEN 74.9194743
WHEN 50
THEN 76.1538912
WHEN 51
THEN 77.385962
WHEN 52
THEN 78.6157557
WHEN 53
THEN 79.8433381
WHEN 54
THEN 81.0687719
WHEN 55
THEN 82.2921168
WHEN 56
THEN 83.5134299
WHEN 57
THEN 84.7327657
WHEN 58
THEN 85.9501762
WHEN 59
THEN 87.1657114
WHEN 60
THEN 88.3794189
WHEN 61
THEN 89.5913445
WHEN 62
THEN 90.801532
WHEN 63
THEN 92.0100236
WHEN 64
THEN 93.2168597
WHEN 65
THEN 94.422079
WHEN 66
THEN 95.625719
WHEN 67
THEN 96.8278156
WHEN 68
THEN 98.0284033
WHEN 69
THEN 99.2275155
WHEN 70
THEN 100.4251842
WHEN 71
THEN 101.6214405
WHEN 72
THEN 102.8163142
WHEN 73
THEN 104.0098341
WHEN 74
THEN 105.202028
WHEN 75
THEN 106.3929229
WHEN 76
THEN 107.5825448
WHEN 77
THEN 108.7709187
WHEN 78
THEN 109.9580691
WHEN 79
THEN 111.1440194
WHEN 80
THEN 112.3287925
WHEN 81
THEN 113.5124105
WHEN 82
THEN 114.6948947
WHEN 83
THEN 115.8762659
WHEN 84
THEN 117.0565442
WHEN 85
THEN 118.2357493
WHEN 86
THEN 119.4138999
WHEN 87
THEN 120.5910145
WHEN 88
THEN 121.767111
WHEN 89
THEN 122.9422068
WHEN 90
THEN 124.1163187
WHEN 91
THEN 125.2894631
WHEN 92
THEN 126.461656
WHEN 93
THEN 127.6329129
WHEN 94
THEN 128.8032489
WHEN 95
THEN 129.9726787
WHEN 96
THEN 131.1412167
WHEN 97
THEN 132.3088767
WHEN 98
THEN 133.4756723
WHEN 99
THEN 134.6416169
WHEN 100
THEN 135.8067232
END AS psi_by_chance,
SQRT(
POWER(COALESCE(served.high - served.value, 0.0), 2) + 1.96 * 1.96 * ABS(indices.slope_squares - indices.slope * indices.slope) / NULLIF(trainees.n, 0.0)
) AS reach
FROM indices
JOIN trainees
ON indices.feature = trainees.feature
LEFT JOIN (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(pull AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT pull IS NULL THEN CAST(n_served AS DOUBLE) END), 0.0) AS own_tries
FROM slopes AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS served
ON indices.feature = served.feature
)
SELECT
measured.*,
CASE
WHEN measured.psi <= COALESCE(measured.psi_by_chance, 0.0)
THEN 0.0
WHEN measured.psi <= measured.reach
THEN 0.0
ELSE measured.psi - measured.reach
END AS psi_low, /* what chance alone may make is not told from no shift; one bin cannot shift at all */
CASE
WHEN measured.psi + measured.reach <= measured.psi_by_chance
THEN measured.psi_by_chance
ELSE measured.psi + measured.reach
END AS psi_high
FROM measured;
-- models/feature_pairs.sql
/* One row per request and feature: the value logged at serving and the one recomputed for then. */
WITH logged AS (
SELECT
CAST(served_features.request_id AS TEXT) AS request_id,
CAST(served_features.feature AS TEXT) AS feature,
CAST(served_features.value AS DOUBLE) AS served_value,
CAST(served_features.category AS TEXT) AS served_category,
CAST(NULL AS DOUBLE) AS true_value,
CAST(NULL AS TEXT) AS true_category,
1 AS is_served,
0 AS is_recomputed
FROM (
SELECT
request_id,
feature,
value,
category
FROM shop.served_features AS source
) AS served_features
UNION ALL
SELECT
CAST(recomputed_features.request_id AS TEXT),
CAST(recomputed_features.feature AS TEXT),
NULL,
NULL,
CAST(recomputed_features.value AS DOUBLE),
CAST(recomputed_features.category AS TEXT),
0,
1
FROM (
SELECT
request_id,
feature,
value,
category
FROM shop.recomputed_features AS source
) AS recomputed_features
), paired AS (
/* a feature that is logged twice counts once, with its largest value */
SELECT
logged.request_id,
logged.feature,
MAX(requests.person_id) AS person_id,
MAX(logged.served_value) AS served_value,
MAX(logged.served_category) AS served_category,
MAX(logged.true_value) AS true_value,
MAX(logged.true_category) AS true_category,
MAX(logged.is_served) AS is_served,
MAX(logged.is_recomputed) AS is_recomputed
FROM logged
JOIN recsql_requests AS requests
ON logged.request_id = requests.request_id
WHERE
NOT logged.feature IS NULL
GROUP BY
logged.request_id,
logged.feature
), known AS (
SELECT
paired.*,
MAX(paired.is_served) OVER (PARTITION BY paired.request_id) AS is_request_served,
MAX(paired.is_recomputed) OVER (PARTITION BY paired.request_id) AS is_request_recomputed,
MAX(paired.is_recomputed) OVER (PARTITION BY paired.feature) AS is_feature_recomputed,
NOT paired.served_value IS NULL OR NOT paired.served_category IS NULL AS has_served,
NOT paired.true_value IS NULL OR NOT paired.true_category IS NULL AS has_true,
ABS(paired.served_value - paired.true_value) AS distance,
ABS(paired.served_value) + ABS(paired.true_value) AS size
FROM paired
)
/* either side may be a sample: only requests that both know, and features that were recomputed */
SELECT
request_id,
person_id,
feature,
served_value,
true_value,
served_category,
true_category,
CASE
WHEN NOT (
has_served AND has_true
)
THEN NULL
WHEN served_category <> true_category
THEN 1
WHEN served_category IS NULL AND NOT true_category IS NULL
THEN 1
WHEN NOT served_category IS NULL AND true_category IS NULL
THEN 1
WHEN served_value IS NULL AND NOT true_value IS NULL
THEN 1
WHEN NOT served_value IS NULL AND true_value IS NULL
THEN 1
WHEN distance > 1e-06 * size / 2.0
THEN 1
ELSE 0
END AS is_mismatch,
CASE WHEN has_true AND has_served THEN 0 WHEN has_true THEN 1 END AS is_missing,
CASE WHEN has_served AND has_true THEN 0 WHEN has_served THEN 1 END AS is_extra,
CASE
WHEN NOT distance IS NULL
THEN 2.0 * COALESCE(distance / NULLIF(size, 0.0), 0.0)
END AS smape /* two zeros are alike */
FROM known
WHERE
is_request_served = 1 AND is_request_recomputed = 1 AND is_feature_recomputed = 1;
-- models/feature_points.sql
/* One row per feature and value or category: its bin, and how often it was trained on and served. */
WITH trained AS (
SELECT
CAST(training_sample.feature AS TEXT) AS feature,
CASE
WHEN training_sample.value = 0
THEN 0.0
ELSE CAST(training_sample.value AS DOUBLE)
END AS value,
CAST(training_sample.category AS TEXT) AS category,
MAX(CASE WHEN NOT training_sample.value IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY training_sample.feature) AS is_numeric
FROM (
SELECT
feature,
value,
category
FROM shop.training_sample AS source
) AS training_sample
WHERE
NOT training_sample.feature IS NULL
), used AS (
SELECT
trained.feature,
CASE WHEN trained.is_numeric = 1 THEN trained.value END AS value,
CASE WHEN trained.is_numeric = 0 THEN trained.category END AS category,
1.0 AS n_trained,
0.0 AS n_served
FROM trained
UNION ALL
SELECT
feature,
value,
category,
0.0,
n_served
FROM recsql_feature_uses AS feature_uses
), points AS (
SELECT
used.feature,
used.value,
used.category,
CAST(SUM(used.n_trained) AS DOUBLE) AS n_trained,
CAST(SUM(used.n_served) AS DOUBLE) AS n_served
FROM used
GROUP BY
used.feature,
used.value,
used.category
), placed AS (
SELECT
points.*,
COALESCE(
SUM(CASE WHEN NOT points.value IS NULL THEN points.n_trained END) OVER (
PARTITION BY points.feature
ORDER BY points.value
rows BETWEEN UNBOUNDED preceding AND 1 preceding
),
0.0
) AS n_below, /* a value's decile is told by the part of training below it: ties stay together */
SUM(CASE WHEN NOT points.value IS NULL THEN points.n_trained END) OVER (PARTITION BY points.feature) AS n_numbers,
ROW_NUMBER() OVER (
PARTITION BY points.feature
ORDER BY CASE WHEN points.category IS NULL THEN 1 ELSE 0 END, points.n_trained DESC, points.category
) AS place
FROM points
)
SELECT
placed.feature,
placed.value,
placed.category,
CASE
WHEN NOT placed.value IS NULL
THEN 'number ' || CAST(placed.value AS TEXT)
WHEN NOT placed.category IS NULL
THEN 'category ' || placed.category
ELSE 'missing'
END AS point,
placed.n_trained,
placed.n_served,
CASE
WHEN NOT placed.value IS NULL AND placed.n_below >= placed.n_numbers
THEN 'decile 10'
WHEN NOT placed.value IS NULL
THEN 'decile ' || CAST(CAST(1 + FLOOR(10.0 * placed.n_below / NULLIF(placed.n_numbers, 0.0)) AS BIGINT) AS TEXT)
WHEN placed.category IS NULL
THEN '(missing)'
WHEN placed.place <= 50 AND placed.n_trained > 0.0
THEN placed.category
ELSE '(other)'
END AS bin
FROM placed;
-- models/feature_uses.sql
/* One row per person, feature and value or category that serving logged for them: how often. */
WITH trained AS (
/* a feature is a number where training knows a number of it */
SELECT
CAST(training_sample.feature AS TEXT) AS feature,
MAX(CASE WHEN NOT training_sample.value IS NULL THEN 1 ELSE 0 END) AS is_numeric
FROM (
SELECT
feature,
value
FROM shop.training_sample AS source
) AS training_sample
WHERE
NOT training_sample.feature IS NULL
GROUP BY
CAST(training_sample.feature AS TEXT)
), served AS (
SELECT
requests.person_id,
trained.feature,
CASE
WHEN trained.is_numeric = 1
THEN CASE
WHEN served_features.value = 0
THEN 0.0
ELSE CAST(served_features.value AS DOUBLE)
END
END AS value,
CASE WHEN trained.is_numeric = 0 THEN CAST(served_features.category AS TEXT) END AS category
FROM (
SELECT
request_id,
feature,
value,
category
FROM shop.served_features AS source
) AS served_features
JOIN trained
ON CAST(served_features.feature AS TEXT) = trained.feature
JOIN recsql_requests AS requests
ON CAST(served_features.request_id AS TEXT) = requests.request_id
)
SELECT
served.person_id,
served.feature,
served.value,
served.category,
CASE
WHEN NOT served.value IS NULL
THEN 'number ' || CAST(served.value AS TEXT)
WHEN NOT served.category IS NULL
THEN 'category ' || served.category
ELSE 'missing'
END AS point,
CAST(COUNT(*) AS DOUBLE) AS n_served
FROM served
GROUP BY
served.person_id,
served.feature,
served.value,
served.category;
-- models/filed_keys.sql
/* One row per key active of late that is one person's: the profile that holds it at as_of. */
WITH active_keys AS (
SELECT DISTINCT
person_events.key
FROM recsql_person_events AS person_events
WHERE
person_events.event_us >= 1772496000000000 - 2592000000000
), filed AS (
SELECT
persons.key,
persons.person_id,
COALESCE(profile_periods.profile_id, persons.key) AS profile_id,
ROW_NUMBER() OVER (
PARTITION BY persons.key
ORDER BY profile_periods.from_us DESC, profile_periods.profile_id
) AS candidate
FROM active_keys
JOIN recsql_persons AS persons
ON active_keys.key = persons.key
LEFT JOIN recsql_profile_periods AS profile_periods
ON persons.key = profile_periods.key
AND profile_periods.from_us <= 1772496000000000
AND profile_periods.to_us > 1772496000000000
/* a shared key is nobody's */
WHERE
NOT persons.is_shared
)
SELECT
key,
person_id,
profile_id
FROM filed
WHERE
candidate = 1;
-- models/fragments.sql
/* One row per moment: was its person also active outside the profile, knowably or in hindsight. */
WITH active_elsewhere AS (
SELECT
moments.moment_id,
COUNT(DISTINCT COALESCE(profile_periods.profile_id, moment_keys.key)) AS n_profiles,
MAX(key_sightings.before_cut_us) AS missed_us
FROM recsql_moments AS moments
JOIN recsql_moment_keys AS moment_keys
ON moments.moment_id = moment_keys.moment_id
JOIN recsql_key_sightings AS key_sightings
ON moment_keys.moment_id = key_sightings.moment_id
AND moment_keys.key = key_sightings.key
LEFT JOIN recsql_profile_periods AS profile_periods
ON moment_keys.key = profile_periods.key
AND moments.at_us >= profile_periods.from_us
AND moments.at_us < profile_periods.to_us
WHERE
NOT moment_keys.in_profile
AND moment_keys.known_us <= moments.cut_us - 86400000000
AND key_sightings.before_cut_us > moments.at_us - 2419200000000
GROUP BY
moments.moment_id
)
SELECT
moments.moment_id,
moments.request_id,
moments.is_request,
moments.person_id,
moments.surface,
moments.revenue,
COALESCE(active_elsewhere.n_profiles, 0) /* without a key of its own, a moment is split when two profiles were active */ >= CASE WHEN moments.key IS NULL THEN 2 ELSE 1 END AS is_split,
active_elsewhere.missed_us,
COALESCE(elsewhere.n_events, 0) > 0 AS is_split_in_hindsight,
COALESCE(persons.has_evidence, FALSE) AS has_evidence
FROM recsql_moments AS moments
LEFT JOIN recsql_persons AS persons
ON moments.key = persons.key
LEFT JOIN active_elsewhere
ON moments.moment_id = active_elsewhere.moment_id
LEFT JOIN recsql_events_elsewhere AS elsewhere
ON moments.moment_id = elsewhere.moment_id;
-- models/gap_scopes.sql
/* One row for all, per category, per bin of the gap and per segment: its median gap. */
WITH placed AS (
SELECT
placements.person_id,
placements.gap_s,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure
FROM recsql_placements AS placements
LEFT JOIN recsql_requests AS requests
ON placements.request_id = requests.request_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM placed AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM placed AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM placed AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM placed AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM placed AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM placed AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM placed AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM placed AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), bins AS (
SELECT DISTINCT
gap_bin
FROM recsql_late_people AS people
WHERE
NOT gap_bin IS NULL
)
SELECT
scope,
category,
CAST(NULL AS TEXT) AS gap,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure,
value,
low,
high,
slow_share,
slow_low,
slow_high,
slow_n,
slow_persons
FROM recsql_category_gaps AS category_gaps
WHERE
is_shown
UNION ALL
SELECT
'gap ' || gap_bin,
CAST(NULL AS TEXT),
gap_bin,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE)
FROM bins
UNION ALL
/* the revenue of slow categories is that of all who buy, on whatever surface */
SELECT
scopes.scope,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
gaps.value,
gaps.low,
gaps.high,
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE),
CAST(NULL AS DOUBLE)
FROM scopes
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(gap_s AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY gap_s) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM scoped AS quantile_source
WHERE
NOT gap_s IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS gaps
ON scopes.scope = gaps.scope
WHERE
scopes.scope <> 'all';
-- models/gaps.sql
/* One row per model version, metric and k with an offline score: what became of it when served. */
WITH persons AS (
SELECT
realised.person_id,
realised.model_version,
realised.metric,
realised.k,
SUM(realised.achieved) AS achieved,
SUM(realised.possible) AS possible
FROM recsql_realised AS realised
GROUP BY
realised.person_id,
realised.model_version,
realised.metric,
realised.k
), per_unit AS (
/* a score per event counts requests, one per user counts persons, busy or not */
SELECT
'event' AS unit,
person_id,
model_version,
metric,
k,
achieved,
possible
FROM persons
UNION ALL
SELECT
'user' AS unit,
person_id,
model_version,
metric,
k,
achieved / NULLIF(possible, 0.0) AS achieved,
1.0 AS possible
FROM persons
), measured AS (
SELECT
measured.unit,
measured.model_version,
measured.metric,
measured.k,
measured.value,
measured.low,
measured.high,
measured.n,
measured.persons,
measured.positives
FROM (
WITH ratio_people AS (
SELECT
unit,
model_version,
metric,
k,
person_id,
COALESCE(SUM(CAST(achieved AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT achieved IS NULL THEN CAST(possible AS DOUBLE) END), 0.0) AS own_tries
FROM per_unit AS ratio_source
GROUP BY
unit,
model_version,
metric,
k,
person_id
), ratio_sums AS (
SELECT
unit,
model_version,
metric,
k,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
unit,
model_version,
metric,
k
), ratio_squares AS (
SELECT
unit,
model_version,
metric,
k,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
unit,
model_version,
metric,
k,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
unit,
model_version,
metric,
k,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS measured
), versions AS (
SELECT
COUNT(measured.model_version) AS known_versions,
MAX(measured.k) AS deepest_k
FROM measured
), paired AS (
SELECT
offline_runs.model_version,
offline_runs.metric,
offline_runs.k,
offline_runs.score AS offline,
offline_runs.n AS offline_n,
offline_runs.looks_ahead,
COALESCE(offline_runs.unit_kind, 'event') AS unit_kind,
COALESCE(
offline_runs.reason,
CASE
WHEN NOT offline_runs.metric IN ('hit_rate', 'recall', 'mrr', 'ndcg', 'ctr', 'cvr')
THEN 'not_comparable: served lists have no ' || offline_runs.metric
WHEN NOT offline_runs.metric IN ('ctr', 'cvr') AND offline_runs.k > versions.deepest_k
THEN 'not_comparable: k ' || CAST(offline_runs.k AS TEXT) || ' is beyond the served lists'
END
) AS reason,
measured.value AS realised,
measured.low,
measured.high,
measured.n AS tries,
requested.n,
measured.persons,
CASE
WHEN offline_runs.metric IN ('hit_rate', 'ctr', 'cvr')
THEN requested.positives
END AS positives,
COALESCE(offline_runs.metric = 'hit_rate' AND requested.n = measured.persons, FALSE) AS is_independent /* one hit or miss per person on both sides is Newcombe's case */
FROM recsql_offline_runs AS offline_runs
CROSS JOIN versions
LEFT JOIN measured
ON offline_runs.metric = measured.metric
AND (
offline_runs.k = measured.k OR offline_runs.metric IN ('ctr', 'cvr')
)
AND /* where no request names its model version, every score is compared with all requests */ (
offline_runs.model_version = measured.model_version
OR versions.known_versions = 0
)
AND COALESCE(offline_runs.unit_kind, 'event') = measured.unit
LEFT JOIN measured AS requested
ON measured.metric = requested.metric
AND measured.k IS NOT DISTINCT FROM requested.k
AND measured.model_version IS NOT DISTINCT FROM requested.model_version
AND requested.unit = 'event'
), spread AS (
/* an offline score without n is taken as exact */
SELECT
paired.model_version,
paired.metric,
paired.k,
paired.offline,
paired.looks_ahead,
paired.unit_kind,
paired.reason,
paired.realised,
paired.tries,
paired.n,
paired.persons,
paired.positives,
CASE
WHEN paired.offline_n IS NULL
THEN 0.0
WHEN paired.is_independent
THEN paired.offline - (
(
paired.offline
) + 1.9208 / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) - 1.96 * SQRT(
(
paired.offline
) * (
1.0 - (
paired.offline
)
) / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) * NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0)
)
ELSE 1.96 * SQRT(paired.offline * (
1.0 - paired.offline
) / NULLIF(paired.offline_n, 0.0))
END AS offline_down,
CASE
WHEN paired.offline_n IS NULL
THEN 0.0
WHEN paired.is_independent
THEN (
(
paired.offline
) + 1.9208 / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) + 1.96 * SQRT(
(
paired.offline
) * (
1.0 - (
paired.offline
)
) / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0) * NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(paired.offline_n AS DOUBLE), 0.0)
) - paired.offline
ELSE 1.96 * SQRT(paired.offline * (
1.0 - paired.offline
) / NULLIF(paired.offline_n, 0.0))
END AS offline_up,
CASE
WHEN paired.is_independent
THEN paired.realised - (
(
paired.realised
) + 1.9208 / NULLIF(CAST(paired.n AS DOUBLE), 0.0) - 1.96 * SQRT(
(
paired.realised
) * (
1.0 - (
paired.realised
)
) / NULLIF(CAST(paired.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(paired.n AS DOUBLE), 0.0) * NULLIF(CAST(paired.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(paired.n AS DOUBLE), 0.0)
)
ELSE paired.realised - paired.low
END AS realised_down,
CASE
WHEN paired.is_independent
THEN (
(
paired.realised
) + 1.9208 / NULLIF(CAST(paired.n AS DOUBLE), 0.0) + 1.96 * SQRT(
(
paired.realised
) * (
1.0 - (
paired.realised
)
) / NULLIF(CAST(paired.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(paired.n AS DOUBLE), 0.0) * NULLIF(CAST(paired.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(paired.n AS DOUBLE), 0.0)
) - paired.realised
ELSE paired.high - paired.realised
END AS realised_up
FROM paired
), relative AS (
/* the interval of a ratio by the same rule, where the offline score is surely above 0 */
SELECT
spread.*,
spread.realised * spread.offline AS middle,
SQRT(
spread.realised * spread.realised * spread.offline_up * spread.offline_up + spread.realised_down * spread.realised_down * (
spread.offline * spread.offline - spread.offline_up * spread.offline_up
)
) AS down,
SQRT(
spread.realised * spread.realised * spread.offline_down * spread.offline_down + spread.realised_up * spread.realised_up * (
spread.offline * spread.offline - spread.offline_down * spread.offline_down
)
) AS up,
spread.offline * spread.offline - spread.offline_up * spread.offline_up AS high_square,
spread.offline * spread.offline - spread.offline_down * spread.offline_down AS low_square
FROM spread
WHERE
spread.offline > spread.offline_up AND spread.offline > spread.offline_down
)
SELECT
spread.model_version,
spread.metric,
spread.k,
spread.offline,
spread.realised,
spread.offline - spread.realised AS gap,
spread.offline - spread.realised - SQRT(
spread.offline_down * spread.offline_down + spread.realised_up * spread.realised_up
) AS gap_low,
spread.offline - spread.realised + SQRT(
spread.offline_up * spread.offline_up + spread.realised_down * spread.realised_down
) AS gap_high,
1.0 - spread.realised / NULLIF(spread.offline, 0.0) AS relative,
1.0 - (
relative.middle + relative.up
) / NULLIF(relative.low_square, 0.0) AS relative_low,
1.0 - (
relative.middle - relative.down
) / NULLIF(relative.high_square, 0.0) AS relative_high,
COALESCE(spread.tries, 0.0) AS tries,
COALESCE(spread.n, 0.0) AS n,
COALESCE(spread.persons, 0.0) AS persons,
spread.positives,
spread.looks_ahead,
spread.unit_kind,
spread.reason
FROM spread
LEFT JOIN relative
ON spread.model_version = relative.model_version
AND spread.metric IS NOT DISTINCT FROM relative.metric
AND spread.k IS NOT DISTINCT FROM relative.k;
-- models/hit_parts.sql
/* One row per person and lag: the person's hits with signals that old, by all hits with fresh ones. */
WITH own AS (
SELECT
backtest_hits.person_id,
backtest_hits.lag_s,
SUM(backtest_hits.hit) AS hits
FROM recsql_backtest_hits AS backtest_hits
GROUP BY
backtest_hits.person_id,
backtest_hits.lag_s
)
SELECT
own.person_id,
own.lag_s,
own.hits / NULLIF(SUM(CASE WHEN own.lag_s = 0.0 THEN own.hits ELSE 0.0 END) OVER (), 0.0) AS part
FROM own;
-- models/holdings.sql
/* One row per profile and key that it held at some time of the window. */
SELECT DISTINCT
COALESCE(profile_periods.profile_id, persons.key) AS profile_id,
persons.key,
persons.person_id,
persons.has_evidence,
persons.is_shared
FROM recsql_persons AS persons
LEFT JOIN recsql_profile_periods AS profile_periods
ON persons.key = profile_periods.key
WHERE
NOT persons.is_bot
AND (
profile_periods.key IS NULL
OR (
profile_periods.to_us > 1770076800000000
AND profile_periods.from_us < 1772496000000000
)
);
-- models/hop_losses.sql
/* One row per scope and figure: the relevance lost to a step's delay, and won by mending it alone. */
WITH requested AS (
SELECT
'all' AS scope,
hop_weights.*,
hop_weights.weight * hop_weights.retained AS loss
FROM recsql_hop_weights AS hop_weights
UNION ALL
/* what is on no surface is in no scope */
SELECT
'surface ' || hop_weights.surface,
hop_weights.*,
hop_weights.weight * hop_weights.retained
FROM recsql_hop_weights AS hop_weights
WHERE
NOT hop_weights.surface IS NULL
), moves AS (
SELECT
scope,
figure,
person_id,
n,
loss
FROM requested
UNION ALL
/* persons bend the curve, too: hits at a lag raise it there, and hits at once lower all of it */
SELECT
weights.scope,
weights.figure,
replayed.person_id,
0.0,
weights.weight * replayed.part
FROM (
SELECT
scope,
figure,
from_lag_s,
SUM(weight) AS weight
FROM requested
GROUP BY
scope,
figure,
from_lag_s
) AS weights
JOIN recsql_hit_parts AS replayed
ON weights.from_lag_s = replayed.lag_s
UNION ALL
SELECT
losses.scope,
losses.figure,
replayed.person_id,
0.0,
-losses.loss * replayed.part
FROM (
SELECT
scope,
figure,
SUM(loss) AS loss
FROM requested
GROUP BY
scope,
figure
) AS losses
JOIN recsql_hit_parts AS replayed
ON replayed.lag_s = 0.0
), evidence AS (
SELECT
snapshots.has_snapshots,
links.has_links,
TRUE AS has_arrivals
FROM (
SELECT
COUNT(asked.snapshot_us) > 0 AS has_snapshots
FROM recsql_asked AS asked
) AS snapshots
CROSS JOIN (
SELECT
COUNT(*) > 0 AS has_links
FROM recsql_link_evidence AS links
) AS links
), reasons AS (
SELECT
CASE
WHEN NOT has_snapshots
THEN 'not_identified: without snapshot_ts a perfect refresh is assumed'
END AS refresh,
CASE
WHEN NOT has_arrivals
THEN 'not_identified: without ingested_ts it is a part of the refresh'
END AS ingestion,
CASE WHEN NOT has_links THEN 'not_identified: no key is tied to an identifier' END AS identity
FROM evidence
), told AS (
SELECT
found.*,
CASE
WHEN found.figure IN ('refresh_loss', 'refresh_alone')
THEN reasons.refresh
WHEN found.figure IN ('ingestion_loss', 'ingestion_alone')
THEN reasons.ingestion
ELSE reasons.identity
END AS reason
FROM (
WITH ratio_people AS (
SELECT
scope,
figure,
person_id,
COALESCE(SUM(CAST(loss AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT loss IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM moves AS ratio_source
GROUP BY
scope,
figure,
person_id
), ratio_sums AS (
SELECT
scope,
figure,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope,
figure
), ratio_squares AS (
SELECT
scope,
figure,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
figure,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
figure,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
CROSS JOIN reasons
)
SELECT
scope,
figure,
CASE WHEN reason IS NULL THEN value END AS value, /* what is not known is not nought */
CASE WHEN reason IS NULL THEN low END AS low,
CASE WHEN reason IS NULL THEN high END AS high,
n,
persons,
reason
FROM told;
-- models/hop_weights.sql
/* One row per person, surface, step and lag of the curve: what the step's delay moves on that lag. */
WITH ages AS (
SELECT
signals.person_id,
signals.surface,
CAST(signals.serve_us - signals.us_0 AS DOUBLE) / 1000000.0 AS age_0,
CAST(signals.serve_us - signals.us_1 AS DOUBLE) / 1000000.0 AS age_1,
CAST(signals.serve_us - signals.us_2 AS DOUBLE) / 1000000.0 AS age_2,
CAST(signals.serve_us - signals.us_3 AS DOUBLE) / 1000000.0 AS age_3,
CAST(signals.serve_us - signals.us_4 AS DOUBLE) / 1000000.0 AS age_4,
CAST(signals.serve_us - signals.us_5 AS DOUBLE) / 1000000.0 AS age_5,
CAST(signals.serve_us - signals.us_6 AS DOUBLE) / 1000000.0 AS age_6,
CAST(signals.serve_us - signals.us_7 AS DOUBLE) / 1000000.0 AS age_7
FROM recsql_mended_signals AS signals
), kept AS (
/* on straight lines an age weighs on the two lags beside it */
SELECT
ages.person_id,
ages.surface,
curve.from_lag_s,
curve.retained,
SUM(
CASE
WHEN ages.age_0 < curve.earlier_s
THEN 0.0
WHEN ages.age_0 < curve.lag_s
THEN (
ages.age_0 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_0 < curve.later_s
THEN (
curve.later_s - ages.age_0
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v0,
SUM(
CASE
WHEN ages.age_1 < curve.earlier_s
THEN 0.0
WHEN ages.age_1 < curve.lag_s
THEN (
ages.age_1 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_1 < curve.later_s
THEN (
curve.later_s - ages.age_1
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v1,
SUM(
CASE
WHEN ages.age_2 < curve.earlier_s
THEN 0.0
WHEN ages.age_2 < curve.lag_s
THEN (
ages.age_2 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_2 < curve.later_s
THEN (
curve.later_s - ages.age_2
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v2,
SUM(
CASE
WHEN ages.age_3 < curve.earlier_s
THEN 0.0
WHEN ages.age_3 < curve.lag_s
THEN (
ages.age_3 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_3 < curve.later_s
THEN (
curve.later_s - ages.age_3
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v3,
SUM(
CASE
WHEN ages.age_4 < curve.earlier_s
THEN 0.0
WHEN ages.age_4 < curve.lag_s
THEN (
ages.age_4 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_4 < curve.later_s
THEN (
curve.later_s - ages.age_4
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v4,
SUM(
CASE
WHEN ages.age_5 < curve.earlier_s
THEN 0.0
WHEN ages.age_5 < curve.lag_s
THEN (
ages.age_5 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_5 < curve.later_s
THEN (
curve.later_s - ages.age_5
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v5,
SUM(
CASE
WHEN ages.age_6 < curve.earlier_s
THEN 0.0
WHEN ages.age_6 < curve.lag_s
THEN (
ages.age_6 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_6 < curve.later_s
THEN (
curve.later_s - ages.age_6
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v6,
SUM(
CASE
WHEN ages.age_7 < curve.earlier_s
THEN 0.0
WHEN ages.age_7 < curve.lag_s
THEN (
ages.age_7 - curve.earlier_s
) / NULLIF(curve.lag_s - curve.earlier_s, 0.0)
WHEN curve.later_s IS NULL
THEN 1.0
WHEN ages.age_7 < curve.later_s
THEN (
curve.later_s - ages.age_7
) / NULLIF(curve.later_s - curve.lag_s, 0.0)
ELSE 0.0
END
) AS v7
FROM ages
CROSS JOIN recsql_curve_steps AS curve
GROUP BY
ages.person_id,
ages.surface,
curve.lag_s,
curve.from_lag_s,
curve.retained
), moved AS (
SELECT
kept.person_id,
kept.surface,
kept.from_lag_s,
kept.retained,
kept.v0 AS n,
(
2.0 * (
kept.v1 - kept.v0
) + (
kept.v3 - kept.v2
) + (
kept.v5 - kept.v4
) + 2.0 * (
kept.v7 - kept.v6
)
) / 6.0 AS refresh_loss,
(
2.0 * (
kept.v2 - kept.v0
) + (
kept.v3 - kept.v1
) + (
kept.v6 - kept.v4
) + 2.0 * (
kept.v7 - kept.v5
)
) / 6.0 AS ingestion_loss,
(
2.0 * (
kept.v4 - kept.v0
) + (
kept.v5 - kept.v1
) + (
kept.v6 - kept.v2
) + 2.0 * (
kept.v7 - kept.v3
)
) / 6.0 AS identity_loss,
kept.v1 - kept.v0 AS refresh_alone,
kept.v2 - kept.v0 AS ingestion_alone,
kept.v4 - kept.v0 AS identity_alone
FROM kept
)
SELECT
moved.person_id,
moved.surface,
moved.from_lag_s,
steps.figure,
moved.n,
CASE steps.figure
WHEN 'refresh_loss'
THEN moved.refresh_loss
WHEN 'ingestion_loss'
THEN moved.ingestion_loss
WHEN 'identity_loss'
THEN moved.identity_loss
WHEN 'refresh_alone'
THEN moved.refresh_alone
WHEN 'ingestion_alone'
THEN moved.ingestion_alone
WHEN 'identity_alone'
THEN moved.identity_alone
END AS weight,
moved.retained
FROM moved
CROSS JOIN (VALUES
('refresh_loss'),
('ingestion_loss'),
('identity_loss'),
('refresh_alone'),
('ingestion_alone'),
('identity_alone')) AS steps(figure);
-- models/hops.sql
/* One row per hop of the pipeline: the rows at its two stations in the window, and its limit. */
WITH names AS (
SELECT
names.hop,
names.source,
names.target
FROM (VALUES
('event_to_served', 'event', 'served'),
('event_to_ingested', 'event', 'ingested'),
('ingested_to_snapshot', 'ingested', 'snapshot'),
('snapshot_to_written', 'snapshot', 'written'),
('written_to_served', 'written', 'served'),
('snapshot_to_served', 'snapshot', 'served')) AS names(hop, source, target)
), taken AS (
SELECT
COUNT(*) AS n_snapshots,
COUNT(CASE WHEN snapshots.written_us < 1772496000000000 THEN 1 END) AS n_written
FROM recsql_snapshots AS snapshots
WHERE
snapshots.snapshot_us >= 1770076800000000
), asked_for AS (
SELECT
COUNT(*) AS n_requests
FROM recsql_requests AS requests
), stations AS (
SELECT
'event' AS station,
log_span.window_events AS n_rows
FROM recsql_log_span AS log_span
UNION ALL
SELECT
'ingested',
log_span.ingested_events
FROM recsql_log_span AS log_span
UNION ALL
SELECT
'snapshot',
taken.n_snapshots
FROM taken
UNION ALL
SELECT
'written',
taken.n_written
FROM taken
UNION ALL
SELECT
'served',
asked_for.n_requests
FROM asked_for
)
/* a station without rows is one that nobody logs */
SELECT
names.hop,
NULLIF(sources.n_rows, 0) AS source_rows,
NULLIF(targets.n_rows, 0) AS target_rows,
CAST(NULL AS DOUBLE) AS lag_limit
FROM names
LEFT JOIN stations AS sources
ON names.source = sources.station
LEFT JOIN stations AS targets
ON names.target = targets.station;
-- models/item_ages.sql
/* One row per answer of the backtest: how long its item had been known when it was asked for. */
SELECT
backtests.request_id,
backtests.person_id,
CAST(backtests.serve_us - item_births.first_us AS DOUBLE) / 1000000.0 AS age_s
FROM recsql_backtests AS backtests
JOIN recsql_item_births AS item_births
ON backtests.item_id = item_births.item_id
/* an item that nobody had seen yet could not be listed, however fresh the index */
WHERE
item_births.first_us <= backtests.serve_us - 1000000;
-- models/item_births.sql
/* One row per item: when it first happened or was active, and when anything could first know of it. */
WITH mentions AS (
SELECT
person_events.item_id,
person_events.event_us AS first_us,
person_events.ingested_us AS known_us
FROM recsql_person_events AS person_events
WHERE
NOT person_events.item_id IS NULL
UNION ALL
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
COALESCE(EPOCH_US(catalogue.active_from), 0) AS first_us, /* an item without a start has always been there */
COALESCE(EPOCH_US(catalogue.active_from), 0) AS known_us
FROM (
SELECT
item_id,
active_from
FROM shop.catalogue AS source
) AS catalogue
WHERE
NOT catalogue.item_id IS NULL
)
SELECT
mentions.item_id,
MIN(mentions.first_us) AS first_us,
MIN(mentions.known_us) AS known_us
FROM mentions
GROUP BY
mentions.item_id;
-- models/item_visitors.sql
/* One row per person and item: how often it was used in the training window and in recent days. */
SELECT
person_events.person_id,
person_events.item_id,
CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
'half ' || MIN(person_events.person_id)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) < 0.5
THEN 1
ELSE 0
END AS is_first_half, /* a draw of its own: the one of --sample has halved nobody at random */
COUNT(CASE WHEN person_events.event_us < training_span.to_us THEN 1 END) AS n_trained,
COUNT(CASE WHEN person_events.event_us >= training_span.recent_from_us THEN 1 END) AS n_recent
FROM recsql_person_events AS person_events
CROSS JOIN recsql_training_span AS training_span
WHERE
NOT person_events.item_id IS NULL
AND person_events.event_us >= training_span.from_us
GROUP BY
person_events.person_id,
person_events.item_id;
-- models/items.sql
/* One row per item that the catalogue or the event log knows, with its category where it has one. */
WITH listed AS (
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
MIN(CAST(catalogue.category AS TEXT)) AS category
FROM (
SELECT
item_id,
category
FROM shop.catalogue AS source
) AS catalogue
WHERE
NOT catalogue.item_id IS NULL
GROUP BY
CAST(catalogue.item_id AS TEXT)
), counted AS (
SELECT
events.item_id,
events.category,
COUNT(*) AS n_events
FROM recsql_events AS events
WHERE
NOT events.item_id IS NULL
GROUP BY
events.item_id,
events.category
), ranked AS (
/* the category it is seen in most; a known one before none */
SELECT
counted.item_id,
counted.category,
ROW_NUMBER() OVER (
PARTITION BY counted.item_id
ORDER BY CASE WHEN counted.category IS NULL THEN 1 ELSE 0 END, counted.n_events DESC, counted.category
) AS nth
FROM counted
), named AS (
SELECT
listed.item_id,
listed.category,
0 AS source
FROM listed
UNION ALL
SELECT
ranked.item_id,
ranked.category,
1 AS source
FROM ranked
WHERE
ranked.nth = 1
), filed AS (
SELECT
named.item_id,
COALESCE(
MAX(CASE WHEN named.source = 0 THEN named.category END),
MAX(CASE WHEN named.source = 1 THEN named.category END)
) AS category
FROM named
GROUP BY
named.item_id
), categories AS (
SELECT
known.category,
ROW_NUMBER() OVER (ORDER BY known.category) AS category_number
FROM (
SELECT DISTINCT
category
FROM filed
WHERE
NOT category IS NULL
) AS known
)
/* numbers are compared and sorted faster than names, in the same order */
SELECT
filed.item_id,
filed.category,
ROW_NUMBER() OVER (ORDER BY filed.item_id) AS item_number,
categories.category_number
FROM filed
LEFT JOIN categories
ON filed.category = categories.category;
-- models/journey_curves.sql
/* One row per journey and curve that it is part of: its category's, a parent's (`a.*`), that of all. */
WITH named AS (
SELECT DISTINCT
category
FROM recsql_journeys AS journeys
WHERE
NOT category IS NULL
), members AS (
/* a.b.* holds a.b and all that is under it */
SELECT
paths.category,
paths.ancestor
FROM (
SELECT
names.category,
SUBSTRING(names.category, 1, places.i - 1) AS ancestor,
ROW_NUMBER() OVER (PARTITION BY names.category ORDER BY places.i) AS depth,
COUNT(*) OVER (PARTITION BY names.category) AS depths
FROM (
SELECT DISTINCT
category
FROM named AS path_source
) AS names
JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 256
) AS places
ON places.i <= LENGTH(names.category) AND places.i > 1
WHERE
SUBSTRING(names.category, places.i, 1) = '.'
) AS paths
UNION
SELECT
paths.ancestor AS category,
paths.ancestor
FROM (
SELECT
names.category,
SUBSTRING(names.category, 1, places.i - 1) AS ancestor,
ROW_NUMBER() OVER (PARTITION BY names.category ORDER BY places.i) AS depth,
COUNT(*) OVER (PARTITION BY names.category) AS depths
FROM (
SELECT DISTINCT
category
FROM named AS path_source
) AS names
JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 256
) AS places
ON places.i <= LENGTH(names.category) AND places.i > 1
WHERE
SUBSTRING(names.category, places.i, 1) = '.'
) AS paths
), stacked AS (
SELECT
category,
person_id,
observed_s,
is_bought,
is_abandoned
FROM recsql_journeys AS journeys
WHERE
NOT category IS NULL
UNION ALL
SELECT
members.ancestor || '.*',
journeys.person_id,
journeys.observed_s,
journeys.is_bought,
journeys.is_abandoned
FROM recsql_journeys AS journeys
JOIN members
ON journeys.category = members.category
UNION ALL
SELECT
CAST(NULL AS TEXT),
person_id,
observed_s,
is_bought,
is_abandoned
FROM recsql_journeys AS journeys
), shared AS (
SELECT
category,
person_id,
observed_s,
is_bought,
is_abandoned,
AVG(CASE WHEN is_abandoned THEN 1.0 ELSE 0.0 END) OVER (PARTITION BY category) AS abandoned_share
FROM stacked
)
SELECT
COALESCE('in ' || category, 'all') AS curve,
category,
person_id,
observed_s,
is_bought,
is_abandoned,
is_abandoned /* few who gave up are taken for censored; many compete with the purchase */
AND abandoned_share > 0.2 AS is_lapsed
FROM shared;
-- models/journeys.sql
/* One row per decision of a person in a category: how long it was watched, and whether it sold. */
WITH bursts AS (
/* what follows a purchase within the gap is looking after the fact, not a new decision */
SELECT
category_activity.person_id,
category_activity.category,
category_activity.burst_us AS start_us,
MIN(category_activity.nth) AS first_nth,
MIN(CASE WHEN category_activity.is_purchase THEN category_activity.nth END) AS bought_nth,
MIN(CASE WHEN category_activity.is_purchase THEN category_activity.at_us END) AS bought_us,
MIN(CASE WHEN category_activity.event_type <> 'view' THEN category_activity.nth END) AS keen_nth,
COUNT(*) AS n_signals
FROM recsql_category_activity AS category_activity
GROUP BY
category_activity.person_id,
category_activity.category,
category_activity.burst_us
), looked AS (
/* the signals of a burst follow one another, so places count those before its purchase */
SELECT
bursts.person_id,
bursts.category,
bursts.start_us,
COALESCE(bursts.bought_nth - bursts.first_nth, bursts.n_signals) AS intents,
COALESCE(bursts.keen_nth < COALESCE(bursts.bought_nth, bursts.keen_nth + 1), FALSE) AS is_keen
FROM bursts
), opened AS (
SELECT
looked.person_id,
looked.category,
looked.start_us,
looked.intents
FROM looked
WHERE
looked.intents > 0 AND (
looked.is_keen OR looked.intents >= 2
)
), numbered AS (
/* who comes back after the gap has begun anew: the older decision is watched until then */
SELECT
opened.person_id,
opened.category,
opened.start_us,
opened.intents,
LEAD(opened.start_us) OVER (PARTITION BY opened.person_id, opened.category ORDER BY opened.start_us) AS next_start_us
FROM opened
), bought AS (
SELECT
numbered.person_id,
numbered.category,
numbered.start_us,
MIN(bursts.bought_us) AS purchase_us
FROM numbered
JOIN bursts
ON numbered.person_id = bursts.person_id AND numbered.category = bursts.category
WHERE
bursts.start_us >= numbered.start_us
AND bursts.bought_us < COALESCE(numbered.next_start_us, 1772496000000000)
GROUP BY
numbered.person_id,
numbered.category,
numbered.start_us
), watched AS (
SELECT
numbered.person_id,
numbered.category,
numbered.start_us,
numbered.intents,
bought.purchase_us,
numbered.next_start_us,
CASE
WHEN numbered.next_start_us < log_span.end_us - 259200000000
THEN numbered.next_start_us
ELSE log_span.end_us - 259200000000
END AS last_us,
numbered.start_us + 5184000000000 AS horizon_us
FROM numbered
CROSS JOIN recsql_log_span AS log_span
LEFT JOIN bought
ON numbered.person_id = bought.person_id
AND numbered.category = bought.category
AND numbered.start_us = bought.start_us
/* what was going on when the log began may have started before it */
WHERE
numbered.start_us >= log_span.first_us + 604800000000
), ended AS (
SELECT
watched.person_id,
watched.category,
watched.start_us,
watched.intents,
watched.purchase_us,
watched.next_start_us,
CASE
WHEN watched.last_us < watched.horizon_us
THEN watched.last_us
ELSE watched.horizon_us
END AS censored_us
FROM watched
)
SELECT
ended.person_id,
ended.category,
ended.start_us,
ended.intents,
COALESCE(ended.purchase_us <= ended.censored_us, FALSE) AS is_bought,
COALESCE(ended.next_start_us = ended.censored_us, FALSE) /* who fell silent and then began anew has given the older decision up */
AND NOT COALESCE(ended.purchase_us <= ended.censored_us, FALSE) AS is_abandoned,
CAST(CASE
WHEN ended.purchase_us <= ended.censored_us
THEN ended.purchase_us
ELSE ended.censored_us
END - ended.start_us AS DOUBLE) / 1000000.0 AS observed_s
FROM ended
WHERE
ended.censored_us >= ended.start_us;
-- models/key_pairs.sql
/* One row per two keys of one person, with the time by which all links of a path between were there. */
SELECT
links.key,
other_links.key AS other_key,
MIN(
CASE
WHEN CASE
WHEN links.seen_us > value_ties.seen_us OR value_ties.seen_us IS NULL
THEN links.seen_us
ELSE value_ties.seen_us
END > other_links.seen_us
OR other_links.seen_us IS NULL
THEN CASE
WHEN links.seen_us > value_ties.seen_us OR value_ties.seen_us IS NULL
THEN links.seen_us
ELSE value_ties.seen_us
END
ELSE other_links.seen_us
END
) AS seen_us,
MIN(
CASE
WHEN CASE
WHEN links.known_us > value_ties.known_us OR value_ties.known_us IS NULL
THEN links.known_us
ELSE value_ties.known_us
END > other_links.known_us
OR other_links.known_us IS NULL
THEN CASE
WHEN links.known_us > value_ties.known_us OR value_ties.known_us IS NULL
THEN links.known_us
ELSE value_ties.known_us
END
ELSE other_links.known_us
END
) AS known_us
FROM recsql_links AS links
JOIN recsql_value_ties AS value_ties
ON links.id_type = value_ties.id_type AND links.id_value = value_ties.id_value
JOIN recsql_links AS other_links
ON value_ties.other_id_type = other_links.id_type
AND value_ties.other_id_value = other_links.id_value
WHERE
links.key <> other_links.key
GROUP BY
links.key,
other_links.key;
-- models/key_sightings.sql
/* One row per moment and key: the key's newest event on each clock that matters at that moment. */
WITH looks AS (
SELECT
moment_keys.moment_id,
moment_keys.key,
moments.at_us,
moments.at_us - 1000000 AS guard_us,
moments.cut_us
FROM recsql_moment_keys AS moment_keys
JOIN recsql_moments AS moments
ON moment_keys.moment_id = moments.moment_id
), keys AS (
SELECT
key,
MIN(CASE WHEN cut_us < guard_us THEN cut_us ELSE guard_us END) AS first_us
FROM looks
GROUP BY
key
), key_events AS (
SELECT
person_events.key,
person_events.event_us,
person_events.ingested_us,
keys.first_us
FROM recsql_person_events AS person_events
JOIN keys
ON person_events.key = keys.key
/* when a load came that was made up for says nothing of when its events could be known */
WHERE
NOT person_events.is_backfill
), timeline AS (
SELECT
events.key,
'event' AS clock,
events.us,
0 AS look,
events.event_us,
events.n_events,
CAST(NULL AS BIGINT) AS moment_id
FROM (
SELECT
key,
MAX(event_us) AS us,
COUNT(*) AS n_events,
MAX(event_us) AS event_us
FROM key_events AS past_rows
WHERE
event_us < first_us
GROUP BY
key
UNION ALL
SELECT
key,
event_us AS us,
1 AS n_events,
event_us
FROM key_events AS past_rows
WHERE
event_us >= first_us
) AS events
UNION ALL
SELECT
arrivals.key,
'arrival',
arrivals.us,
0,
arrivals.event_us,
arrivals.n_events,
CAST(NULL AS BIGINT)
FROM (
SELECT
key,
MAX(ingested_us) AS us,
COUNT(*) AS n_events,
MAX(event_us) AS event_us
FROM key_events AS past_rows
WHERE
ingested_us < first_us
GROUP BY
key
UNION ALL
SELECT
key,
ingested_us AS us,
1 AS n_events,
event_us
FROM key_events AS past_rows
WHERE
ingested_us >= first_us
) AS arrivals
UNION ALL
SELECT
key,
'event',
guard_us,
1,
CAST(NULL AS BIGINT),
0,
moment_id
FROM looks
UNION ALL
SELECT
key,
'event',
cut_us,
2,
CAST(NULL AS BIGINT),
0,
moment_id
FROM looks
UNION ALL
SELECT
key,
'arrival',
at_us,
3,
CAST(NULL AS BIGINT),
0,
moment_id
FROM looks
UNION ALL
SELECT
key,
'arrival',
cut_us,
4,
CAST(NULL AS BIGINT),
0,
moment_id
FROM looks
), seen AS (
/* events come before the looks of the same instant, so ties do not matter */
SELECT
timeline.moment_id,
timeline.key,
timeline.look,
MAX(timeline.event_us) OVER (
PARTITION BY timeline.key, timeline.clock
ORDER BY timeline.us, timeline.look
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS newest_us,
SUM(timeline.n_events) OVER (
PARTITION BY timeline.key, timeline.clock
ORDER BY timeline.us, timeline.look
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS n_events
FROM timeline
)
SELECT
moment_id,
key,
MAX(CASE WHEN look = 1 THEN newest_us END) AS before_us,
CAST(MAX(CASE WHEN look = 1 THEN n_events END) AS BIGINT) AS n_before,
MAX(CASE WHEN look = 2 THEN newest_us END) AS before_cut_us,
MAX(CASE WHEN look = 3 THEN newest_us END) AS arrived_us,
MAX(CASE WHEN look = 4 THEN newest_us END) AS arrived_by_cut_us
FROM seen
WHERE
look > 0
GROUP BY
moment_id,
key;
-- models/key_traffic.sql
/* One row per key with events in the window: how many, in bursts, as copies, and is it a bot? */
WITH seconds AS (
SELECT
events.key,
FLOOR(CAST(events.event_us AS DOUBLE) / 1000000.0) AS second,
CAST(COUNT(*) AS DOUBLE) AS n_events,
CAST(SUM(events.n_copies) AS DOUBLE) AS n_logged,
MAX(CASE WHEN events.is_bot THEN 1 ELSE 0 END) AS is_bot
FROM recsql_events AS events
WHERE
events.event_us >= 1770076800000000 AND NOT events.key IS NULL
GROUP BY
events.key,
FLOOR(CAST(events.event_us AS DOUBLE) / 1000000.0)
), keys AS (
SELECT
seconds.key,
SUM(seconds.n_events) AS n_events,
SUM(seconds.n_logged) AS n_logged,
SUM(CASE WHEN seconds.n_events >= 5 THEN seconds.n_events ELSE 0.0 END) AS n_burst,
MAX(seconds.n_events) AS most_a_second,
MAX(seconds.is_bot) AS is_bot
FROM seconds
GROUP BY
seconds.key
)
SELECT
keys.key,
persons.person_id,
keys.n_events,
keys.n_logged,
keys.n_logged - keys.n_events AS n_copies,
keys.n_burst,
keys.most_a_second,
keys.is_bot
FROM keys
JOIN recsql_persons AS persons
ON keys.key = persons.key;
-- models/keyless_days.sql
/* One row per event type that normally carries a key, and day: how many events had none. */
WITH days AS (
SELECT
COALESCE(events.event_type, 'untyped') AS event_type,
CAST(FLOOR(CAST(events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
CAST(COUNT(*) AS DOUBLE) AS n_events,
CAST(COUNT(CASE WHEN events.key IS NULL THEN 1 END) AS DOUBLE) AS n_keyless
FROM recsql_events AS events
WHERE
NOT events.is_bot
GROUP BY
COALESCE(events.event_type, 'untyped'),
CAST(FLOOR(CAST(events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
), ranked AS (
SELECT
event_type,
n_keyless / NULLIF(n_events, 0.0) AS share,
ROW_NUMBER() OVER (PARTITION BY event_type ORDER BY n_keyless / NULLIF(n_events, 0.0), day) AS nth,
COUNT(*) OVER (PARTITION BY event_type) AS n_days
FROM days
), usual /* usual is the lower quartile of the days, so that even a long loss stands out */ AS (
SELECT
event_type,
share AS usual_share
FROM ranked
WHERE
nth = FLOOR(CAST(n_days AS DOUBLE) / 4.0) + 1 AND share <= 0.5
)
SELECT
days.event_type,
days.day,
days.n_events,
days.n_keyless,
usual.usual_share
FROM days
JOIN usual
ON days.event_type = usual.event_type;
-- models/label_kinds.sql
/* One row per request and item wanted: was it reached without a list, and is it new to its person? */
WITH wanted AS (
SELECT
labels.request_id,
labels.item_id,
labels.engaged_us,
requests.person_id,
requests.serve_us
FROM recsql_labels AS labels
JOIN recsql_requests AS requests
ON labels.request_id = requests.request_id
), click_log AS (
SELECT
COUNT(*) AS n_clicks
FROM recsql_clicks AS clicks
), clicked AS (
SELECT
clicks.request_id,
clicks.item_id,
requests.person_id,
requests.serve_us
FROM recsql_clicks AS clicks
JOIN recsql_requests AS requests
ON clicks.request_id = requests.request_id
), caused AS (
/* the click may have been on an earlier list of the same visit */
SELECT DISTINCT
wanted.request_id,
wanted.item_id
FROM wanted
JOIN clicked
ON wanted.person_id = clicked.person_id AND wanted.item_id = clicked.item_id
WHERE
wanted.request_id = clicked.request_id
OR (
wanted.engaged_us > clicked.serve_us
AND wanted.engaged_us <= clicked.serve_us + 86400000000
)
), first_seen AS (
SELECT
person_events.person_id,
person_events.item_id,
MIN(person_events.event_us) AS first_us
FROM recsql_person_events AS person_events
GROUP BY
person_events.person_id,
person_events.item_id
)
SELECT
wanted.request_id,
wanted.item_id,
CASE
WHEN click_log.n_clicks = 0
THEN NULL
WHEN caused.request_id IS NULL
THEN 1
ELSE 0
END AS is_organic, /* without a single click nothing tells what lists have led to */
CASE WHEN first_seen.first_us <= wanted.serve_us THEN 0 ELSE 1 END AS is_new
FROM wanted
CROSS JOIN click_log
LEFT JOIN caused
ON wanted.request_id = caused.request_id AND wanted.item_id = caused.item_id
LEFT JOIN first_seen
ON wanted.person_id = first_seen.person_id AND wanted.item_id = first_seen.item_id;
-- models/labels.sql
/* One row per request and item that its person engaged with afterwards, where that is settled. */
WITH settled AS (
SELECT
requests.request_id,
requests.key,
requests.person_id,
requests.session_id,
requests.serve_us,
log_span.has_sessions AND NULL IS NULL AS is_by_session
FROM recsql_requests AS requests
CROSS JOIN recsql_log_span AS log_span
WHERE
requests.serve_us + 86400000000 + 259200000000 <= log_span.end_us
), engagement AS (
SELECT
person_events.event_id,
person_events.key,
person_events.person_id,
person_events.session_id,
person_events.event_type,
person_events.item_id,
person_events.event_us,
FLOOR(CAST(person_events.event_us AS DOUBLE) / 1800000000.0) AS gap_bucket,
FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS horizon_bucket
FROM recsql_person_events AS person_events
), halves AS (
/* a span after a request touches two buckets of its own length: equal joins, no range join */
SELECT
halves.half
FROM (VALUES
(0),
(1)) AS halves(half)
), next_events AS (
SELECT
settled.request_id,
engagement.session_id,
ROW_NUMBER() OVER (
PARTITION BY settled.request_id
ORDER BY engagement.event_us, engagement.event_id, engagement.session_id
) AS nth
FROM settled
CROSS JOIN halves
JOIN engagement
ON settled.key = engagement.key
AND FLOOR(CAST(settled.serve_us AS DOUBLE) / 1800000000.0) + halves.half = engagement.gap_bucket
WHERE
settled.is_by_session
AND settled.session_id IS NULL
AND NOT engagement.session_id IS NULL
AND engagement.event_us > settled.serve_us
AND engagement.event_us <= settled.serve_us + 1800000000
), in_sessions AS (
SELECT
settled.request_id,
engagement.item_id,
engagement.event_type,
engagement.event_us
FROM settled
LEFT JOIN next_events
ON settled.request_id = next_events.request_id AND next_events.nth = 1
JOIN engagement
ON COALESCE(settled.session_id, next_events.session_id) = engagement.session_id
WHERE
settled.is_by_session
AND engagement.event_us > settled.serve_us
AND engagement.event_us <= settled.serve_us + 86400000000
), in_horizon AS (
SELECT
settled.request_id,
engagement.item_id,
engagement.event_type,
engagement.event_us
FROM settled
CROSS JOIN halves
JOIN engagement
ON settled.person_id = engagement.person_id
AND FLOOR(CAST(settled.serve_us AS DOUBLE) / 86400000000.0) + halves.half = engagement.horizon_bucket
WHERE
NOT settled.is_by_session
AND engagement.event_us > settled.serve_us
AND engagement.event_us <= settled.serve_us + 86400000000
), engaged AS (
SELECT
*
FROM in_sessions
UNION ALL
SELECT
*
FROM in_horizon
)
SELECT
engaged.request_id,
engaged.item_id,
MIN(engaged.event_us) AS engaged_us
FROM engaged
WHERE
NOT engaged.item_id IS NULL
GROUP BY
engaged.request_id,
engaged.item_id;
-- models/late_people.sql
/* One row per person, segments, category and bin of the gap: shown items, how many came late, what sold. */
WITH settled AS (
/* until when a request's purchases have all arrived */
SELECT
log_span.end_us - 259200000000 - 86400000000 AS last_us
FROM recsql_log_span AS log_span
), binned AS (
/* an item that no signal called for is neither late nor in time: no number, not zero */
SELECT
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
placements.person_id,
placements.category,
placements.window_of,
placements.n_items,
placements.placement,
placements.fresh_placement,
placements.gap_s,
placements.window_90_low,
placements.window_90_high,
CASE
WHEN placements.window_s IS NULL
THEN NULL
WHEN placements.gap_s IS NULL
THEN '5: no signal'
WHEN placements.gap_s <= placements.window_50
THEN '1: up to window_50'
WHEN placements.gap_s <= placements.window_s
THEN '2: up to window_90'
WHEN placements.gap_s <= 2.0 * placements.window_s
THEN '3: up to twice window_90'
ELSE '4: longer'
END AS gap_bin,
COALESCE(placements.placement <> 'post_purchase', FALSE) /* what was bought before can hardly be bought because of the request */
AND placements.serve_us <= settled.last_us AS is_settled,
COALESCE(placements.next_purchase_us <= placements.serve_us + 86400000000, FALSE) AS is_converted
FROM recsql_placements AS placements
LEFT JOIN recsql_requests AS requests
ON placements.request_id = requests.request_id
CROSS JOIN settled
)
SELECT
surface,
device_class,
region,
model_version,
activity,
tenure,
person_id,
category,
window_of,
gap_bin,
SUM(n_items) AS items,
SUM(CASE WHEN gap_s IS NULL THEN n_items ELSE 0 END) AS unsignalled,
SUM(CASE WHEN placement <> 'no_signal' THEN n_items END) AS judged,
SUM(
CASE
WHEN placement = 'too_late'
THEN n_items
WHEN placement <> 'no_signal'
THEN 0
END
) AS late,
SUM(
CASE
WHEN placement IN ('too_late', 'in_window') AND gap_s > window_90_low
THEN n_items
ELSE 0
END
) AS late_at_low,
SUM(
CASE
WHEN placement IN ('too_late', 'in_window') AND gap_s > window_90_high
THEN n_items
ELSE 0
END
) AS late_at_high,
SUM(CASE WHEN fresh_placement <> 'no_signal' THEN n_items END) AS fresh_judged,
SUM(
CASE
WHEN fresh_placement = 'too_late'
THEN n_items
WHEN fresh_placement <> 'no_signal'
THEN 0
END
) AS fresh_late,
COUNT(CASE WHEN is_settled THEN 1 END) AS settled,
COUNT(CASE WHEN is_settled AND is_converted THEN 1 END) AS converted
FROM binned
GROUP BY
surface,
device_class,
region,
model_version,
activity,
tenure,
person_id,
category,
window_of,
gap_bin;
-- models/late_shares.sql
/* One row for all, one weighted by revenue and one per segment: the late share, and how sure it is. */
WITH revenue AS (
SELECT
category,
SUM(COALESCE(revenue, 0.0)) AS revenue
FROM recsql_purchases AS purchases
WHERE
NOT is_void AND NOT category IS NULL
GROUP BY
category
), weighted AS (
SELECT
people.surface,
people.device_class,
people.region,
people.model_version,
people.activity,
people.tenure,
people.category,
people.person_id,
people.window_of,
CAST(people.judged AS DOUBLE) AS judged,
CAST(people.late AS DOUBLE) AS late,
CAST(people.late_at_low AS DOUBLE) AS late_at_low,
CAST(people.late_at_high AS DOUBLE) AS late_at_high,
CAST(people.fresh_judged AS DOUBLE) AS fresh_judged,
CAST(people.fresh_late AS DOUBLE) AS fresh_late,
revenue.revenue / NULLIF(CAST(SUM(people.judged) OVER (PARTITION BY people.category) AS DOUBLE), 0.0) AS weight
FROM recsql_late_people AS people
LEFT JOIN revenue
ON people.category = revenue.category
), scoped AS (
SELECT
scope,
person_id,
window_of,
judged,
late,
late_at_low,
late_at_high,
fresh_judged,
fresh_late
FROM (
SELECT
'all' AS scope,
source_rows.*
FROM weighted AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM weighted AS source_rows
WHERE
NOT source_rows.category IS NULL
) AS weighted_rows
UNION ALL
SELECT
'by revenue',
person_id,
window_of,
weight * judged,
weight * late,
weight * late_at_low,
weight * late_at_high,
weight * fresh_judged,
weight * fresh_late
FROM weighted
), moves AS (
/* all that one window judges moves with it */
SELECT
scope,
window_of,
SUM(judged) AS judged,
SUM(late_at_low) - SUM(late) AS more,
SUM(late) - SUM(late_at_high) AS fewer
FROM scoped
WHERE
NOT late IS NULL
GROUP BY
scope,
window_of
), reaches AS (
SELECT
scope,
SQRT(SUM(more * more)) / NULLIF(CAST(SUM(judged) AS DOUBLE), 0.0) AS up,
SQRT(SUM(fewer * fewer)) / NULLIF(CAST(SUM(judged) AS DOUBLE), 0.0) AS down
FROM moves
GROUP BY
scope
), bounds AS (
/* the spread of persons under these windows, and that of the windows (Newcombe, Zou and Donner) */
SELECT
late.scope,
late.value,
late.n,
late.persons,
late.value - SQRT(
(
late.value - late.low
) * (
late.value - late.low
) + reaches.down * reaches.down
) AS low,
late.value + SQRT(
(
late.high - late.value
) * (
late.high - late.value
) + reaches.up * reaches.up
) AS high
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(late AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT late IS NULL THEN CAST(judged AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS late
JOIN reaches
ON late.scope = reaches.scope
), people AS (
SELECT
scope,
person_id,
CAST(SUM(COALESCE(late, 0)) AS DOUBLE) AS late,
CAST(SUM(CASE WHEN NOT late IS NULL THEN judged ELSE 0 END) AS DOUBLE) AS judged,
CAST(SUM(COALESCE(fresh_late, 0)) AS DOUBLE) AS fresh_late,
CAST(SUM(CASE WHEN NOT fresh_late IS NULL THEN fresh_judged ELSE 0 END) AS DOUBLE) AS fresh_judged
FROM scoped
GROUP BY
scope,
person_id
), totals AS (
SELECT
scope,
SUM(judged) AS judged,
SUM(fresh_judged) AS fresh_judged,
SUM(late) / NULLIF(SUM(judged), 0.0) AS late_share,
SUM(fresh_late) / NULLIF(SUM(fresh_judged), 0.0) AS fresh_share
FROM people
GROUP BY
scope
), pulls AS (
/* both shares are of the same persons: what each does to their difference */
SELECT
people.scope,
totals.late_share - totals.fresh_share AS value,
(
people.late - totals.late_share * people.judged
) / NULLIF(totals.judged, 0.0) - (
people.fresh_late - totals.fresh_share * people.fresh_judged
) / NULLIF(totals.fresh_judged, 0.0) AS pull
FROM people
JOIN totals
ON people.scope = totals.scope
WHERE
people.judged > 0.0 OR people.fresh_judged > 0.0
), differences AS (
SELECT
scope,
MAX(value) AS value,
CAST(COUNT(pull) AS DOUBLE) AS persons,
SQRT(
CAST(COUNT(pull) AS DOUBLE) / NULLIF(CAST(COUNT(pull) AS DOUBLE) - 1.0, 0.0) * SUM(pull * pull)
) AS se
FROM pulls
GROUP BY
scope
)
SELECT
bounds.scope,
bounds.value,
bounds.n,
bounds.persons,
CASE WHEN bounds.low < 0.0 THEN 0.0 ELSE bounds.low END AS low,
CASE WHEN bounds.high > 1.0 THEN 1.0 ELSE bounds.high END AS high,
differences.value AS avoidable,
differences.persons AS avoidable_persons,
CASE
WHEN differences.se > 0.000000001
THEN differences.value - 1.96 * differences.se
END AS avoidable_low, /* where all persons agree, no spread is seen */
CASE
WHEN differences.se > 0.000000001
THEN differences.value + 1.96 * differences.se
END AS avoidable_high
FROM bounds
LEFT JOIN differences
ON bounds.scope = differences.scope;
-- models/leak_signs.sql
/* One row per training or test example: what shows that it knew what came after its label. */
WITH mentions AS (
SELECT
events.item_id,
events.ingested_us /* an event makes its item known to what comes after its arrival: not to its own label */ + 1 AS known_us
FROM recsql_events AS events
UNION ALL
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
COALESCE(EPOCH_US(catalogue.active_from), 0) AS known_us /* an item without a start has always been there */
FROM (
SELECT
item_id,
active_from
FROM shop.catalogue AS source
) AS catalogue
), first_known AS (
SELECT
mentions.item_id,
MIN(mentions.known_us) AS known_us
FROM mentions
WHERE
NOT mentions.item_id IS NULL
GROUP BY
mentions.item_id
), trained_sessions AS (
SELECT
CAST(training_sample.session_id AS TEXT) AS session_id
FROM (
SELECT
session_id
FROM shop.training_sample AS source
) AS training_sample
WHERE
NOT training_sample.session_id IS NULL
GROUP BY
CAST(training_sample.session_id AS TEXT)
), sessions AS (
SELECT
COUNT(*) AS n_sessions
FROM trained_sessions
), examples AS (
SELECT
'offline_rows' AS source,
offline_rows.hit = 1 AS is_hit,
EPOCH_US(offline_rows.label_ts) AS label_us,
EPOCH_US(offline_rows.feature_available_ts) AS available_us,
EPOCH_US(offline_rows.newest_feature_ts) AS newest_us,
CASE
WHEN offline_rows.label_ts >= CAST('2026-01-06 00:00:00' AS TIMESTAMP)
THEN first_known.known_us
END AS known_us, /* what was first seen before the history that is read is not known */
CASE
WHEN sessions.n_sessions = 0 OR offline_rows.session_id IS NULL
THEN NULL
WHEN trained_sessions.session_id IS NULL
THEN 0.0
ELSE 1.0
END AS is_neighbour
FROM (
SELECT
session_id,
item_id,
hit,
label_ts,
feature_available_ts,
newest_feature_ts
FROM shop.offline_rows AS source
) AS offline_rows
CROSS JOIN sessions
LEFT JOIN first_known
ON CAST(offline_rows.item_id AS TEXT) = first_known.item_id
LEFT JOIN trained_sessions
ON CAST(offline_rows.session_id AS TEXT) = trained_sessions.session_id
UNION ALL
SELECT
'training_sample' AS source,
CAST(NULL AS BOOLEAN) AS is_hit,
EPOCH_US(training_sample.label_ts) AS label_us,
EPOCH_US(training_sample.feature_available_ts) AS available_us,
CAST(NULL AS BIGINT) AS newest_us,
CAST(NULL AS BIGINT) AS known_us,
CAST(NULL AS DOUBLE) AS is_neighbour
FROM (
SELECT
label_ts,
feature_available_ts
FROM shop.training_sample AS source
) AS training_sample
)
SELECT
examples.source,
examples.is_hit,
examples.is_neighbour,
CASE
WHEN examples.available_us > examples.label_us
THEN 1.0
WHEN examples.newest_us > examples.label_us
THEN 1.0
WHEN examples.available_us <= examples.label_us
THEN 0.0
WHEN examples.newest_us <= examples.label_us
THEN 0.0
END AS is_leaky,
CASE
WHEN examples.known_us > examples.label_us
THEN 1.0
WHEN examples.known_us <= examples.label_us
THEN 0.0
END AS is_future
FROM examples;
-- models/link_evidence.sql
/* One row per key and identifier value seen on it: the evidence, before anything suspect is cut. */
WITH observed AS (
SELECT
CAST(links.key AS TEXT) AS key,
CAST(links.id_type AS TEXT) AS id_type,
CASE
WHEN CAST(links.id_type AS TEXT) = 'email'
THEN LOWER(TRIM(CAST(links.id_value AS TEXT)))
ELSE TRIM(CAST(links.id_value AS TEXT))
END AS id_value,
EPOCH_US(links.seen_ts) AS seen_us,
COALESCE(EPOCH_US(links.ingested_ts), EPOCH_US(links.seen_ts)) AS known_us
FROM (
SELECT
key,
id_type,
id_value,
seen_ts,
ingested_ts,
method
FROM shop.links AS source
) AS links
WHERE
links.seen_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND COALESCE(CAST(links.method AS TEXT), 'deterministic') = 'deterministic'
), evidence AS (
SELECT
observed.key,
observed.id_type,
observed.id_value,
MIN(observed.seen_us) AS seen_us,
MAX(observed.seen_us) AS last_seen_us,
MIN(observed.known_us) AS known_us
FROM observed
WHERE
NOT observed.key IS NULL
AND NOT observed.id_type IS NULL
AND NOT observed.id_value IS NULL
GROUP BY
observed.key,
observed.id_type,
observed.id_value
), counted AS (
SELECT
counted.*
FROM (
SELECT
evidence.*,
COALESCE(identifiers.is_unique, FALSE) AS is_unique,
COUNT(*) OVER (PARTITION BY evidence.id_type, evidence.id_value) > COALESCE(identifiers.max_keys, 5) AS is_hub
FROM evidence AS evidence
LEFT JOIN (
SELECT
CAST(declared.id_type AS TEXT) AS id_type,
CAST(declared.is_unique AS BOOLEAN) AS is_unique,
CAST(declared.max_keys AS BIGINT) AS max_keys
FROM (
SELECT
CAST(given.id_type AS TEXT) AS id_type,
CAST(given.is_unique AS BOOLEAN) AS is_unique,
CAST(given.max_keys AS BIGINT) AS max_keys
FROM (VALUES
('user_id', TRUE, 50)) AS given(id_type, is_unique, max_keys)
) AS declared
) AS identifiers
ON evidence.id_type = identifiers.id_type
LEFT JOIN (
SELECT DISTINCT
CAST(here.id_type AS TEXT) AS id_type,
LOWER(TRIM(CAST(here.id_value AS TEXT))) AS id_value
FROM (
SELECT
CAST(NULL AS TEXT) AS id_type,
CAST(given.id_value AS TEXT) AS id_value
FROM (VALUES
(''),
('0'),
('anonymous'),
('undefined'),
('null'),
('none'),
('nan'),
('unknown'),
('test'),
('guest'),
('00000000-0000-0000-0000-000000000000')) AS given(id_value)
) AS here
WHERE
NOT here.id_type IS NULL
) AS blocked_here
ON evidence.id_type = blocked_here.id_type
AND LOWER(evidence.id_value) = blocked_here.id_value
LEFT JOIN (
SELECT DISTINCT
LOWER(TRIM(CAST(everywhere.id_value AS TEXT))) AS id_value
FROM (
SELECT
CAST(NULL AS TEXT) AS id_type,
CAST(given.id_value AS TEXT) AS id_value
FROM (VALUES
(''),
('0'),
('anonymous'),
('undefined'),
('null'),
('none'),
('nan'),
('unknown'),
('test'),
('guest'),
('00000000-0000-0000-0000-000000000000')) AS given(id_value)
) AS everywhere
WHERE
everywhere.id_type IS NULL
) AS blocked_everywhere
ON LOWER(evidence.id_value) = blocked_everywhere.id_value
WHERE
blocked_here.id_value IS NULL AND blocked_everywhere.id_value IS NULL
) AS counted
), conflicts AS (
SELECT DISTINCT
two_values.key
FROM (
SELECT
counted.key,
counted.id_type
FROM counted
WHERE
counted.is_unique
AND NOT counted.is_hub
AND counted.last_seen_us >= 1767657600000000
GROUP BY
counted.key,
counted.id_type
HAVING
COUNT(*) > 1
) AS two_values
)
SELECT
counted.key,
counted.id_type,
counted.id_value,
counted.seen_us,
counted.known_us,
counted.is_unique,
counted.is_hub,
NOT conflicts.key IS NULL AS is_shared
FROM counted
LEFT JOIN conflicts
ON counted.key = conflicts.key;
-- models/links.sql
/* One row per key and identifier value that may join keys into persons. */
SELECT
link_evidence.key,
link_evidence.id_type,
link_evidence.id_value,
link_evidence.seen_us,
link_evidence.known_us
FROM recsql_link_evidence AS link_evidence
WHERE
NOT link_evidence.is_hub AND NOT link_evidence.is_shared;
-- models/list_ages.sql
/* One row per request with an answer: whether it hit, how old its list was, how busy its person is. */
WITH activity AS (
SELECT
person_events.person_id,
CAST(COUNT(*) AS DOUBLE) AS n_events,
SUM(
CAST(CASE
WHEN person_events.ingested_us - person_events.event_us > 259200000000
THEN 259200000000
ELSE person_events.ingested_us - person_events.event_us
END AS DOUBLE)
) AS lags_us /* a backfill is not how late events usually are */
FROM recsql_person_events AS person_events
GROUP BY
person_events.person_id
), ingestion AS (
SELECT
SUM(activity.lags_us) / NULLIF(SUM(activity.n_events), 0.0) AS lag_us
FROM activity
)
SELECT
requests.request_id,
requests.person_id,
requests.serve_us,
scores.hit_rate AS hit,
requests.serve_us - CASE
WHEN requests.index_us < requests.snapshot_us
THEN requests.index_us
ELSE requests.snapshot_us
END + COALESCE(ingestion.lag_us, 0.0) AS age_us,
COALESCE(activity.n_events, 0.0) AS n_events
FROM recsql_replay_target AS replay_target
CROSS JOIN ingestion
CROSS JOIN recsql_scores AS scores
JOIN recsql_requests AS requests
ON scores.request_id = requests.request_id
LEFT JOIN activity
ON requests.person_id = activity.person_id
WHERE
scores.k IS NOT DISTINCT FROM replay_target.k
AND (
replay_target.model_version IS NULL
OR requests.model_version = replay_target.model_version
);
-- models/list_isolation.sql
/* One row: how alike lists are by kind of pair, what isolation follows, and how far it may be off. */
WITH likeness AS (
SELECT
SUM(CASE WHEN likeness.kind = 'split' THEN likeness.part END) AS j,
CAST(SUM(CASE WHEN likeness.kind = 'split' THEN likeness.n_pairs END) AS DOUBLE) AS n_j,
SUM(CASE WHEN likeness.kind = 'same' THEN likeness.part END) AS s,
CAST(SUM(CASE WHEN likeness.kind = 'same' THEN likeness.n_pairs END) AS DOUBLE) AS n_s,
SUM(CASE WHEN likeness.kind = 'random' THEN likeness.part END) AS r,
CAST(SUM(CASE WHEN likeness.kind = 'random' THEN likeness.n_pairs END) AS DOUBLE) AS n_r,
CAST(COUNT(CASE WHEN likeness.kind = 'split' THEN 1 END) AS DOUBLE) AS persons
FROM recsql_list_likeness AS likeness
), pulls AS (
/* how one person moves the ratio: its slopes times their pulls */
SELECT
likeness.person_id,
SUM(
likeness.pull * CASE
WHEN likeness.kind = 'split'
THEN -1.0
WHEN likeness.kind = 'same'
THEN (
whole.j - whole.r
) / NULLIF(whole.s - whole.r, 0.0)
ELSE (
whole.s - whole.j
) / NULLIF(whole.s - whole.r, 0.0)
END / NULLIF(whole.s - whole.r, 0.0)
) AS pull
FROM recsql_list_likeness AS likeness
CROSS JOIN likeness AS whole
GROUP BY
likeness.person_id
), spread AS (
SELECT
SQRT(COUNT(*) / NULLIF(COUNT(*) - 1.0, 0.0) * SUM(pulls.pull * pulls.pull)) AS se
FROM pulls
)
SELECT
whole.*,
CASE
WHEN whole.s - whole.r >= 0.05
THEN 1.0 - (
whole.j - whole.r
) / NULLIF(whole.s - whole.r, 0.0)
END AS isolation,
1.96 * spread.se AS reach
FROM likeness AS whole
CROSS JOIN spread;
-- models/list_likeness.sql
/* One row per person and kind of pair: how much they move the likeness of such lists. */
WITH bins AS (
SELECT
pairs.gap_bin,
CAST(COUNT(*) AS DOUBLE) / NULLIF(SUM(COUNT(*)) OVER (), 0.0) AS share
FROM recsql_list_pairs AS pairs
WHERE
pairs.kind = 'split'
GROUP BY
pairs.gap_bin
), means AS (
SELECT
pairs.kind,
pairs.gap_bin,
CAST(COUNT(*) AS DOUBLE) AS n,
AVG(pairs.jaccard) AS jaccard
FROM recsql_list_pairs AS pairs
GROUP BY
pairs.kind,
pairs.gap_bin
), weights AS (
/* gaps that only the split pairs have cannot be matched: the others stand for them */
SELECT
means.kind,
means.gap_bin,
means.n,
means.jaccard,
CASE
WHEN means.kind = 'same'
THEN bins.share / NULLIF(SUM(bins.share) OVER (PARTITION BY means.kind), 0.0)
ELSE means.n / NULLIF(SUM(means.n) OVER (PARTITION BY means.kind), 0.0)
END AS share
FROM means
LEFT JOIN bins
ON means.gap_bin = bins.gap_bin
)
SELECT
pairs.kind,
pairs.person_id,
COUNT(*) AS n_pairs,
SUM(weights.share * pairs.jaccard / NULLIF(weights.n, 0.0)) AS part,
SUM(weights.share * (
pairs.jaccard - weights.jaccard
) / NULLIF(weights.n, 0.0)) AS pull
FROM recsql_list_pairs AS pairs
JOIN weights
ON pairs.kind = weights.kind AND pairs.gap_bin = weights.gap_bin
WHERE
NOT weights.share IS NULL
GROUP BY
pairs.kind,
pairs.person_id;
-- models/list_neighbours.sql
/* One row per request and a list to compare with: the person's last one there, or a stranger's. */
WITH answered AS (
SELECT DISTINCT
displayed.request_id
FROM recsql_displayed AS displayed
), asked AS (
SELECT
requests.request_id,
requests.person_id,
requests.key,
requests.profile_id,
requests.surface,
requests.serve_us,
CASE
WHEN requests.snapshot_us < requests.serve_us
THEN requests.snapshot_us
ELSE requests.serve_us
END AS cut_us
FROM recsql_requests AS requests
JOIN answered
ON requests.request_id = answered.request_id
WHERE
NOT requests.person_id IS NULL
), ordered AS (
SELECT
asked.*,
LAG(asked.request_id) OVER (
PARTITION BY asked.person_id, asked.surface
ORDER BY asked.serve_us, asked.request_id
) AS earlier_id,
LAG(asked.profile_id) OVER (
PARTITION BY asked.person_id, asked.surface
ORDER BY asked.serve_us, asked.request_id
) AS earlier_profile,
LAG(asked.key) OVER (
PARTITION BY asked.person_id, asked.surface
ORDER BY asked.serve_us, asked.request_id
) AS earlier_key,
asked.serve_us - LAG(asked.serve_us) OVER (
PARTITION BY asked.person_id, asked.surface
ORDER BY asked.serve_us, asked.request_id
) AS gap_us,
LEAD(asked.request_id) OVER (
PARTITION BY asked.surface, CAST(FLOOR(CAST(asked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
ORDER BY (
CAST(CAST('0x' || LEFT(MD5(asked.request_id), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), asked.request_id
) AS stranger_id, /* chance alone decides who stands next to whom on a day */
LEAD(asked.person_id) OVER (
PARTITION BY asked.surface, CAST(FLOOR(CAST(asked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
ORDER BY (
CAST(CAST('0x' || LEFT(MD5(asked.request_id), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), asked.request_id
) AS stranger
FROM asked
), neighbours AS (
SELECT
ordered.*,
CASE
WHEN ordered.profile_id = ordered.earlier_profile
THEN 'same'
WHEN key_pairs.known_us <= ordered.cut_us - 86400000000
THEN 'split'
END AS kind
FROM ordered
LEFT JOIN recsql_key_pairs AS key_pairs
ON ordered.key = key_pairs.key AND ordered.earlier_key = key_pairs.other_key
WHERE
ordered.gap_us <= 86400000000
)
SELECT
neighbours.kind,
neighbours.person_id,
neighbours.surface,
neighbours.request_id,
neighbours.earlier_id AS other_id,
CASE
WHEN neighbours.gap_us <= 1800000000
THEN 0
WHEN neighbours.gap_us <= 86400000000 / 4
THEN 1
ELSE 2
END AS gap_bin /* lists minutes apart are more alike than lists a day apart, whosever they are */
FROM neighbours
WHERE
NOT neighbours.kind IS NULL
UNION ALL
SELECT
'random' AS kind,
neighbours.person_id,
neighbours.surface,
neighbours.request_id,
neighbours.stranger_id AS other_id,
0 AS gap_bin
FROM neighbours
WHERE
neighbours.kind = 'split' AND neighbours.stranger <> neighbours.person_id;
-- models/list_pairs.sql
/* One row per pair of lists: the share of items they have in common, whatever their places and by depth. */
WITH places AS (
SELECT
displayed.request_id,
displayed.item_id,
ROW_NUMBER() OVER (PARTITION BY displayed.request_id ORDER BY displayed.position, displayed.item_id) AS place
FROM (
SELECT
request_id,
item_id,
MIN(position) AS position
FROM recsql_displayed AS shown
GROUP BY
request_id,
item_id
) AS displayed
), sizes AS (
SELECT
places.request_id,
MAX(places.place) AS n_items
FROM places
GROUP BY
places.request_id
), harmonics AS (
/* 1 + 1/2 + ... + 1/depth */
SELECT
depths.i AS depth,
SUM(CASE WHEN depths.i > 0 THEN 1.0 / NULLIF(depths.i, 0) ELSE 0.0 END) OVER (ORDER BY depths.i rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) AS harmonic
FROM (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 1000
) AS depths
), pairs AS (
SELECT
neighbours.*,
own.n_items + other.n_items AS n_both,
CASE WHEN own.n_items > other.n_items THEN own.n_items ELSE other.n_items END AS depth
FROM recsql_list_neighbours AS neighbours
JOIN sizes AS own
ON neighbours.request_id = own.request_id
JOIN sizes AS other
ON neighbours.other_id = other.request_id
), common AS (
/* an item that both hold is in both lists from the deeper of its two places on */
SELECT
pairs.kind,
pairs.request_id,
COUNT(*) AS n_common,
SUM(
CASE
WHEN own.place > other.place
THEN above_own.harmonic
ELSE above_other.harmonic
END
) AS above
FROM pairs
JOIN places AS own
ON pairs.request_id = own.request_id
JOIN places AS other
ON pairs.other_id = other.request_id AND own.item_id = other.item_id
JOIN harmonics AS above_own
ON own.place - 1 = above_own.depth
JOIN harmonics AS above_other
ON other.place - 1 = above_other.depth
GROUP BY
pairs.kind,
pairs.request_id
)
SELECT
pairs.kind,
pairs.person_id,
pairs.surface,
pairs.request_id,
pairs.other_id,
pairs.gap_bin,
COALESCE(common.n_common, 0.0) / NULLIF(pairs.n_both - COALESCE(common.n_common, 0.0), 0.0) AS jaccard,
COALESCE(common.n_common * whole.harmonic - common.above, 0.0) / NULLIF(pairs.depth, 0.0) AS average_overlap
FROM pairs
JOIN harmonics AS whole
ON pairs.depth = whole.depth
LEFT JOIN common
ON pairs.kind = common.kind AND pairs.request_id = common.request_id;
-- models/list_prints.sql
/* One row per request with a list: a number that two lists share only if they are the same. */
WITH places AS (
SELECT DISTINCT
displayed.item_id,
displayed.position
FROM recsql_displayed AS displayed
), marks AS (
/* 50 bits of a hash: whole numbers add up to the same sum in any order */
SELECT
places.item_id,
places.position,
CAST(FLOOR(
1125899906842624.0 * (
CAST(CAST('0x' || LEFT(MD5((
places.item_id || ' ' || CAST(places.position AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
)
) AS BIGINT) AS mark
FROM places
), printed AS (
SELECT
displayed.request_id,
CAST(SUM(marks.mark) AS BIGINT) AS list_print,
COUNT(*) AS n_items
FROM recsql_displayed AS displayed
JOIN marks
ON displayed.item_id = marks.item_id AND displayed.position = marks.position
GROUP BY
displayed.request_id
)
SELECT
printed.request_id,
requests.person_id,
requests.surface,
printed.list_print,
printed.n_items
FROM printed
JOIN recsql_requests AS requests
ON printed.request_id = requests.request_id
WHERE
printed.n_items >= 3;
-- models/list_sizes.sql
/* One row: the median number of topics on a served list, or what is assumed without lists. */
WITH counted AS (
SELECT
backtests.request_id,
COUNT(
DISTINCT CASE
WHEN fallback_category.category IS NULL
THEN items.category
ELSE lists.item_id
END
) AS n_topics
FROM recsql_backtests AS backtests
JOIN recsql_lists AS lists
ON backtests.request_id = lists.request_id
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_items AS items
ON lists.item_id = items.item_id
GROUP BY
backtests.request_id
), ranked AS (
SELECT
n_topics,
ROW_NUMBER() OVER (ORDER BY n_topics, request_id) AS nth,
COUNT(*) OVER () AS n
FROM counted
)
SELECT
COALESCE(MAX(ranked.n_topics), 5) AS n_topics
FROM ranked
WHERE
ranked.nth * 2 <= ranked.n + 1;
-- models/lists.sql
/* One row per item of a request's list: the retrieved one where it is logged, else the shown one. */
WITH retrieved AS (
SELECT DISTINCT
served.request_id
FROM recsql_served AS served
WHERE
served.is_retrieved
)
SELECT
served.request_id,
served.item_id,
served.position,
served.propensity,
COUNT(*) OVER (PARTITION BY served.request_id) AS list_length
FROM recsql_served AS served
LEFT JOIN retrieved
ON served.request_id = retrieved.request_id
WHERE
served.is_retrieved OR retrieved.request_id IS NULL;
-- models/log_span.sql
/* One row: from when to when the event log can be trusted, and what its events carry. */
SELECT
MIN(events.event_us) AS first_us,
CASE
WHEN MAX(events.ingested_us) < 1772496000000000
THEN MAX(events.ingested_us)
WHEN MAX(events.ingested_us) >= 1772496000000000
THEN 1772496000000000
END AS end_us, /* the log ends where ingestion stopped, which may be before the run's own instant */
COUNT(events.session_id) > 0 AS has_sessions,
COUNT(
CASE WHEN events.event_us >= 1770076800000000 AND NOT events.is_bot THEN 1 END
) AS window_events,
COUNT(
CASE
WHEN events.event_us >= 1770076800000000
AND NOT events.is_bot
AND events.ingested_us < 1772496000000000
THEN 1
END
) AS ingested_events,
COUNT(
CASE
WHEN events.event_us >= 1770076800000000
AND NOT events.is_bot
AND events.key IS NULL
THEN 1
END
) AS keyless_events
FROM recsql_events AS events;
-- models/match_means.sql
/* One row per curve, replicate and lag in days: the mean match, each person counting once. */
WITH matched AS (
SELECT
day_matches.person_id,
day_matches.curve,
day_matches.lag_days,
day_matches.match
FROM recsql_day_matches AS day_matches
UNION ALL
SELECT
visit_matches.person_id,
visit_matches.curve,
visit_matches.lag_days,
visit_matches.match
FROM recsql_visit_matches AS visit_matches
)
SELECT
matched.curve,
resamples.replicate,
matched.lag_days,
SUM(resamples.weight * matched.match) / NULLIF(SUM(resamples.weight), 0.0) AS match,
COUNT(*) AS persons,
CAST(NULL AS DOUBLE) AS fixed_baseline
FROM matched
JOIN recsql_resamples AS resamples
ON matched.person_id = resamples.person_id
WHERE
resamples.weight > 0.0
GROUP BY
matched.curve,
resamples.replicate,
matched.lag_days
UNION ALL
SELECT
'served_lists' AS curve,
phase_means.replicate,
phase_means.lag_days,
phase_means.hit_rate AS match,
phase_means.persons,
phase_means.chance_rate AS fixed_baseline /* a week of snapshot ages does not tell what is left in the end: misses do */
FROM recsql_phase_means AS phase_means
WHERE
NOT phase_means.chance_rate IS NULL;
-- models/mended_signals.sql
/* One row per warm request: the newest signal for its list, had some steps of the pipeline no delay. */
WITH gates AS (
SELECT
requests.request_id,
requests.person_id,
requests.surface,
requests.serve_us,
gates.used_us,
gates.arrived_us,
gates.profile_us,
gates.newest_us,
CASE
WHEN NOT COALESCE(gates.used_us < sightings.arrived_by_cut_us, FALSE)
THEN sightings.before_cut_us
END AS before_cut_us, /* a snapshot that missed what had arrived would have missed it however it came */
CASE
WHEN NOT COALESCE(gates.used_us < sightings.arrived_by_cut_us, FALSE)
THEN sightings.person_before_cut_us
END AS person_before_cut_us, /* a snapshot that missed what had arrived would have missed it however it came */
CASE
WHEN NOT COALESCE(gates.used_us < sightings.arrived_by_cut_us, FALSE)
THEN sightings.person_arrived_by_cut_us
END AS person_arrived_by_cut_us, /* a snapshot that missed what had arrived would have missed it however it came */
sightings.person_arrived_us
FROM recsql_signal_gates AS gates
JOIN recsql_sightings AS sightings
ON gates.moment_id = sightings.moment_id
JOIN recsql_requests AS requests
ON gates.request_id = requests.request_id
WHERE
gates.used_us <= requests.serve_us AND gates.newest_us <= requests.serve_us
), one_step /* what is there without a delay less is there without it, too; nothing is newer than the newest */ AS (
SELECT
gates.*,
CASE
WHEN gates.before_cut_us > gates.profile_us
THEN gates.profile_us
WHEN gates.before_cut_us > gates.used_us OR gates.used_us IS NULL
THEN gates.before_cut_us
ELSE gates.used_us
END AS prompt_us,
CASE
WHEN gates.person_arrived_by_cut_us > gates.newest_us
THEN gates.newest_us
WHEN gates.person_arrived_by_cut_us > gates.used_us OR gates.used_us IS NULL
THEN gates.person_arrived_by_cut_us
ELSE gates.used_us
END AS merged_us
FROM gates
), two_steps AS (
SELECT
one_step.*,
CASE
WHEN one_step.prompt_us > one_step.merged_us OR one_step.merged_us IS NULL
THEN one_step.prompt_us
ELSE one_step.merged_us
END AS prompt_or_merged_us,
CASE
WHEN one_step.arrived_us > one_step.merged_us OR one_step.merged_us IS NULL
THEN one_step.arrived_us
ELSE one_step.merged_us
END AS arrived_or_merged_us
FROM one_step
)
/* 1 = with an instant refresh, 2 = with an instant ingestion, 4 = with all keys of the person */
SELECT
request_id,
person_id,
surface,
serve_us,
used_us AS us_0,
arrived_us AS us_1,
prompt_us AS us_2,
profile_us AS us_3,
merged_us AS us_4,
CASE
WHEN person_arrived_us > newest_us
THEN newest_us
WHEN person_arrived_us > arrived_or_merged_us OR arrived_or_merged_us IS NULL
THEN person_arrived_us
ELSE arrived_or_merged_us
END AS us_5,
CASE
WHEN person_before_cut_us > newest_us
THEN newest_us
WHEN person_before_cut_us > prompt_or_merged_us OR prompt_or_merged_us IS NULL
THEN person_before_cut_us
ELSE prompt_or_merged_us
END AS us_6,
newest_us AS us_7
FROM two_steps;
-- models/moment_keys.sql
/* One row per moment and key of its profile, or tied to that profile a grace period earlier. */
WITH profile_keys AS (
SELECT
moments.moment_id,
moments.at_us,
moments.key
FROM recsql_moments AS moments
WHERE
NOT moments.key IS NULL
UNION ALL
SELECT
moments.moment_id,
moments.at_us,
profile_periods.key
FROM recsql_moments AS moments
JOIN recsql_profile_periods AS profile_periods
ON moments.profile_id = profile_periods.profile_id
AND moments.at_us >= profile_periods.from_us
AND moments.at_us < profile_periods.to_us
), own_values AS (
SELECT
profile_keys.moment_id,
profile_keys.at_us,
links.id_type,
links.id_value,
MIN(links.seen_us) AS seen_us,
MIN(links.known_us) AS known_us
FROM profile_keys
JOIN recsql_links AS links
ON profile_keys.key = links.key
GROUP BY
profile_keys.moment_id,
profile_keys.at_us,
links.id_type,
links.id_value
UNION ALL
/* an outcome without a key is known by its login */
SELECT
moments.moment_id,
moments.at_us,
'user_id' AS id_type,
moments.user_id AS id_value,
CAST(0 AS BIGINT) AS seen_us,
CAST(0 AS BIGINT) AS known_us
FROM recsql_moments AS moments
WHERE
NOT moments.user_id IS NULL
), all_keys AS (
SELECT
moment_id,
key,
1 AS from_profile,
CAST(NULL AS BIGINT) AS path_known_us
FROM profile_keys
UNION ALL
SELECT
own_values.moment_id,
links.key,
0 AS from_profile,
CASE
WHEN CASE
WHEN own_values.known_us > value_ties.known_us OR value_ties.known_us IS NULL
THEN own_values.known_us
ELSE value_ties.known_us
END > links.known_us
OR links.known_us IS NULL
THEN CASE
WHEN own_values.known_us > value_ties.known_us OR value_ties.known_us IS NULL
THEN own_values.known_us
ELSE value_ties.known_us
END
ELSE links.known_us
END AS path_known_us /* a path is known when the latest of its links is */
FROM own_values
JOIN recsql_value_ties AS value_ties
ON own_values.id_type = value_ties.id_type
AND own_values.id_value = value_ties.id_value
JOIN recsql_links AS links
ON value_ties.other_id_type = links.id_type
AND value_ties.other_id_value = links.id_value
WHERE
own_values.seen_us <= own_values.at_us - 86400000000
AND value_ties.seen_us <= own_values.at_us - 86400000000
AND links.seen_us <= own_values.at_us - 86400000000
)
SELECT
moment_id,
key,
MAX(from_profile) = 1 AS in_profile,
MIN(path_known_us) AS known_us
FROM all_keys
GROUP BY
moment_id,
key;
-- models/moments.sql
/* One row per request, and per outcome with revenue: the instants at which profiles are judged. */
WITH sales AS (
SELECT
CAST(outcomes.outcome_id AS TEXT) AS outcome_id,
CAST(outcomes.key AS TEXT) AS key,
TRIM(CAST(outcomes.user_id AS TEXT)) AS user_id,
CAST(outcomes.revenue AS DOUBLE) AS revenue,
EPOCH_US(outcomes.ts) AS at_us
FROM (
SELECT
outcome_id,
key,
user_id,
ts,
revenue
FROM shop.outcomes AS source
) AS outcomes
WHERE
outcomes.ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND outcomes.ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND NOT outcomes.revenue IS NULL
), matched AS (
SELECT
sales.outcome_id,
sales.key,
sales.user_id,
sales.revenue,
sales.at_us,
COALESCE(persons.person_id, users.person_id) AS person_id,
COALESCE(profile_periods.profile_id, sales.key) AS profile_id,
ROW_NUMBER() OVER (
PARTITION BY sales.outcome_id
ORDER BY sales.at_us, sales.key, sales.user_id, profile_periods.from_us DESC, profile_periods.profile_id
) AS candidate
FROM sales
LEFT JOIN recsql_persons AS persons
ON sales.key = persons.key
LEFT JOIN recsql_users AS users
ON sales.key IS NULL AND sales.user_id = users.user_id
LEFT JOIN recsql_profile_periods AS profile_periods
ON sales.key = profile_periods.key
AND sales.at_us >= profile_periods.from_us
AND sales.at_us < profile_periods.to_us
WHERE
NOT sales.outcome_id IS NULL
AND NOT COALESCE(persons.is_bot, FALSE)
AND NOT COALESCE(persons.person_id, users.person_id) IS NULL
), judged AS (
SELECT
requests.request_id,
CAST(NULL AS TEXT) AS outcome_id,
requests.person_id,
requests.key,
CAST(NULL AS TEXT) AS user_id,
requests.profile_id,
requests.surface,
requests.serve_us AS at_us,
requests.snapshot_us AS cut_us,
CAST(NULL AS DOUBLE) AS revenue
FROM recsql_requests AS requests
UNION ALL
SELECT
CAST(NULL AS TEXT) AS request_id,
matched.outcome_id,
matched.person_id,
matched.key,
CASE WHEN matched.key IS NULL THEN matched.user_id END AS user_id,
matched.profile_id,
CAST(NULL AS TEXT) AS surface,
matched.at_us,
matched.at_us AS cut_us,
matched.revenue
FROM matched
WHERE
matched.candidate = 1
)
SELECT
CAST(ROW_NUMBER() OVER (ORDER BY judged.at_us, judged.request_id, judged.outcome_id) AS BIGINT) AS moment_id, /* a number, as it is joined and sorted by again and again */
judged.request_id,
NOT judged.request_id IS NULL AS is_request,
judged.person_id,
judged.key,
judged.user_id,
judged.profile_id,
judged.surface,
judged.at_us,
judged.cut_us,
judged.revenue
FROM judged;
-- models/offline_runs.sql
/* One row per model version, metric and k: the offline score that counts, and how it was made. */
WITH logged AS (
SELECT
CAST(offline_metrics.run_id AS TEXT) AS run_id,
CAST(offline_metrics.model_version AS TEXT) AS model_version,
LOWER(CAST(offline_metrics.metric AS TEXT)) AS metric,
CAST(offline_metrics.k AS BIGINT) AS k,
CAST(offline_metrics.value AS DOUBLE) AS score,
CAST(offline_metrics.n AS DOUBLE) AS n,
LOWER(TRIM(CAST(offline_metrics.split AS TEXT))) AS split,
LOWER(TRIM(CAST(offline_metrics.candidates AS TEXT))) AS candidates,
LOWER(TRIM(CAST(offline_metrics.unit AS TEXT))) AS unit,
CAST(offline_metrics.positives_only AS BOOLEAN) AS positives_only,
CAST(offline_metrics.label AS TEXT) AS label,
LOWER(TRIM(CAST(offline_metrics.item_filter AS TEXT))) AS item_filter,
EPOCH_US(offline_metrics.data_to) AS data_to_us
FROM (
SELECT
run_id,
model_version,
metric,
k,
value,
n,
split,
candidates,
unit,
positives_only,
label,
item_filter,
data_to
FROM shop.offline_metrics AS source
) AS offline_metrics
), newest_first AS (
SELECT
logged.run_id,
logged.model_version,
logged.metric,
logged.k,
logged.score,
logged.n,
logged.candidates,
logged.positives_only,
logged.item_filter,
logged.unit,
CASE
WHEN logged.unit IN ('user', 'person', 'customer', 'account')
THEN 'user'
WHEN logged.unit IN ('event', 'request', 'session', 'impression', 'example')
THEN 'event'
END AS unit_kind,
COALESCE(
logged.split IN ('random', 'leave-last', 'leave_last', 'leave-one-out', 'leave_one_out'),
FALSE
) AS looks_ahead, /* without a global time line the model learns from what comes after its test */
CASE WHEN logged.metric IS NULL THEN ', metric' ELSE '' END /* what is not declared, in words */ || CASE
WHEN logged.k IS NULL AND NOT COALESCE(logged.metric, '') IN ('ctr', 'cvr')
THEN ', k'
ELSE ''
END || CASE WHEN logged.split IS NULL THEN ', split' ELSE '' END || CASE WHEN logged.candidates IS NULL THEN ', candidates' ELSE '' END || CASE WHEN logged.unit IS NULL THEN ', unit' ELSE '' END || CASE WHEN logged.label IS NULL THEN ', label' ELSE '' END || CASE WHEN logged.positives_only IS NULL THEN ', positives_only' ELSE '' END || CASE WHEN logged.item_filter IS NULL THEN ', item_filter' ELSE '' END AS undeclared,
ROW_NUMBER() OVER (
PARTITION BY logged.model_version, logged.metric, logged.k
ORDER BY logged.data_to_us DESC, logged.score DESC, logged.run_id
) AS nth
FROM logged
WHERE
NOT logged.model_version IS NULL AND NOT logged.score IS NULL
)
SELECT
newest_first.run_id,
newest_first.model_version,
newest_first.metric,
newest_first.k,
newest_first.score,
newest_first.n,
newest_first.unit_kind,
newest_first.looks_ahead,
CASE
WHEN newest_first.undeclared <> ''
THEN 'not_comparable: undeclared' || SUBSTRING(newest_first.undeclared, 2)
WHEN newest_first.candidates <> 'full'
THEN 'not_comparable: candidates ' || newest_first.candidates || ', while the served list is ranked over all items'
WHEN NOT newest_first.metric IN ('ctr', 'cvr') AND NOT newest_first.positives_only
THEN 'not_comparable: the offline score counts cases without a relevant item'
WHEN newest_first.unit_kind IS NULL
THEN 'not_comparable: unit ' || newest_first.unit || ' is neither user nor event'
WHEN NOT newest_first.item_filter IN ('none', 'as served')
THEN 'not_comparable: item_filter ' || newest_first.item_filter || ', which the served list does not have'
END AS reason
FROM newest_first
WHERE
newest_first.nth = 1;
-- models/person_events.sql
/* One row per event of a known key that is no bot, with the person it belongs to. */
SELECT
events.event_id,
events.key,
COALESCE(users.person_id, persons.person_id) AS person_id, /* on a shared key the login says whose event it was, its own or that of its session */
events.session_id,
events.event_type,
events.item_id,
events.category,
events.surface,
events.event_us,
events.ingested_us,
events.is_backfill
FROM recsql_events AS events
JOIN recsql_persons AS persons
ON events.key = persons.key
LEFT JOIN recsql_session_logins AS logins
ON events.key = logins.key AND events.session_id = logins.session_id
LEFT JOIN recsql_users AS users
ON persons.is_shared
AND COALESCE(NULLIF(TRIM(events.user_id), ''), logins.user_id) = users.user_id
WHERE
NOT persons.is_bot;
-- models/persons.sql
/* One row per key that anything mentions: the person behind it, as far as the evidence goes. */
WITH mentions AS (
SELECT
events.key,
MAX(CASE WHEN events.is_bot THEN 1 ELSE 0 END) AS bot,
MIN(events.event_us) AS first_us,
COUNT(*) AS n_events
FROM recsql_events AS events
GROUP BY
events.key
UNION ALL
SELECT
CAST(serving.key AS TEXT) AS key,
0 AS bot,
CAST(NULL AS BIGINT) AS first_us,
0 AS n_events
FROM (
SELECT
key,
serve_ts
FROM shop.serving AS source
) AS serving
WHERE
serving.serve_ts >= CAST('2026-02-03 00:00:00' AS TIMESTAMP)
AND serving.serve_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
UNION ALL
SELECT
CAST(identity_map.key AS TEXT) AS key,
0 AS bot,
CAST(NULL AS BIGINT) AS first_us,
0 AS n_events
FROM (
SELECT
key
FROM shop.identity_map AS source
) AS identity_map
UNION ALL
SELECT
link_evidence.key,
0 AS bot,
CAST(NULL AS BIGINT) AS first_us,
0 AS n_events
FROM recsql_link_evidence AS link_evidence
), keys AS (
SELECT
key,
MAX(bot) = 1 AS is_bot,
MIN(first_us) AS first_us,
SUM(n_events) AS n_events
FROM mentions
WHERE
NOT key IS NULL
GROUP BY
key
), evidence AS (
SELECT
link_evidence.key,
MAX(CASE WHEN link_evidence.is_shared THEN 1 ELSE 0 END) AS shared
FROM recsql_link_evidence AS link_evidence
WHERE
NOT link_evidence.is_hub
GROUP BY
link_evidence.key
), connected AS (
SELECT
components.name AS key,
MIN(components.name) OVER (PARTITION BY components.component) AS person_id
FROM recsql_components AS components
WHERE
components.id_type IS NULL
), resolved AS (
SELECT
keys.key,
COALESCE(connected.person_id, keys.key) AS person_id, /* a key without evidence stands alone, and so does a shared one */
COALESCE(evidence.shared, 0) = 1 AS is_shared,
NOT evidence.key IS NULL AS has_evidence,
keys.is_bot,
keys.first_us,
keys.n_events
FROM keys
LEFT JOIN evidence
ON keys.key = evidence.key
LEFT JOIN connected
ON keys.key = connected.key
)
SELECT
key,
person_id,
is_shared,
has_evidence,
is_bot,
first_us,
n_events
FROM resolved
WHERE
1 = 1;
-- models/phase_clock.sql
/* One row: how much of a snapshot's age is told by the hour of the week at which it answers. */
SELECT
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(
(
phase_hits.usual_phase_s - phase_hits.mean_phase_s
) * (
phase_hits.usual_phase_s - phase_hits.mean_phase_s
)
) / NULLIF(
SUM(
(
phase_hits.phase_s - phase_hits.mean_phase_s
) * (
phase_hits.phase_s - phase_hits.mean_phase_s
)
),
0.0
) AS clock_share
FROM recsql_phase_hits AS phase_hits;
-- models/phase_hits.sql
/* One row per replayed request: the age of its snapshot, and whether its real list held the answer. */
WITH missed AS (
/* what no list of any age would have held is not found by signals but by chance */
SELECT
backtests.request_id,
MAX(backtest_hits.hit) = 0.0 AS is_missed
FROM recsql_backtest_hits AS backtest_hits
JOIN recsql_backtests AS backtests
ON backtest_hits.request = backtests.nth
GROUP BY
backtests.request_id
), listed AS (
SELECT
lists.request_id,
MAX(CASE WHEN labels.item_id IS NULL THEN 0.0 ELSE 1.0 END) AS hit
FROM recsql_lists AS lists
LEFT JOIN recsql_labels AS labels
ON lists.request_id = labels.request_id AND lists.item_id = labels.item_id
GROUP BY
lists.request_id
), phased AS (
SELECT
requests.person_id,
requests.request_id,
CAST(requests.serve_us - requests.snapshot_us AS DOUBLE) / 1000000.0 AS phase_s,
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 3600000000.0) AS BIGINT) % 168 AS week_hour,
listed.hit,
missed.is_missed
FROM recsql_requests AS requests
JOIN missed
ON requests.request_id = missed.request_id
JOIN listed
ON requests.request_id = listed.request_id
WHERE
requests.snapshot_us < requests.serve_us
)
SELECT
person_id,
request_id,
phase_s,
AVG(phase_s) OVER (PARTITION BY week_hour) AS usual_phase_s,
AVG(phase_s) OVER () AS mean_phase_s,
FLOOR(
12.0 * CAST(ROW_NUMBER() OVER (ORDER BY phase_s, request_id) - 1 AS DOUBLE) / NULLIF(CAST(COUNT(*) OVER () AS DOUBLE), 0.0)
) AS bin,
hit,
is_missed
FROM phased;
-- models/phase_means.sql
/* One row per replicate and bin of the snapshot's age: the hit rate of the lists that were served. */
WITH bins AS (
SELECT
phase_hits.bin,
AVG(phase_hits.phase_s) / 86400.0 AS lag_days
FROM recsql_phase_hits AS phase_hits
GROUP BY
phase_hits.bin
), own AS (
SELECT
phase_hits.person_id,
phase_hits.bin,
SUM(phase_hits.hit) AS hits,
CAST(COUNT(*) AS DOUBLE) AS tries,
SUM(CASE WHEN phase_hits.is_missed THEN phase_hits.hit ELSE 0.0 END) AS chance_hits,
SUM(CASE WHEN phase_hits.is_missed THEN 1.0 ELSE 0.0 END) AS chances
FROM recsql_phase_hits AS phase_hits
GROUP BY
phase_hits.person_id,
phase_hits.bin
), rates AS (
SELECT
resamples.replicate,
own.bin,
SUM(resamples.weight * own.hits) / NULLIF(SUM(resamples.weight * own.tries), 0.0) AS hit_rate,
SUM(resamples.weight * own.chance_hits) AS chance_hits,
SUM(resamples.weight * own.chances) AS chances,
COUNT(*) AS persons
FROM own
JOIN recsql_resamples AS resamples
ON own.person_id = resamples.person_id
WHERE
resamples.weight > 0.0
GROUP BY
resamples.replicate,
own.bin
)
SELECT
rates.replicate,
bins.lag_days,
rates.hit_rate,
rates.persons,
SUM(rates.chance_hits) OVER (PARTITION BY rates.replicate) / NULLIF(SUM(rates.chances) OVER (PARTITION BY rates.replicate), 0.0) AS chance_rate
FROM rates
JOIN bins
ON rates.bin = bins.bin
JOIN recsql_phase_clock AS phase_clock
ON phase_clock.clock_share <= 0.9;
-- models/placements.sql
/* One row per request and category it showed: did it come while the person was still deciding? */
WITH windows AS (
SELECT
category,
window_50,
window_50_low,
window_50_high,
window_90,
window_90_low,
window_90_high
FROM recsql_decision_windows AS decision_windows
WHERE
purchases >= 30
), named AS (
SELECT DISTINCT
category
FROM recsql_served_categories AS served_categories
), chosen AS (
/* a category with few purchases is judged by its parent's window, else by the window of all */
SELECT
named.category,
COALESCE(own.category, parent.category, '') AS window_of,
CASE
WHEN NOT own.category IS NULL
THEN own.window_50
WHEN NOT parent.category IS NULL
THEN parent.window_50
ELSE pooled.window_50
END AS window_50,
CASE
WHEN NOT own.category IS NULL
THEN own.window_50_low
WHEN NOT parent.category IS NULL
THEN parent.window_50_low
ELSE pooled.window_50_low
END AS window_50_low,
CASE
WHEN NOT own.category IS NULL
THEN own.window_50_high
WHEN NOT parent.category IS NULL
THEN parent.window_50_high
ELSE pooled.window_50_high
END AS window_50_high,
CASE
WHEN NOT own.category IS NULL
THEN own.window_90
WHEN NOT parent.category IS NULL
THEN parent.window_90
ELSE pooled.window_90
END AS window_90,
CASE
WHEN NOT own.category IS NULL
THEN own.window_90_low
WHEN NOT parent.category IS NULL
THEN parent.window_90_low
ELSE pooled.window_90_low
END AS window_90_low,
CASE
WHEN NOT own.category IS NULL
THEN own.window_90_high
WHEN NOT parent.category IS NULL
THEN parent.window_90_high
ELSE pooled.window_90_high
END AS window_90_high
FROM named
LEFT JOIN windows AS own
ON named.category = own.category
LEFT JOIN (
SELECT
names.category,
SUBSTRING(names.category, 1, places.i - 1) AS ancestor,
ROW_NUMBER() OVER (PARTITION BY names.category ORDER BY places.i) AS depth,
COUNT(*) OVER (PARTITION BY names.category) AS depths
FROM (
SELECT DISTINCT
category
FROM named AS path_source
) AS names
JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 256
) AS places
ON places.i <= LENGTH(names.category) AND places.i > 1
WHERE
SUBSTRING(names.category, places.i, 1) = '.'
) AS paths
ON named.category = paths.category AND paths.depth = paths.depths
LEFT JOIN windows AS parent
ON paths.ancestor || '.*' = parent.category
LEFT JOIN windows AS pooled
ON pooled.category IS NULL
), dated AS (
SELECT
served.request_id,
served.person_id,
served.category,
served.n_items,
served.serve_us,
served.start_us,
served.gap_s,
served.fresh_gap_s,
served.is_decided,
served.next_purchase_us,
chosen.window_of,
chosen.window_50,
chosen.window_50_low,
chosen.window_50_high,
chosen.window_90,
chosen.window_90_low,
chosen.window_90_high
FROM recsql_served_categories AS served
JOIN chosen
ON served.category = chosen.category
)
SELECT
request_id,
person_id,
category,
n_items,
serve_us,
start_us,
gap_s,
fresh_gap_s,
next_purchase_us,
window_of,
window_50,
window_50_low,
window_50_high,
window_90_low,
window_90_high,
window_90 AS window_s,
CASE
WHEN gap_s IS NULL
THEN 'no_signal'
WHEN window_90 IS NULL
THEN NULL
WHEN is_decided
THEN 'post_purchase'
WHEN gap_s > window_90
THEN 'too_late'
WHEN gap_s <= window_90
THEN 'in_window'
END AS placement,
CASE
WHEN fresh_gap_s IS NULL
THEN 'no_signal'
WHEN window_90 IS NULL
THEN NULL
WHEN is_decided
THEN 'post_purchase'
WHEN fresh_gap_s > window_90
THEN 'too_late'
WHEN fresh_gap_s <= window_90
THEN 'in_window'
END AS fresh_placement
FROM dated;
-- models/popularity_agreement.sql
/* One row: how alike the popularity of items was in training and in recent days, raw and corrected. */
WITH ranks AS (
/* ranks of n items always have the mean (n + 1) / 2 */
SELECT
*,
CAST(COUNT(*) OVER () + 1 AS DOUBLE) / 2.0 AS middle
FROM recsql_popularity_ranks AS popularity_ranks
), correlations AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n_items,
COALESCE(SUM(n_trained), 0) AS n_trained,
SUM((
trained - middle
) * (
recent - middle
)) / NULLIF(
SQRT(SUM((
trained - middle
) * (
trained - middle
))) * SQRT(SUM((
recent - middle
) * (
recent - middle
))),
0.0
) AS drift,
SUM((
trained_a - middle
) * (
trained_b - middle
)) / NULLIF(
SQRT(SUM((
trained_a - middle
) * (
trained_a - middle
))) * SQRT(SUM((
trained_b - middle
) * (
trained_b - middle
))),
0.0
) AS trained,
SUM((
recent_a - middle
) * (
recent_b - middle
)) / NULLIF(
SQRT(SUM((
recent_a - middle
) * (
recent_a - middle
))) * SQRT(SUM((
recent_b - middle
) * (
recent_b - middle
))),
0.0
) AS recent
FROM ranks
), reliable AS (
SELECT
n_items,
n_trained,
drift,
CASE
WHEN trained > 0.0 AND recent > 0.0
THEN SQRT(2.0 * trained / (
1.0 + trained
) * 2.0 * recent / (
1.0 + recent
))
ELSE 0.0
END AS ceiling, /* what two samples of the same popularity would reach (Spearman-Brown, then attenuation) */
(
1.0 + drift
) /* Fisher's z with the variance for ranks (Bonett and Wright) */ / NULLIF(1.0 - drift, 0.0) AS odds,
EXP(
3.92 * SQRT(
(
1.0 + drift * drift / 2.0
) / NULLIF(CASE WHEN n_items > 3.0 THEN n_items - 3.0 END, 0.0)
)
) AS factor
FROM correlations
)
SELECT
n_items,
n_trained,
drift AS value,
(
odds - factor
) / NULLIF(odds + factor, 0.0) AS low,
(
odds * factor - 1.0
) / NULLIF(odds * factor + 1.0, 0.0) AS high,
ceiling
FROM reliable;
-- models/popularity_ranks.sql
/* One row per item: its rank by persons, in training, in recent days, and in halves of the persons. */
WITH counted AS (
SELECT
item_id,
COUNT(CASE WHEN n_trained > 0 THEN 1 END) AS trained,
COUNT(CASE WHEN n_recent > 0 THEN 1 END) AS recent,
COUNT(CASE WHEN n_trained > 0 AND is_first_half = 1 THEN 1 END) AS trained_a,
COUNT(CASE WHEN n_trained > 0 AND is_first_half = 0 THEN 1 END) AS trained_b,
COUNT(CASE WHEN n_recent > 0 AND is_first_half = 1 THEN 1 END) AS recent_a,
COUNT(CASE WHEN n_recent > 0 AND is_first_half = 0 THEN 1 END) AS recent_b
FROM recsql_item_visitors AS item_visitors
WHERE
n_trained > 0 OR n_recent > 0
GROUP BY
item_id
), trained_counts AS (
SELECT
trained,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
trained
), trained_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
trained,
SUM(n_items) OVER (ORDER BY trained rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM trained_counts
), recent_counts AS (
SELECT
recent,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
recent
), recent_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
recent,
SUM(n_items) OVER (ORDER BY recent rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM recent_counts
), trained_a_counts AS (
SELECT
trained_a,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
trained_a
), trained_a_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
trained_a,
SUM(n_items) OVER (ORDER BY trained_a rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM trained_a_counts
), trained_b_counts AS (
SELECT
trained_b,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
trained_b
), trained_b_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
trained_b,
SUM(n_items) OVER (ORDER BY trained_b rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM trained_b_counts
), recent_a_counts AS (
SELECT
recent_a,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
recent_a
), recent_a_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
recent_a,
SUM(n_items) OVER (ORDER BY recent_a rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM recent_a_counts
), recent_b_counts AS (
SELECT
recent_b,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM counted
GROUP BY
recent_b
), recent_b_ranks AS (
/* items that tie share the mean of their ranks */
SELECT
recent_b,
SUM(n_items) OVER (ORDER BY recent_b rows BETWEEN UNBOUNDED preceding AND CURRENT ROW) - (
n_items - 1.0
) / 2.0 AS nth
FROM recent_b_counts
)
SELECT
counted.item_id,
counted.trained AS n_trained,
counted.recent AS n_recent,
trained_ranks.nth AS trained,
recent_ranks.nth AS recent,
trained_a_ranks.nth AS trained_a,
trained_b_ranks.nth AS trained_b,
recent_a_ranks.nth AS recent_a,
recent_b_ranks.nth AS recent_b
FROM counted
JOIN trained_ranks
ON counted.trained = trained_ranks.trained
JOIN recent_ranks
ON counted.recent = recent_ranks.recent
JOIN trained_a_ranks
ON counted.trained_a = trained_a_ranks.trained_a
JOIN trained_b_ranks
ON counted.trained_b = trained_b_ranks.trained_b
JOIN recent_a_ranks
ON counted.recent_a = recent_a_ranks.recent_a
JOIN recent_b_ranks
ON counted.recent_b = recent_b_ranks.recent_b;
-- models/popularity_windows.sql
/* One row: how often the most popular topics hold the answer, and when older signals do worse. */
WITH daily AS (
SELECT
topic_events.topic,
CAST(FLOOR(CAST(topic_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
COUNT(*) AS n_events
FROM recsql_topic_events AS topic_events
GROUP BY
topic_events.topic,
CAST(FLOOR(CAST(topic_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
), recent AS (
/* what a list of the last seven whole days would hold on each day */
SELECT
daily.topic,
daily.day + 1 + ages.i AS day,
SUM(daily.n_events) AS n_events
FROM daily
CROSS JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 7
) AS ages
GROUP BY
daily.topic,
daily.day + 1 + ages.i
), popular AS (
SELECT
recent.topic,
recent.day,
ROW_NUMBER() OVER (PARTITION BY recent.day ORDER BY recent.n_events DESC, recent.topic) AS place
FROM recent
), own AS (
SELECT
backtest_hits.person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN popular.place <= list_sizes.n_topics THEN 1 END) AS DOUBLE) AS hits
FROM recsql_backtest_hits AS backtest_hits
JOIN recsql_backtests AS backtests
ON backtest_hits.request = backtests.nth
CROSS JOIN recsql_list_sizes AS list_sizes
LEFT JOIN popular
ON backtests.topic = popular.topic
AND CAST(FLOOR(CAST(backtests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) = popular.day
WHERE
backtest_hits.lag_s = 0.0
GROUP BY
backtest_hits.person_id
), rates AS (
SELECT
resamples.replicate,
SUM(resamples.weight * own.hits) / NULLIF(SUM(resamples.weight * own.tries), 0.0) AS rate
FROM own
JOIN recsql_resamples AS resamples
ON own.person_id = resamples.person_id
WHERE
resamples.weight > 0.0
GROUP BY
resamples.replicate
), steps AS (
SELECT
retained.replicate,
retained.lag_s,
retained.hit_rate,
rates.rate,
LAG(retained.lag_s) OVER (PARTITION BY retained.replicate ORDER BY retained.lag_s) AS earlier_s,
LAG(retained.hit_rate) OVER (PARTITION BY retained.replicate ORDER BY retained.lag_s) AS earlier_rate,
MIN(CASE WHEN retained.hit_rate < rates.rate THEN retained.lag_s END) OVER (PARTITION BY retained.replicate) AS crossing_s
FROM recsql_retained AS retained
JOIN rates
ON retained.replicate = rates.replicate
), crossings AS (
/* on a straight line between two lags; NULL where signals of every age do better */
SELECT
steps.replicate,
MAX(
CASE
WHEN steps.lag_s = steps.crossing_s
THEN COALESCE(
steps.earlier_s + (
steps.lag_s - steps.earlier_s
) * (
steps.earlier_rate - steps.rate
) / NULLIF(steps.earlier_rate - steps.hit_rate, 0.0),
steps.lag_s
)
END
) AS window_s
FROM steps
GROUP BY
steps.replicate
), ranked AS (
SELECT
crossings.replicate,
crossings.window_s,
ROW_NUMBER() OVER (
PARTITION BY CASE WHEN crossings.replicate > 0 THEN 1 ELSE 0 END
ORDER BY crossings.window_s, crossings.replicate
) AS nth,
SUM(CASE WHEN crossings.replicate > 0 THEN 1.0 ELSE 0.0 END) OVER () AS replicates
FROM crossings
), limits AS (
SELECT
MAX(CASE WHEN replicate = 0 THEN window_s END) AS window_s,
MAX(CASE WHEN replicate > 0 AND nth = CEIL(0.025 * replicates) THEN window_s END) AS low,
MAX(CASE WHEN replicate > 0 AND nth = CEIL(0.975 * replicates) THEN window_s END) AS high
FROM ranked
)
SELECT
limits.window_s,
limits.low AS window_low,
limits.high AS window_high,
hits.value AS hit_rate,
hits.low AS hit_rate_low,
hits.high AS hit_rate_high,
hits.n,
hits.persons
FROM limits
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(hits AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT hits IS NULL THEN CAST(tries AS DOUBLE) END), 0.0) AS own_tries
FROM own AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS hits;
-- models/profile_cosines.sql
/* One row per person active in several profiles: how alike the categories of two of them are. */
WITH tastes AS (
SELECT
filed_keys.person_id,
filed_keys.profile_id,
person_events.category,
CAST(COUNT(*) AS DOUBLE) AS n_events
FROM recsql_filed_keys AS filed_keys
JOIN recsql_person_events AS person_events
ON filed_keys.key = person_events.key
WHERE
NOT person_events.category IS NULL
GROUP BY
filed_keys.person_id,
filed_keys.profile_id,
person_events.category
), units AS (
SELECT
tastes.person_id,
tastes.profile_id,
tastes.category,
tastes.n_events / NULLIF(
SQRT(
SUM(tastes.n_events * tastes.n_events) OVER (PARTITION BY tastes.person_id, tastes.profile_id)
),
0.0
) AS part
FROM tastes
), sums AS (
SELECT
units.person_id,
units.category,
SUM(units.part) AS part
FROM units
GROUP BY
units.person_id,
units.category
), people AS (
SELECT
units.person_id,
CAST(COUNT(DISTINCT units.profile_id) AS DOUBLE) AS n_profiles
FROM units
GROUP BY
units.person_id
)
/* unit vectors: the square of their sum is one for each, and twice the cosine of every pair */
SELECT
people.person_id,
(
SUM(sums.part * sums.part) - people.n_profiles
) / NULLIF(people.n_profiles * (
people.n_profiles - 1.0
), 0.0) AS cosine
FROM people
JOIN sums
ON people.person_id = sums.person_id
WHERE
people.n_profiles > 1.0
GROUP BY
people.person_id,
people.n_profiles;
-- models/profile_periods.sql
/* One row per key and span of time in which the feature store filed it under one profile. */
SELECT DISTINCT
CAST(identity_map.key AS TEXT) AS key,
CAST(identity_map.profile_id AS TEXT) AS profile_id,
COALESCE(EPOCH_US(identity_map.valid_from), 0) AS from_us, /* a map without history is taken to have held for all time */
COALESCE(EPOCH_US(identity_map.valid_to), 1772496000000000 + 1) AS to_us
FROM (
SELECT
key,
profile_id,
valid_from,
valid_to
FROM shop.identity_map AS source
) AS identity_map
WHERE
NOT identity_map.key IS NULL AND NOT identity_map.profile_id IS NULL;
-- models/profiles.sql
/* One row per profile of the window: its keys, whose they are, and whether it holds several people. */
WITH portions AS (
SELECT
holdings.profile_id,
holdings.person_id,
COUNT(*) AS n_keys,
CAST(COUNT(CASE WHEN holdings.has_evidence AND NOT holdings.is_shared THEN 1 END) AS DOUBLE) AS n_known, /* without evidence a key can be neither right nor wrong; a shared one is nobody's */
MIN(holdings.key) AS one_key,
MAX(holdings.key) AS another_key
FROM recsql_holdings AS holdings
GROUP BY
holdings.profile_id,
holdings.person_id
), sizes AS (
SELECT
portions.profile_id,
SUM(portions.n_keys) AS n_keys,
SUM(portions.n_known) AS n_known,
SUM(portions.n_known * (
portions.n_known - 1.0
)) / 2.0 AS right_pairs,
MIN(portions.one_key) AS one_key,
MAX(portions.another_key) AS another_key
FROM portions
GROUP BY
portions.profile_id
), claims AS (
SELECT DISTINCT
holdings.profile_id,
link_evidence.id_type,
link_evidence.id_value
FROM recsql_holdings AS holdings
JOIN recsql_link_evidence AS link_evidence
ON holdings.key = link_evidence.key
WHERE
link_evidence.is_unique AND NOT link_evidence.is_hub
), conflicts AS (
/* of an identifier of which a person has only one, a profile holds several values */
SELECT
claims.profile_id,
claims.id_type,
COUNT(*) AS n_values,
MIN(claims.id_value) AS one_value,
MAX(claims.id_value) AS another_value,
ROW_NUMBER() OVER (PARTITION BY claims.profile_id ORDER BY COUNT(*) DESC, claims.id_type) AS nth
FROM claims
GROUP BY
claims.profile_id,
claims.id_type
HAVING
COUNT(*) > 1
)
SELECT
sizes.profile_id,
CAST(sizes.n_keys AS BIGINT) AS n_keys,
sizes.n_known * (
sizes.n_known - 1.0
) / 2.0 AS known_pairs,
sizes.right_pairs,
sizes.one_key,
sizes.another_key,
conflicts.id_type,
COALESCE(conflicts.n_values, 0) AS n_values,
conflicts.one_value,
conflicts.another_value
FROM sizes
LEFT JOIN conflicts
ON sizes.profile_id = conflicts.profile_id AND conflicts.nth = 1;
-- models/promoted_topics.sql
/* One row per UTC day and topic that was promoted; without a topic everything was. */
SELECT DISTINCT
CAST(FLOOR(CAST(EPOCH_US(promotion_days.day) AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
CAST(promotion_days.category AS TEXT) AS topic
FROM (
SELECT
day,
category
FROM shop.promotion_days AS source
) AS promotion_days
WHERE
NOT promotion_days.day IS NULL;
-- models/purchase_prompts.sql
/* One row per purchase: whether no interest of the person in its category had been seen before. */
WITH activity AS (
SELECT
person_id,
category,
at_us,
is_purchase,
nth,
MIN(CASE WHEN NOT is_purchase THEN nth END) OVER (PARTITION BY person_id, category) AS first_look
FROM recsql_category_activity AS category_activity
)
/* what was bought as the log began may have been looked at before it */
SELECT
activity.person_id,
activity.category,
CASE WHEN activity.first_look < activity.nth THEN 0 ELSE 1 END AS is_unprompted
FROM activity
CROSS JOIN recsql_log_span AS log_span
WHERE
activity.is_purchase AND activity.at_us >= log_span.first_us + 604800000000;
-- models/purchases.sql
/* One row per purchased item: who bought it, when, and whether it was undone later. */
WITH logged AS (
SELECT
CAST(outcomes.outcome_id AS TEXT) AS outcome_id,
CAST(outcomes.key AS TEXT) AS key,
TRIM(CAST(outcomes.user_id AS TEXT)) AS user_id,
CAST(outcomes.item_id AS TEXT) AS item_id,
CAST(outcomes.revenue AS DOUBLE) AS revenue,
EPOCH_US(outcomes.ts) AS purchase_us,
CASE
WHEN outcomes.cancelled_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
THEN EPOCH_US(outcomes.cancelled_ts)
END AS cancelled_us,
CASE
WHEN outcomes.returned_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
THEN EPOCH_US(outcomes.returned_ts)
END AS returned_us
FROM (
SELECT
outcome_id,
key,
user_id,
ts,
type,
item_id,
revenue,
cancelled_ts,
returned_ts
FROM shop.outcomes AS source
) AS outcomes
WHERE
outcomes.ts >= CAST('2026-01-06 00:00:00' AS TIMESTAMP)
AND outcomes.ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
AND CAST(outcomes.type AS TEXT) IN ('purchase', 'order')
), numbered AS (
/* an order may have several items; a copied row counts once */
SELECT
logged.outcome_id,
logged.key,
logged.user_id,
logged.item_id,
logged.revenue,
logged.purchase_us,
COALESCE(logged.cancelled_us <= logged.purchase_us + 2592000000000, FALSE) /* what comes back after the return window was a purchase all the same */
OR COALESCE(logged.returned_us <= logged.purchase_us + 2592000000000, FALSE) AS is_void,
ROW_NUMBER() OVER (
PARTITION BY logged.outcome_id, logged.item_id
ORDER BY logged.purchase_us, logged.key, logged.user_id
) AS copy
FROM logged
)
SELECT
numbered.outcome_id,
CASE
WHEN COALESCE(persons.is_shared, TRUE)
THEN COALESCE(users.person_id, persons.person_id)
ELSE persons.person_id
END AS person_id, /* on a shared key the login says whose purchase it was */
numbered.item_id,
COALESCE(items.category, fallback_category.category) AS category,
numbered.purchase_us,
numbered.revenue,
numbered.is_void
FROM numbered
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_persons AS persons
ON numbered.key = persons.key
LEFT JOIN recsql_users AS users
ON numbered.user_id = users.user_id
LEFT JOIN recsql_items AS items
ON numbered.item_id = items.item_id
WHERE
numbered.copy = 1 OR numbered.outcome_id IS NULL;
-- models/rate_spreads.sql
/* One row per way to split requests: how far apart the hit rates of a state surely are. */
WITH people AS (
SELECT
requests.person_id,
MIN(requests.activity) AS activity
FROM recsql_requests AS requests
GROUP BY
requests.person_id
), observed AS (
/* what the state does not explain; by now it should depend on nothing else */
SELECT
replay_states.person_id,
rates.kin,
CAST(replay_states.age_third AS TEXT) AS age,
people.activity,
replay_states.hit - rates.rate AS residual
FROM recsql_replay_states AS replay_states
JOIN recsql_replay_rates AS rates
ON replay_states.proxy = rates.proxy AND replay_states.state = rates.state
LEFT JOIN people
ON replay_states.person_id = people.person_id
WHERE
replay_states.proxy = 1 AND replay_states.cell = 0
), split AS (
SELECT
'age' AS split,
kin,
age AS part,
person_id,
residual
FROM observed
WHERE
NOT age IS NULL
UNION ALL
SELECT
'activity' AS split,
kin,
activity AS part,
person_id,
residual
FROM observed
WHERE
NOT activity IS NULL
), margins AS (
SELECT
means.split,
means.kin,
means.part,
means.value,
COALESCE(means.high - means.value, 3.8416 / NULLIF(means.persons + 3.8416, 0.0)) AS margin /* where no spread is seen, Wilson's width for that many persons */
FROM (
WITH ratio_people AS (
SELECT
split,
kin,
part,
person_id,
COALESCE(SUM(CAST(residual AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT residual IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM split AS ratio_source
GROUP BY
split,
kin,
part,
person_id
), ratio_sums AS (
SELECT
split,
kin,
part,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
split,
kin,
part
), ratio_squares AS (
SELECT
split,
kin,
part,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
split,
kin,
part,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
split,
kin,
part,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS means
)
SELECT
one.split,
MAX(
one.value - other.value - SQRT(one.margin * one.margin + other.margin * other.margin)
) AS surely_apart
FROM margins AS one
JOIN margins AS other
ON one.split = other.split AND one.kin = other.kin AND one.part <> other.part
GROUP BY
one.split;
-- models/realised.sql
/* One row per person, kind of request, k, position and metric: achieved, out of possible. */
WITH ranked AS (
SELECT
requests.person_id,
requests.surface,
requests.model_version,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
scores.k,
SUM(scores.hit_rate) AS hit_rate,
SUM(scores.hit_rate_organic) AS hit_rate_organic,
CAST(COUNT(scores.hit_rate_organic) AS DOUBLE) AS organic,
SUM(scores.hit_rate_new) AS hit_rate_new,
CAST(COUNT(scores.hit_rate_new) AS DOUBLE) AS new,
SUM(scores.recall) AS recall,
SUM(scores.mrr) AS mrr,
SUM(scores.ndcg) AS ndcg,
CAST(COUNT(*) AS DOUBLE) AS possible
FROM recsql_scores AS scores
JOIN recsql_requests AS requests
ON scores.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.model_version,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
scores.k
), click_log AS (
SELECT
COUNT(*) AS n_clicks
FROM recsql_clicks AS clicks
), shown AS (
SELECT
requests.person_id,
requests.surface,
requests.model_version,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
displayed.position,
CAST(COUNT(clicks.item_id) AS DOUBLE) AS achieved,
CAST(COUNT(*) AS DOUBLE) AS possible
FROM recsql_displayed AS displayed
JOIN recsql_requests AS requests
ON displayed.request_id = requests.request_id
LEFT JOIN recsql_clicks AS clicks
ON displayed.request_id = clicks.request_id AND displayed.item_id = clicks.item_id
GROUP BY
requests.person_id,
requests.surface,
requests.model_version,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
displayed.position
)
SELECT
ranked.person_id,
ranked.surface,
ranked.model_version,
ranked.device_class,
ranked.region,
ranked.activity,
ranked.tenure,
ranked.k,
CAST(NULL AS BIGINT) AS position,
metrics.metric,
CASE metrics.metric
WHEN 'hit_rate'
THEN ranked.hit_rate
WHEN 'recall'
THEN ranked.recall
WHEN 'mrr'
THEN ranked.mrr
WHEN 'ndcg'
THEN ranked.ndcg
WHEN 'hit_rate_organic'
THEN ranked.hit_rate_organic
WHEN 'hit_rate_new'
THEN ranked.hit_rate_new
END AS achieved,
CASE metrics.metric
WHEN 'hit_rate_organic'
THEN ranked.organic
WHEN 'hit_rate_new'
THEN ranked.new
ELSE ranked.possible
END AS possible
FROM ranked
CROSS JOIN (VALUES
('hit_rate'),
('recall'),
('mrr'),
('ndcg'),
('hit_rate_organic'),
('hit_rate_new')) AS metrics(metric)
UNION ALL
SELECT
shown.person_id,
shown.surface,
shown.model_version,
shown.device_class,
shown.region,
shown.activity,
shown.tenure,
CAST(NULL AS BIGINT) AS k,
shown.position,
'ctr' AS metric,
shown.achieved,
shown.possible
FROM shown
CROSS JOIN click_log
/* without a single click the rate is unknown, not zero */
WHERE
click_log.n_clicks > 0
UNION ALL
SELECT
conversions.person_id,
conversions.surface,
conversions.model_version,
conversions.device_class,
conversions.region,
conversions.activity,
conversions.tenure,
CAST(NULL AS BIGINT) AS k,
CAST(NULL AS BIGINT) AS position,
'cvr' AS metric,
conversions.achieved,
conversions.possible
FROM recsql_conversions AS conversions;
-- models/replay_cells.sql
/* One row per replayed request and cell: whose signals, items and identity its list is built from. */
WITH cells AS (
/* 0 = as it was served, 1 = as planned */
SELECT
cells.cell,
cells.signals,
cells.items * 1 AS items,
cells.identity * 1 AS identity
FROM (VALUES
(0, 0, 0, 0),
(1, 1, 0, 0),
(2, 0, 1, 0),
(3, 1, 1, 0),
(4, 0, 0, 1),
(5, 1, 0, 1),
(6, 0, 1, 1),
(7, 1, 1, 1)) AS cells(cell, signals, items, identity)
), sizes AS (
/* two profiles with as many events and the same sum of their times are one */
SELECT
replay_profiles.nth,
replay_profiles.profile,
MAX(replay_profiles.n_events) AS n_events,
FLOOR(SUM(CAST(replay_profiles.event_us - 1767657600000000 AS DOUBLE) / 1000000.0)) AS checksum
FROM recsql_replay_profiles AS replay_profiles
GROUP BY
replay_profiles.nth,
replay_profiles.profile
), filled AS (
SELECT
replayed.request_id,
replayed.person_id,
replayed.nth,
replayed.age_third,
replayed.hit,
cells.cell,
cells.items,
COALESCE(sizes.n_events, 0) AS n_events,
CASE WHEN cells.items = 0 THEN replayed.index_us ELSE replayed.run_us END AS items_us,
MIN(cells.signals + 2 * cells.identity) OVER (PARTITION BY replayed.nth, sizes.n_events, sizes.checksum) AS profile /* what two cells share is built once: the first of the profiles that are the same */
FROM recsql_replay_requests AS replayed
CROSS JOIN cells
LEFT JOIN sizes
ON replayed.nth = sizes.nth AND cells.signals + 2 * cells.identity = sizes.profile
WHERE
replayed.nth <= 2000
)
SELECT
filled.request_id,
filled.person_id,
filled.nth,
filled.age_third,
filled.hit,
filled.cell,
filled.n_events,
filled.profile,
filled.items,
8 * filled.nth + 4 * filled.items + filled.profile AS list_id,
filled.items_us,
FLOOR(CAST(filled.items_us AS DOUBLE) / 3600000000.0) AS cut_hour
FROM filled;
-- models/replay_draws.sql
/* One row per bootstrap draw and person: how often the person is in it (draw 0 = everybody once). */
WITH digits AS (
SELECT
digits.digit
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS digits(digit)
), numbers AS (
SELECT
100 * hundreds.digit + 10 * tens.digit + ones.digit AS draw
FROM digits AS hundreds
CROSS JOIN digits AS tens
CROSS JOIN digits AS ones
), persons AS (
SELECT DISTINCT
replayed.person_id
FROM recsql_replay_requests AS replayed
), drawn AS (
SELECT
numbers.draw,
persons.person_id,
(
CAST(CAST('0x' || LEFT(MD5((
persons.person_id || ' ' || CAST(numbers.draw AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) AS u
FROM persons
CROSS JOIN numbers
WHERE
numbers.draw <= 200
)
SELECT
drawn.draw,
drawn.person_id,
CASE
WHEN drawn.draw = 0
THEN 1.0
WHEN drawn.u < 0.367879
THEN 0.0
WHEN drawn.u < 0.735759
THEN 1.0
WHEN drawn.u < 0.919699
THEN 2.0
WHEN drawn.u < 0.981012
THEN 3.0
WHEN drawn.u < 0.996340
THEN 4.0
WHEN drawn.u < 0.999406
THEN 5.0
WHEN drawn.u < 0.999917
THEN 6.0
ELSE 7.0
END AS weight /* a Poisson number of mean 1, by its distribution function */
FROM drawn;
-- models/replay_effects.sql
/* One row per draw and stand-in: what was reached, what would be, and what each defect costs. */
WITH reached AS (
/* cells by bits: 1 = fresh signals, 2 = fresh items, 4 = merged identity */
SELECT
replay_values.draw,
replay_values.proxy,
MAX(CASE WHEN replay_values.cell = 0 THEN replay_values.value END) AS v0,
MAX(CASE WHEN replay_values.cell = 1 THEN replay_values.value END) AS v1,
MAX(CASE WHEN replay_values.cell = 2 THEN replay_values.value END) AS v2,
MAX(CASE WHEN replay_values.cell = 3 THEN replay_values.value END) AS v3,
MAX(CASE WHEN replay_values.cell = 4 THEN replay_values.value END) AS v4,
MAX(CASE WHEN replay_values.cell = 5 THEN replay_values.value END) AS v5,
MAX(CASE WHEN replay_values.cell = 6 THEN replay_values.value END) AS v6,
MAX(CASE WHEN replay_values.cell = 7 THEN replay_values.value END) AS v7
FROM recsql_replay_values AS replay_values
GROUP BY
replay_values.draw,
replay_values.proxy
)
/* Shapley values */
SELECT
reached.draw,
reached.proxy,
reached.v0 AS observed,
reached.v7 AS what_if,
reached.v7 - reached.v0 AS lift,
(
2.0 * (
reached.v1 - reached.v0
) + (
reached.v3 - reached.v2
) + (
reached.v5 - reached.v4
) + 2.0 * (
reached.v7 - reached.v6
)
) / 6.0 AS stale_signals,
(
2.0 * (
reached.v2 - reached.v0
) + (
reached.v3 - reached.v1
) + (
reached.v6 - reached.v4
) + 2.0 * (
reached.v7 - reached.v5
)
) / 6.0 AS stale_items,
(
2.0 * (
reached.v4 - reached.v0
) + (
reached.v5 - reached.v1
) + (
reached.v6 - reached.v2
) + 2.0 * (
reached.v7 - reached.v3
)
) / 6.0 AS identity
FROM reached;
-- models/replay_events.sql
/* One row per event and pipeline (0 = as it is, 1 = as planned): when it became usable there. */
WITH engagement AS (
SELECT
person_events.key,
items.item_number AS item,
items.category_number AS category,
COALESCE(
person_events.session_id,
person_events.person_id || ' ' || CAST(CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS TEXT)
) AS basket,
person_events.event_us,
person_events.ingested_us
FROM recsql_person_events AS person_events
JOIN recsql_items AS items
ON person_events.item_id = items.item_id
), pipelines AS (
SELECT
pipelines.planned
FROM (VALUES
(0),
(1)) AS pipelines(planned)
)
SELECT
pipelines.planned,
engagement.key,
engagement.item,
engagement.category,
engagement.basket,
engagement.event_us,
CASE
WHEN pipelines.planned = 0
THEN engagement.ingested_us
ELSE engagement.event_us + 360000000
END AS usable_us
FROM engagement
CROSS JOIN pipelines;
-- models/replay_family.sql
/* One row per stand-in for the recommender: what it follows, how it forgets, how popular it stays. */
WITH memories AS (
/* half-lives in remembered items or events */
SELECT
memories.memory
FROM (VALUES
(2.0),
(6.0),
(18.0)) AS memories(memory)
), popularity AS (
/* half-lives in hours: from half a day to a month */
SELECT
popularity.half_life_h
FROM (VALUES
(6.0),
(12.0),
(24.0),
(48.0),
(96.0),
(192.0),
(768.0)) AS popularity(half_life_h)
), shares AS (
/* how much popularity weighs beside the profile; 1 = nothing else */
SELECT
shares.popularity_share
FROM (VALUES
(0.0),
(0.5),
(0.75),
(0.9)) AS shares(popularity_share)
), kinds AS (
SELECT
kinds.unit_kind
FROM (VALUES
('item'),
('category')) AS kinds(unit_kind)
)
SELECT
kinds.unit_kind,
CAST(memories.memory AS DOUBLE) AS memory,
CAST(popularity.half_life_h AS DOUBLE) AS half_life_h,
CAST(shares.popularity_share AS DOUBLE) AS popularity_share
FROM kinds
CROSS JOIN memories
CROSS JOIN popularity
CROSS JOIN shares
UNION ALL
SELECT
kinds.unit_kind,
CAST(1.0 AS DOUBLE) AS memory,
CAST(popularity.half_life_h AS DOUBLE) AS half_life_h,
CAST(1.0 AS DOUBLE) AS popularity_share
FROM kinds
CROSS JOIN popularity;
-- models/replay_fit_popularity.sql
/* One row per item cut-off of a fitted request, half-life, and popular item or category. */
WITH cuts AS (
SELECT DISTINCT
replay_lists.items AS planned,
replay_lists.cut_hour
FROM recsql_replay_lists AS replay_lists
WHERE
replay_lists.profile = 0 AND replay_lists.items = 0 AND replay_lists.nth <= 200
), half_lives AS (
SELECT DISTINCT
replay_family.unit_kind,
replay_family.half_life_h
FROM recsql_replay_family AS replay_family
)
SELECT
*
FROM (
WITH popularity_days AS (
SELECT
hours.planned,
hours.unit_kind,
hours.unit,
lives.half_life_h,
FLOOR(hours.hour / 24.0) AS day,
SUM(
hours.n_events * POWER(
0.5,
(
24.0 * FLOOR(hours.hour / 24.0) + 24.0 - hours.hour
) / NULLIF(lives.half_life_h, 0.0)
)
) AS weight
FROM recsql_replay_hours AS hours
JOIN half_lives AS lives
ON hours.unit_kind = lives.unit_kind
WHERE
hours.planned IN (
SELECT
cuts.planned
FROM cuts AS cuts
)
GROUP BY
hours.planned,
hours.unit_kind,
hours.unit,
lives.half_life_h,
FLOOR(hours.hour / 24.0)
), popularity_mornings AS (
SELECT
mornings.planned,
mornings.day,
days.unit_kind,
days.half_life_h,
days.unit,
SUM(
days.weight * POWER(0.5, 24.0 * (
mornings.day - days.day - 1.0
) / NULLIF(days.half_life_h, 0.0))
) AS weight
FROM (
SELECT DISTINCT
planned,
FLOOR(cut_hour / 24.0) AS day
FROM cuts AS cuts
) AS mornings
JOIN popularity_days AS days
ON mornings.planned = days.planned
AND mornings.day > days.day
AND 24.0 * (
mornings.day - days.day - 1.0
) <= 5.0 * days.half_life_h
GROUP BY
mornings.planned,
mornings.day,
days.unit_kind,
days.half_life_h,
days.unit
), popularity_kept AS (
SELECT
planned,
day,
unit_kind,
half_life_h,
unit,
weight,
ROW_NUMBER() OVER (PARTITION BY planned, day, unit_kind, half_life_h ORDER BY weight DESC, unit) AS place
FROM popularity_mornings
), popularity_parts AS (
SELECT
cuts.planned,
cuts.cut_hour,
kept.unit_kind,
kept.half_life_h,
kept.unit,
kept.weight * POWER(0.5, (
cuts.cut_hour - 24.0 * kept.day
) / NULLIF(kept.half_life_h, 0.0)) AS weight
FROM (
SELECT DISTINCT
planned,
cut_hour
FROM cuts AS cuts
) AS cuts
JOIN popularity_kept AS kept
ON cuts.planned = kept.planned AND FLOOR(cuts.cut_hour / 24.0) = kept.day
WHERE
kept.place <= 100
UNION ALL
SELECT
cuts.planned,
cuts.cut_hour,
hours.unit_kind,
lives.half_life_h,
hours.unit,
hours.n_events * POWER(0.5, (
cuts.cut_hour - hours.hour
) / NULLIF(lives.half_life_h, 0.0)) AS weight
FROM (
SELECT DISTINCT
planned,
cut_hour
FROM cuts AS cuts
) AS cuts
JOIN recsql_replay_hours AS hours
ON cuts.planned = hours.planned
AND FLOOR(cuts.cut_hour / 24.0) = FLOOR(hours.hour / 24.0)
AND hours.hour < cuts.cut_hour
JOIN half_lives AS lives
ON hours.unit_kind = lives.unit_kind
), popularity_sums AS (
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
SUM(weight) AS weight
FROM popularity_parts
GROUP BY
planned,
cut_hour,
unit_kind,
half_life_h,
unit
), popularity_ranked AS (
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
weight / NULLIF(MAX(weight) OVER (PARTITION BY planned, cut_hour, unit_kind, half_life_h), 0.0) AS score,
ROW_NUMBER() OVER (PARTITION BY planned, cut_hour, unit_kind, half_life_h ORDER BY weight DESC, unit) AS place
FROM popularity_sums
)
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
score,
place
FROM popularity_ranked
WHERE
place <= 100
) AS popularity;
-- models/replay_gates.sql
/* One row: whether the replay can be believed, and if not, why. */
WITH fit AS (
SELECT
MAX(replay_overlaps.overlap) AS overlap
FROM recsql_replay_overlaps AS replay_overlaps
), contrast AS (
/* what is not there at all is not listed either */
SELECT
AVG(CASE WHEN rates.kin = 'in' THEN replay_states.hit END) - AVG(CASE WHEN rates.kin <> 'in' THEN replay_states.hit END) AS contrast,
COUNT(*) AS n
FROM recsql_replay_states AS replay_states
JOIN recsql_replay_rates AS rates
ON replay_states.proxy = rates.proxy AND replay_states.state = rates.state
WHERE
replay_states.proxy = 1 AND replay_states.cell = 0
), spreads AS (
SELECT
MAX(CASE WHEN rate_spreads.split = 'age' THEN rate_spreads.surely_apart END) AS by_age,
MAX(CASE WHEN rate_spreads.split = 'activity' THEN rate_spreads.surely_apart END) AS by_activity
FROM recsql_rate_spreads AS rate_spreads
)
SELECT
fit.overlap,
contrast.contrast,
spreads.by_age AS age_spread,
spreads.by_activity AS activity_spread,
CASE
WHEN contrast.n = 0
THEN 'not_enough_data: no request can be replayed'
WHEN COALESCE(fit.overlap, 0.0) < 0.2
THEN 'not_identified: no stand-in reproduces enough of the served lists'
WHEN COALESCE(contrast.contrast, 0.0) < 0.3
THEN 'not_identified: what the stand-in lists was hardly found more often than the rest'
WHEN spreads.by_age > 0.1
THEN 'not_identified: the stand-in fits old and young snapshots differently'
END AS reason,
CASE
WHEN spreads.by_activity > 0.1
THEN 'not_identified: the stand-in fits busy and quiet persons differently, so the' || ' replay holds for their present mix only'
END AS activity_reason
FROM fit
CROSS JOIN contrast
CROSS JOIN spreads;
-- models/replay_history.sql
/* One row per replayed profile and thing in it: items once, each category as often as seen. */
SELECT
items.nth,
items.profile,
'item' AS unit_kind,
items.item AS unit,
ROW_NUMBER() OVER (PARTITION BY items.nth, items.profile ORDER BY items.age) AS age
FROM (
SELECT
replay_profiles.nth,
replay_profiles.profile,
replay_profiles.item,
MIN(replay_profiles.age) AS age
FROM recsql_replay_profiles AS replay_profiles
GROUP BY
replay_profiles.nth,
replay_profiles.profile,
replay_profiles.item
) AS items
UNION ALL
SELECT
replay_profiles.nth,
replay_profiles.profile,
'category' AS unit_kind,
replay_profiles.category AS unit,
replay_profiles.age
FROM recsql_replay_profiles AS replay_profiles
WHERE
NOT replay_profiles.category IS NULL;
-- models/replay_hours.sql
/* One row per pipeline, item or category, and hour: how many events became usable in it. */
WITH hours AS (
SELECT
replay_events.planned,
replay_events.item,
replay_events.category,
FLOOR(CAST(replay_events.usable_us AS DOUBLE) / 3600000000.0) AS hour,
CAST(COUNT(*) AS DOUBLE) AS n_events
FROM recsql_replay_events AS replay_events
GROUP BY
replay_events.planned,
replay_events.item,
replay_events.category,
FLOOR(CAST(replay_events.usable_us AS DOUBLE) / 3600000000.0)
)
SELECT
hours.planned,
'item' AS unit_kind,
hours.item AS unit,
hours.hour,
hours.n_events
FROM hours
UNION ALL
SELECT
hours.planned,
'category' AS unit_kind,
hours.category AS unit,
hours.hour,
SUM(hours.n_events) AS n_events
FROM hours
WHERE
NOT hours.category IS NULL
GROUP BY
hours.planned,
hours.category,
hours.hour;
-- models/replay_intervals.sql
/* One row per figure of the replay: its value, 95 % interval, and what it rests on. */
WITH stacked AS (
SELECT
replay_effects.draw,
replay_effects.proxy,
figures.figure,
CASE figures.figure
WHEN 'observed'
THEN replay_effects.observed
WHEN 'what_if'
THEN replay_effects.what_if
WHEN 'lift'
THEN replay_effects.lift
WHEN 'stale_signals'
THEN replay_effects.stale_signals
WHEN 'stale_items'
THEN replay_effects.stale_items
WHEN 'identity'
THEN replay_effects.identity
END AS value
FROM recsql_replay_effects AS replay_effects
CROSS JOIN (VALUES
('observed'),
('what_if'),
('lift'),
('stale_signals'),
('stale_items'),
('identity')) AS figures(figure)
), estimates AS (
SELECT
stacked.figure,
MAX(CASE WHEN stacked.proxy = 1 AND stacked.draw = 0 THEN stacked.value END) AS value,
AVG(CASE WHEN stacked.draw > 0 THEN stacked.value END) AS drawn_mean,
AVG(CASE WHEN stacked.draw = 0 THEN stacked.value END) AS proxy_mean
FROM stacked
GROUP BY
stacked.figure
), spreads AS (
/* the error of drawing persons, and the error of choosing a stand-in */
SELECT
stacked.figure,
SUM(
CASE
WHEN stacked.draw > 0
THEN (
stacked.value - estimates.drawn_mean
) * (
stacked.value - estimates.drawn_mean
)
END
) / NULLIF(CAST(COUNT(CASE WHEN stacked.draw > 0 THEN 1 END) AS DOUBLE) - 1.0, 0.0) AS drawn_variance,
SUM(
CASE
WHEN stacked.draw = 0
THEN (
stacked.value - estimates.proxy_mean
) * (
stacked.value - estimates.proxy_mean
)
END
) / NULLIF(CAST(COUNT(CASE WHEN stacked.draw = 0 THEN 1 END) AS DOUBLE) - 1.0, 0.0) AS proxy_variance
FROM stacked
JOIN estimates
ON stacked.figure = estimates.figure
GROUP BY
stacked.figure
), sizes AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n,
CAST(COUNT(DISTINCT replayed.person_id) AS DOUBLE) AS persons,
SUM(replayed.hit) AS positives
FROM recsql_replay_requests AS replayed
)
SELECT
estimates.figure,
estimates.value,
estimates.value - 1.96 * SQRT(spreads.drawn_variance + COALESCE(spreads.proxy_variance, 0.0)) AS low,
estimates.value + 1.96 * SQRT(spreads.drawn_variance + COALESCE(spreads.proxy_variance, 0.0)) AS high,
sizes.n,
sizes.persons,
sizes.positives
FROM estimates
JOIN spreads
ON estimates.figure = spreads.figure
CROSS JOIN sizes;
-- models/replay_keys.sql
/* One row per replayed request and key of its profile, or that the planned pipeline would merge in. */
WITH profile_keys AS (
SELECT
replayed.nth,
replayed.key
FROM recsql_replay_requests AS replayed
WHERE
replayed.nth <= 2000
UNION ALL
SELECT
replayed.nth,
profile_periods.key
FROM recsql_replay_requests AS replayed
JOIN recsql_profile_periods AS profile_periods
ON replayed.profile_id = profile_periods.profile_id
AND replayed.serve_us >= profile_periods.from_us
AND replayed.serve_us < profile_periods.to_us
WHERE
replayed.nth <= 2000
), identifiers AS (
SELECT
replayed.nth,
links.id_type,
links.id_value
FROM profile_keys
JOIN recsql_replay_requests AS replayed
ON profile_keys.nth = replayed.nth
JOIN recsql_links AS links
ON profile_keys.key = links.key
WHERE
links.seen_us <= replayed.run_us - 360000000
OR /* who is logged in when asking is known at once */ links.key = replayed.key
AND links.seen_us <= replayed.serve_us + 60000000
GROUP BY
replayed.nth,
links.id_type,
links.id_value
), all_keys AS (
SELECT
profile_keys.nth,
profile_keys.key,
1 AS from_profile
FROM profile_keys
UNION ALL
SELECT
identifiers.nth,
links.key,
0 AS from_profile
FROM identifiers
JOIN recsql_replay_requests AS replayed
ON identifiers.nth = replayed.nth
/* every value leads to itself, and over other keys to further ones */
JOIN recsql_value_ties AS value_ties
ON identifiers.id_type = value_ties.id_type
AND identifiers.id_value = value_ties.id_value
JOIN recsql_links AS links
ON value_ties.other_id_type = links.id_type
AND value_ties.other_id_value = links.id_value
WHERE
value_ties.seen_us <= replayed.run_us - 360000000
AND links.seen_us <= replayed.run_us - 360000000
)
SELECT
all_keys.nth,
all_keys.key,
replayed.serve_us,
replayed.snapshot_us,
replayed.run_us,
MAX(all_keys.from_profile) = 1 AS in_profile
FROM all_keys
JOIN recsql_replay_requests AS replayed
ON all_keys.nth = replayed.nth
GROUP BY
all_keys.nth,
all_keys.key,
replayed.serve_us,
replayed.snapshot_us,
replayed.run_us;
-- models/replay_labels.sql
/* One row per replayed request, list and kind of unit wanted: is it there to be recommended? */
WITH first_seen AS (
SELECT
replay_events.planned,
replay_events.item,
MIN(replay_events.usable_us) AS usable_us
FROM recsql_replay_events AS replay_events
GROUP BY
replay_events.planned,
replay_events.item
), listed AS (
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
MIN(COALESCE(EPOCH_US(catalogue.active_from), 0)) AS active_us
FROM (
SELECT
item_id,
active_from
FROM shop.catalogue AS source
) AS catalogue
GROUP BY
CAST(catalogue.item_id AS TEXT)
), wanted AS (
SELECT
lists.list_id,
lists.nth,
lists.profile,
items.item_number AS item,
items.category_number AS category,
COALESCE(first_seen.usable_us <= lists.items_us, FALSE)
OR COALESCE(listed.active_us <= lists.items_us, FALSE) AS is_visible
FROM recsql_replay_lists AS lists
JOIN recsql_labels AS labels
ON lists.request_id = labels.request_id
JOIN recsql_items AS items
ON labels.item_id = items.item_id
LEFT JOIN first_seen
ON lists.items = first_seen.planned AND items.item_number = first_seen.item
LEFT JOIN listed
ON labels.item_id = listed.item_id
)
SELECT
wanted.list_id,
'item' AS unit_kind,
wanted.item AS unit,
MAX(CASE WHEN wanted.is_visible THEN 1 ELSE 0 END) AS is_visible,
MAX(CASE WHEN replay_repeats.are_served OR history.unit IS NULL THEN 1 ELSE 0 END) AS is_listable /* what the profile holds is not listed, where the recommender leaves it out */
FROM wanted
CROSS JOIN recsql_replay_repeats AS replay_repeats
LEFT JOIN recsql_replay_history AS history
ON wanted.nth = history.nth
AND wanted.profile = history.profile
AND history.unit_kind = 'item'
AND wanted.item = history.unit
GROUP BY
wanted.list_id,
wanted.item
UNION ALL
SELECT
wanted.list_id,
'category' AS unit_kind,
wanted.category AS unit,
MAX(CASE WHEN wanted.is_visible THEN 1 ELSE 0 END) AS is_visible,
1 AS is_listable
FROM wanted
GROUP BY
wanted.list_id,
wanted.category;
-- models/replay_lists.sql
/* One row per replayed request and list to rebuild; cells with the same inputs share one. */
SELECT DISTINCT
replay_cells.list_id,
replay_cells.request_id,
replay_cells.nth,
replay_cells.profile,
replay_cells.items,
replay_cells.items_us,
replay_cells.cut_hour
FROM recsql_replay_cells AS replay_cells;
-- models/replay_mix.sql
/* One row: the offline score, had its examples been spread over strata as requests are. */
WITH examples AS (
SELECT
CASE
WHEN CAST(offline_rows.history_events AS DOUBLE) >= 100.0
THEN 100
WHEN CAST(offline_rows.history_events AS DOUBLE) >= 20.0
THEN 20
WHEN CAST(offline_rows.history_events AS DOUBLE) >= 5.0
THEN 5
WHEN CAST(offline_rows.history_events AS DOUBLE) >= 1.0
THEN 1
ELSE 0
END AS size,
CASE
WHEN CAST(offline_rows.session_position AS DOUBLE) <= 1.0
THEN 'first'
WHEN CAST(offline_rows.session_position AS DOUBLE) > 1.0
THEN 'later'
END AS place,
CASE
WHEN CAST(offline_rows.tenure_s AS DOUBLE) * 1000000.0 > 604800000000
THEN 'known'
WHEN NOT offline_rows.tenure_s IS NULL
THEN 'new'
END AS tenure,
CAST(offline_rows.category AS TEXT) AS category,
CAST(offline_rows.hit AS DOUBLE) AS hit
FROM (
SELECT
run_id,
k,
hit,
history_events,
tenure_s,
category,
session_position
FROM shop.offline_rows AS source
) AS offline_rows
JOIN recsql_replay_target AS replay_target
ON CAST(offline_rows.run_id AS TEXT) = replay_target.run_id
AND COALESCE(CAST(offline_rows.k AS BIGINT), replay_target.k) = replay_target.k
WHERE
NOT offline_rows.hit IS NULL AND NOT offline_rows.history_events IS NULL
), wanted AS (
SELECT
cells.request_id,
cells.n_events, /* histories as the planned pipeline would know them: what is lost today is not a mix */
items.category,
ROW_NUMBER() OVER (PARTITION BY cells.request_id ORDER BY labels.engaged_us, labels.item_id) AS nth
FROM recsql_replay_cells AS cells
LEFT JOIN recsql_labels AS labels
ON cells.request_id = labels.request_id
LEFT JOIN recsql_items AS items
ON labels.item_id = items.item_id
WHERE
cells.cell = 7
), served AS (
SELECT
wanted.request_id,
CASE
WHEN CAST(wanted.n_events AS DOUBLE) >= 100.0
THEN 100
WHEN CAST(wanted.n_events AS DOUBLE) >= 20.0
THEN 20
WHEN CAST(wanted.n_events AS DOUBLE) >= 5.0
THEN 5
WHEN CAST(wanted.n_events AS DOUBLE) >= 1.0
THEN 1
ELSE 0
END AS size,
CASE
WHEN CAST(session_places.session_position AS DOUBLE) <= 1.0
THEN 'first'
WHEN CAST(session_places.session_position AS DOUBLE) > 1.0
THEN 'later'
END AS place,
requests.tenure,
wanted.category
FROM wanted
LEFT JOIN recsql_requests AS requests
ON wanted.request_id = requests.request_id
LEFT JOIN recsql_session_places AS session_places
ON wanted.request_id = session_places.request_id
WHERE
wanted.nth = 1
), strata AS (
SELECT
1 AS level,
CAST(examples.size AS TEXT) AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) IS NULL
GROUP BY
CAST(examples.size AS TEXT)
UNION ALL
SELECT
2 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.category AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.category IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.category
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
3 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.tenure AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.tenure IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.tenure
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
4 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.tenure || ' ' || examples.category AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.tenure || ' ' || examples.category IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.tenure || ' ' || examples.category
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
5 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.place AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.place IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.place
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
6 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.category AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.category IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.category
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
7 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure
HAVING
COUNT(*) >= 30
UNION ALL
SELECT
8 AS level,
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure || ' ' || examples.category AS stratum,
AVG(examples.hit) AS score
FROM examples
WHERE
NOT CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure || ' ' || examples.category IS NULL
GROUP BY
CAST(examples.size AS TEXT) || ' ' || examples.place || ' ' || examples.tenure || ' ' || examples.category
HAVING
COUNT(*) >= 30
), matched AS (
/* the finest stratum that offline has enough examples of */
SELECT
served.request_id,
strata.score,
ROW_NUMBER() OVER (PARTITION BY served.request_id ORDER BY strata.level DESC) AS nth
FROM (
SELECT
served.request_id,
1 AS level,
CAST(served.size AS TEXT) AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
2 AS level,
CAST(served.size AS TEXT) || ' ' || served.category AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
3 AS level,
CAST(served.size AS TEXT) || ' ' || served.tenure AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
4 AS level,
CAST(served.size AS TEXT) || ' ' || served.tenure || ' ' || served.category AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
5 AS level,
CAST(served.size AS TEXT) || ' ' || served.place AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
6 AS level,
CAST(served.size AS TEXT) || ' ' || served.place || ' ' || served.category AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
7 AS level,
CAST(served.size AS TEXT) || ' ' || served.place || ' ' || served.tenure AS stratum
FROM served
UNION ALL
SELECT
served.request_id,
8 AS level,
CAST(served.size AS TEXT) || ' ' || served.place || ' ' || served.tenure || ' ' || served.category AS stratum
FROM served
) AS served
JOIN strata
ON served.level = strata.level AND served.stratum = strata.stratum
)
SELECT
AVG(matched.score) AS score
FROM matched
WHERE
matched.nth = 1;
-- models/replay_neighbours.sql
/* One row per pipeline and pair of items seen in one session: a person who saw one saw the other. */
WITH visits AS (
SELECT
replay_events.planned,
replay_events.basket,
replay_events.item,
MIN(replay_events.usable_us) AS usable_us,
ROW_NUMBER() OVER (
PARTITION BY replay_events.planned, replay_events.basket
ORDER BY MIN(replay_events.event_us), replay_events.item
) AS nth
FROM recsql_replay_events AS replay_events
GROUP BY
replay_events.planned,
replay_events.basket,
replay_events.item
), seen AS (
SELECT
visits.planned,
visits.basket,
visits.item,
visits.usable_us
FROM visits
WHERE
visits.nth <= 50
), counted AS (
SELECT
seen.planned,
seen.item,
CAST(COUNT(*) AS DOUBLE) AS n_sessions
FROM seen
GROUP BY
seen.planned,
seen.item
), drawn AS (
/* of an item's very many sessions some stand for all, by lot, and count for as many more */
SELECT
seen.planned,
seen.basket,
seen.item,
seen.usable_us,
CASE WHEN counted.n_sessions > 100 THEN counted.n_sessions / 100.0 ELSE 1.0 END AS weight
FROM seen
JOIN counted
ON seen.planned = counted.planned AND seen.item = counted.item
WHERE
counted.n_sessions <= 100
OR (
CAST(CAST('0x' || LEFT(MD5((
seen.basket || ' ' || CAST(seen.item AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) * counted.n_sessions < 100.0
)
SELECT
drawn.planned,
'item' AS unit_kind,
drawn.item AS unit,
others.item AS neighbour,
CASE
WHEN drawn.usable_us > others.usable_us OR others.usable_us IS NULL
THEN drawn.usable_us
ELSE others.usable_us
END AS usable_us,
drawn.weight
FROM drawn
JOIN seen AS others
ON drawn.planned = others.planned AND drawn.basket = others.basket
WHERE
drawn.item <> others.item
UNION ALL
/* a category stands for itself */
SELECT DISTINCT
pipelines.planned,
'category' AS unit_kind,
items.category_number AS unit,
items.category_number AS neighbour,
CAST(0 AS BIGINT) AS usable_us,
1.0 AS weight
FROM recsql_items AS items
CROSS JOIN (VALUES
(0),
(1)) AS pipelines(planned)
WHERE
NOT items.category_number IS NULL;
-- models/replay_overlaps.sql
/* One row per stand-in that was tried: how much of the served lists it reproduces. */
WITH fitted AS (
SELECT
replay_lists.*
FROM recsql_replay_lists AS replay_lists
WHERE
replay_lists.profile = 0 AND replay_lists.items = 0 AND replay_lists.nth <= 200
), popular AS (
/* popularity alone first: the two half-lives that fit best are tried with profiles */
SELECT
popularity.unit_kind,
popularity.half_life_h,
ROW_NUMBER() OVER (
PARTITION BY popularity.unit_kind
ORDER BY SUM(served.worth) DESC, popularity.half_life_h
) AS place
FROM fitted
JOIN recsql_replay_fit_popularity AS popularity
ON fitted.cut_hour = popularity.cut_hour
JOIN recsql_replay_served_units AS served
ON fitted.nth = served.nth
AND popularity.unit_kind = served.unit_kind
AND popularity.unit = served.unit
WHERE
popularity.place <= served.width
GROUP BY
popularity.unit_kind,
popularity.half_life_h
), proxies AS (
SELECT
family.*,
ROW_NUMBER() OVER (
ORDER BY family.unit_kind, family.popularity_share, family.memory, family.half_life_h
) AS proxy,
200 AS most_requests
FROM recsql_replay_family AS family
JOIN popular
ON family.unit_kind = popular.unit_kind AND family.half_life_h = popular.half_life_h
WHERE
popular.place <= 2
), scores AS (
SELECT
scores.*
FROM (
WITH replay_scaled AS (
SELECT
own.*
FROM (
WITH replay_memories AS (
SELECT
unit_kind,
memory,
MAX(most_requests) AS most_requests
FROM proxies AS proxies
WHERE
popularity_share < 1.0
GROUP BY
unit_kind,
memory
), replay_remembered AS (
SELECT
lists.list_id,
lists.items,
lists.items_us,
memories.unit_kind,
memories.memory,
history.unit,
SUM(POWER(0.5, CAST(history.age - 1 AS DOUBLE) / NULLIF(memories.memory, 0.0))) AS worth
FROM fitted AS lists
JOIN recsql_replay_history AS history
ON lists.nth = history.nth AND lists.profile = history.profile
JOIN replay_memories AS memories
ON history.unit_kind = memories.unit_kind
AND lists.nth <= memories.most_requests
AND (
history.unit_kind = 'category' OR history.age <= 5.0 * memories.memory
)
GROUP BY
lists.list_id,
lists.items,
lists.items_us,
memories.unit_kind,
memories.memory,
history.unit
), replay_personal AS (
SELECT
remembered.list_id,
remembered.unit_kind,
remembered.memory,
neighbours.neighbour AS unit,
SUM(remembered.worth * neighbours.weight) AS weight
FROM replay_remembered AS remembered
JOIN recsql_replay_neighbours AS neighbours
ON remembered.unit_kind = neighbours.unit_kind
AND remembered.unit = neighbours.unit
AND remembered.items = neighbours.planned
AND neighbours.usable_us <= remembered.items_us
GROUP BY
remembered.list_id,
remembered.unit_kind,
remembered.memory,
neighbours.neighbour
), replay_ranked AS (
SELECT
list_id,
unit_kind,
memory,
unit,
weight,
ROW_NUMBER() OVER (PARTITION BY list_id, unit_kind, memory ORDER BY weight DESC, unit) AS place
FROM replay_personal
)
SELECT
list_id,
unit_kind,
memory,
unit,
place,
weight / NULLIF(MAX(weight) OVER (PARTITION BY list_id, unit_kind, memory), 0.0) AS score
FROM replay_ranked
WHERE
place <= 100
) AS own
), replay_parts AS (
SELECT
scaled.list_id,
lists.nth,
lists.profile,
proxies.proxy,
scaled.unit_kind,
scaled.unit,
scaled.score * (
1.0 - proxies.popularity_share
) + CASE
WHEN popularity.place > widths.fill
THEN popularity.score * (
proxies.popularity_share + 0.000001
)
ELSE 0.0
END AS score
FROM replay_scaled AS scaled
JOIN proxies AS proxies
ON scaled.unit_kind = proxies.unit_kind AND scaled.memory = proxies.memory
JOIN fitted AS lists
ON scaled.list_id = lists.list_id
JOIN recsql_replay_widths AS widths
ON scaled.unit_kind = widths.unit_kind
LEFT JOIN recsql_replay_fit_popularity AS popularity
ON lists.items = popularity.planned
AND lists.cut_hour = popularity.cut_hour
AND proxies.half_life_h = popularity.half_life_h
AND scaled.unit_kind = popularity.unit_kind
AND scaled.unit = popularity.unit
WHERE
proxies.popularity_share < 1.0 AND lists.nth <= proxies.most_requests
UNION ALL
SELECT
lists.list_id,
lists.nth,
lists.profile,
proxies.proxy,
popularity.unit_kind,
popularity.unit,
popularity.score * (
proxies.popularity_share + 0.000001
) AS score
FROM fitted AS lists
JOIN recsql_replay_fit_popularity AS popularity
ON lists.items = popularity.planned AND lists.cut_hour = popularity.cut_hour
JOIN proxies AS proxies
ON popularity.unit_kind = proxies.unit_kind
AND popularity.half_life_h = proxies.half_life_h
JOIN recsql_replay_widths AS widths
ON popularity.unit_kind = widths.unit_kind
WHERE
lists.nth <= proxies.most_requests AND popularity.place <= widths.fill
)
SELECT
parts.list_id,
parts.nth,
parts.profile,
parts.proxy,
parts.unit_kind,
parts.unit,
SUM(parts.score) AS score
FROM replay_parts AS parts
GROUP BY
parts.list_id,
parts.nth,
parts.profile,
parts.proxy,
parts.unit_kind,
parts.unit
) AS scores
), allowed AS (
SELECT
scores.*
FROM scores
CROSS JOIN recsql_replay_repeats AS replay_repeats
LEFT JOIN recsql_replay_history AS history
ON scores.nth = history.nth
AND scores.unit_kind = history.unit_kind
AND scores.unit = history.unit
AND history.profile = 0
AND history.unit_kind = 'item'
WHERE
history.unit IS NULL OR replay_repeats.are_served
), ranked AS (
SELECT
allowed.*,
ROW_NUMBER() OVER (PARTITION BY allowed.nth, allowed.proxy ORDER BY allowed.score DESC, allowed.unit) AS place
FROM allowed
), reproduced AS (
SELECT
ranked.proxy,
SUM(served.worth) AS worth
FROM ranked
JOIN recsql_replay_served_units AS served
ON ranked.nth = served.nth
AND ranked.unit_kind = served.unit_kind
AND ranked.unit = served.unit
WHERE
ranked.place <= served.width
GROUP BY
ranked.proxy
), requests AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n_requests
FROM fitted
)
SELECT
proxies.proxy,
proxies.unit_kind,
proxies.memory,
proxies.half_life_h,
proxies.popularity_share,
COALESCE(reproduced.worth, 0.0) / NULLIF(requests.n_requests, 0.0) AS overlap,
ROW_NUMBER() OVER (ORDER BY COALESCE(reproduced.worth, 0.0) DESC, proxies.proxy) AS place
FROM proxies
CROSS JOIN requests
LEFT JOIN reproduced
ON proxies.proxy = reproduced.proxy;
-- models/replay_popularity.sql
/* One row per item cut-off of a replayed request, half-life in use, and popular item or category. */
WITH cuts AS (
SELECT DISTINCT
replay_lists.items AS planned,
replay_lists.cut_hour
FROM recsql_replay_lists AS replay_lists
), half_lives AS (
SELECT DISTINCT
replay_proxies.unit_kind,
replay_proxies.half_life_h
FROM recsql_replay_proxies AS replay_proxies
)
SELECT
*
FROM (
WITH popularity_days AS (
SELECT
hours.planned,
hours.unit_kind,
hours.unit,
lives.half_life_h,
FLOOR(hours.hour / 24.0) AS day,
SUM(
hours.n_events * POWER(
0.5,
(
24.0 * FLOOR(hours.hour / 24.0) + 24.0 - hours.hour
) / NULLIF(lives.half_life_h, 0.0)
)
) AS weight
FROM recsql_replay_hours AS hours
JOIN half_lives AS lives
ON hours.unit_kind = lives.unit_kind
WHERE
hours.planned IN (
SELECT
cuts.planned
FROM cuts AS cuts
)
GROUP BY
hours.planned,
hours.unit_kind,
hours.unit,
lives.half_life_h,
FLOOR(hours.hour / 24.0)
), popularity_mornings AS (
SELECT
mornings.planned,
mornings.day,
days.unit_kind,
days.half_life_h,
days.unit,
SUM(
days.weight * POWER(0.5, 24.0 * (
mornings.day - days.day - 1.0
) / NULLIF(days.half_life_h, 0.0))
) AS weight
FROM (
SELECT DISTINCT
planned,
FLOOR(cut_hour / 24.0) AS day
FROM cuts AS cuts
) AS mornings
JOIN popularity_days AS days
ON mornings.planned = days.planned
AND mornings.day > days.day
AND 24.0 * (
mornings.day - days.day - 1.0
) <= 5.0 * days.half_life_h
GROUP BY
mornings.planned,
mornings.day,
days.unit_kind,
days.half_life_h,
days.unit
), popularity_kept AS (
SELECT
planned,
day,
unit_kind,
half_life_h,
unit,
weight,
ROW_NUMBER() OVER (PARTITION BY planned, day, unit_kind, half_life_h ORDER BY weight DESC, unit) AS place
FROM popularity_mornings
), popularity_parts AS (
SELECT
cuts.planned,
cuts.cut_hour,
kept.unit_kind,
kept.half_life_h,
kept.unit,
kept.weight * POWER(0.5, (
cuts.cut_hour - 24.0 * kept.day
) / NULLIF(kept.half_life_h, 0.0)) AS weight
FROM (
SELECT DISTINCT
planned,
cut_hour
FROM cuts AS cuts
) AS cuts
JOIN popularity_kept AS kept
ON cuts.planned = kept.planned AND FLOOR(cuts.cut_hour / 24.0) = kept.day
WHERE
kept.place <= 100
UNION ALL
SELECT
cuts.planned,
cuts.cut_hour,
hours.unit_kind,
lives.half_life_h,
hours.unit,
hours.n_events * POWER(0.5, (
cuts.cut_hour - hours.hour
) / NULLIF(lives.half_life_h, 0.0)) AS weight
FROM (
SELECT DISTINCT
planned,
cut_hour
FROM cuts AS cuts
) AS cuts
JOIN recsql_replay_hours AS hours
ON cuts.planned = hours.planned
AND FLOOR(cuts.cut_hour / 24.0) = FLOOR(hours.hour / 24.0)
AND hours.hour < cuts.cut_hour
JOIN half_lives AS lives
ON hours.unit_kind = lives.unit_kind
), popularity_sums AS (
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
SUM(weight) AS weight
FROM popularity_parts
GROUP BY
planned,
cut_hour,
unit_kind,
half_life_h,
unit
), popularity_ranked AS (
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
weight / NULLIF(MAX(weight) OVER (PARTITION BY planned, cut_hour, unit_kind, half_life_h), 0.0) AS score,
ROW_NUMBER() OVER (PARTITION BY planned, cut_hour, unit_kind, half_life_h ORDER BY weight DESC, unit) AS place
FROM popularity_sums
)
SELECT
planned,
cut_hour,
unit_kind,
half_life_h,
unit,
score,
place
FROM popularity_ranked
WHERE
place <= 100
) AS popularity;
-- models/replay_profiles.sql
/* One row per replayed request, signals, identity and remembered event, the newest first. */
WITH profiles AS (
/* bit 0 = signals as planned, bit 1 = identity as planned */
SELECT
profiles.profile,
profiles.signals,
profiles.identity
FROM (VALUES
(0, 0, 0),
(1, 1, 0),
(2, 0, 1),
(3, 1, 1)) AS profiles(profile, signals, identity)
), keys AS (
SELECT
replay_keys.nth,
profiles.profile,
profiles.signals,
replay_keys.key,
replay_keys.serve_us,
CASE
WHEN profiles.signals = 0
THEN replay_keys.snapshot_us
ELSE replay_keys.run_us
END AS cut_us,
COALESCE(replay_reach.day, 0) /* older events are forgotten for sure: they need not be sorted */ * 86400000000 AS from_us
FROM recsql_replay_keys AS replay_keys
JOIN profiles
ON profiles.identity = 1 OR replay_keys.in_profile
LEFT JOIN recsql_replay_reach AS replay_reach
ON replay_keys.nth = replay_reach.nth
AND profiles.signals = replay_reach.signals
AND profiles.identity = replay_reach.identity
), visible AS (
SELECT
keys.nth,
keys.profile,
replay_events.item,
replay_events.category,
replay_events.event_us
FROM keys
JOIN recsql_replay_events AS replay_events
ON keys.key = replay_events.key AND keys.signals = replay_events.planned
WHERE
replay_events.event_us >= keys.from_us
AND replay_events.event_us < keys.serve_us
AND replay_events.usable_us <= keys.cut_us
), ranked AS (
SELECT
visible.*,
ROW_NUMBER() OVER (
PARTITION BY visible.nth, visible.profile
ORDER BY visible.event_us DESC, visible.item
) AS age,
COUNT(*) OVER (PARTITION BY visible.nth, visible.profile) AS n_events /* exact below 100 */
FROM visible
)
SELECT
ranked.nth,
ranked.profile,
ranked.item,
ranked.category,
ranked.event_us,
ranked.age,
ranked.n_events
FROM ranked
WHERE
ranked.age <= 50;
-- models/replay_proxies.sql
/* One row per stand-in that is replayed: the three that reproduce the served lists best. */
SELECT
replay_overlaps.place AS proxy,
replay_overlaps.unit_kind,
replay_overlaps.memory,
replay_overlaps.half_life_h,
replay_overlaps.popularity_share,
replay_overlaps.overlap,
CASE WHEN replay_overlaps.place = 1 THEN 2000 ELSE 500 END AS most_requests /* the best one speaks; the others say how much depends on the choice */
FROM recsql_replay_overlaps AS replay_overlaps
WHERE
replay_overlaps.place <= 3;
-- models/replay_rates.sql
/* One row per stand-in and state: how often a list really held what people wanted in that state. */
WITH observed AS (
SELECT
replay_states.proxy,
replay_states.state,
CASE
WHEN replay_states.state = 'unseen'
THEN 'unseen'
WHEN replay_states.state IN ('cold_out', 'warm_miss')
THEN 'out'
ELSE 'in'
END AS kin,
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(replay_states.hit) AS hits
FROM recsql_replay_states AS replay_states
WHERE
replay_states.cell = 0
GROUP BY
replay_states.proxy,
replay_states.state
), kin AS (
SELECT
observed.proxy,
observed.kin,
SUM(observed.n) AS n,
SUM(observed.hits) AS hits
FROM observed
GROUP BY
observed.proxy,
observed.kin
), states AS (
SELECT
states.state,
states.kin
FROM (VALUES
('unseen', 'unseen'),
('cold_out', 'out'),
('warm_miss', 'out'),
('cold_in', 'in'),
('warm_hit_1', 'in'),
('warm_hit_2', 'in'),
('warm_hit_3', 'in')) AS states(state, kin)
), proxies AS (
SELECT DISTINCT
kin.proxy
FROM kin
)
SELECT
proxies.proxy,
states.state,
states.kin,
COALESCE(observed.n, 0.0) /* a state seldom or never seen takes the rate of its kin: all that is listed, or all that is not */ < 10 AS is_pooled,
CASE
WHEN observed.n >= 10 OR kin.kin = 'unseen'
THEN observed.hits / NULLIF(observed.n, 0.0)
WHEN states.kin = 'unseen'
THEN 0.0
ELSE kin.hits / NULLIF(kin.n, 0.0)
END AS rate
FROM proxies
CROSS JOIN states
LEFT JOIN observed
ON proxies.proxy = observed.proxy AND states.state = observed.state
LEFT JOIN kin
ON proxies.proxy = kin.proxy AND states.kin = kin.kin;
-- models/replay_reach.sql
/* One row per replayed profile of many events: a day since when it has all that it remembers. */
WITH key_days AS (
SELECT
replay_events.planned,
replay_events.key,
CAST(FLOOR(CAST(replay_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
COUNT(*) AS n_events,
MAX(replay_events.event_us) AS event_us,
MAX(replay_events.usable_us) AS usable_us
FROM recsql_replay_events AS replay_events
GROUP BY
replay_events.planned,
replay_events.key,
CAST(FLOOR(CAST(replay_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
), visible AS (
/* days of which every event is in the profile; others are left out, so reach errs to the past */
SELECT
replay_keys.nth,
key_days.planned AS signals,
replay_keys.in_profile,
key_days.day,
key_days.n_events
FROM recsql_replay_keys AS replay_keys
JOIN key_days
ON replay_keys.key = key_days.key
WHERE
key_days.event_us < replay_keys.serve_us
AND key_days.usable_us <= CASE
WHEN key_days.planned = 0
THEN replay_keys.snapshot_us
ELSE replay_keys.run_us
END
), stacked AS (
SELECT
nth,
signals,
0 AS identity,
day,
n_events
FROM visible
WHERE
in_profile
UNION ALL
SELECT
nth,
signals,
1 AS identity,
day,
n_events
FROM visible
), daily AS (
SELECT
stacked.nth,
stacked.signals,
stacked.identity,
stacked.day,
SUM(stacked.n_events) AS n_events
FROM stacked
GROUP BY
stacked.nth,
stacked.signals,
stacked.identity,
stacked.day
), reached AS (
SELECT
daily.*,
SUM(daily.n_events) OVER (
PARTITION BY daily.nth, daily.signals, daily.identity
ORDER BY daily.day DESC
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS so_far
FROM daily
)
SELECT
reached.nth,
reached.signals,
reached.identity,
MAX(reached.day) AS day
FROM reached
/* histories are told apart by size up to 100 events */
WHERE
reached.so_far >= 50 AND reached.so_far >= 100
GROUP BY
reached.nth,
reached.signals,
reached.identity;
-- models/replay_repeats.sql
/* One row: whether lists hold items that were in the profile already. */
SELECT
COALESCE(
CAST(COUNT(history.unit) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE), 0.0) > 0.01,
FALSE
) AS are_served
FROM recsql_replay_served_units AS served
LEFT JOIN recsql_replay_history AS history
ON served.nth = history.nth
AND served.unit_kind = history.unit_kind
AND served.unit = history.unit
AND history.profile = 0
WHERE
served.unit_kind = 'item';
-- models/replay_requests.sql
/* One row per request whose hit is compared: the two pipelines' cut-offs, and its place in a sample. */
WITH hits AS (
SELECT
requests.request_id,
requests.person_id,
requests.key,
requests.profile_id,
requests.serve_us,
requests.snapshot_us,
requests.index_us,
scores.hit_rate AS hit,
0 /* the planned pipeline's last run before the request, and what is in it */ + 3600000000 * CAST(FLOOR(CAST(requests.serve_us - 0 AS DOUBLE) / NULLIF(3600000000.0, 0.0)) AS BIGINT) AS run_us
FROM recsql_replay_target AS replay_target
CROSS JOIN recsql_scores AS scores
JOIN recsql_requests AS requests
ON scores.request_id = requests.request_id
WHERE
scores.k IS NOT DISTINCT FROM replay_target.k
AND (
replay_target.model_version IS NULL
OR requests.model_version = replay_target.model_version
)
), ordered AS (
SELECT
hits.*,
ROW_NUMBER() OVER (
ORDER BY (
CAST(CAST('0x' || LEFT(MD5(hits.request_id), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), hits.request_id
) AS nth,
ROW_NUMBER() OVER (
ORDER BY hits.serve_us - hits.snapshot_us, (
CAST(CAST('0x' || LEFT(MD5(hits.request_id), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
), hits.request_id
) AS nth_by_age,
COUNT(*) OVER () AS n_requests
FROM hits
)
SELECT
ordered.request_id,
ordered.person_id,
ordered.key,
ordered.profile_id,
ordered.serve_us,
ordered.snapshot_us,
ordered.index_us,
ordered.run_us,
ordered.hit,
ordered.nth,
FLOOR(3.0 * CAST(ordered.nth_by_age - 1 AS DOUBLE) / NULLIF(ordered.n_requests, 0)) AS age_third
FROM ordered;
-- models/replay_segments.sql
/* One row per figure of the replay and segment, and one for all: what each defect costs there. */
WITH reached AS (
/* each request in each cell, at the hit rate of the state that it is in there */
SELECT
states.request_id,
states.person_id,
MAX(states.hit) AS hit,
MAX(CASE WHEN states.cell = 0 THEN rates.rate END) AS v0,
MAX(CASE WHEN states.cell = 1 THEN rates.rate END) AS v1,
MAX(CASE WHEN states.cell = 2 THEN rates.rate END) AS v2,
MAX(CASE WHEN states.cell = 3 THEN rates.rate END) AS v3,
MAX(CASE WHEN states.cell = 4 THEN rates.rate END) AS v4,
MAX(CASE WHEN states.cell = 5 THEN rates.rate END) AS v5,
MAX(CASE WHEN states.cell = 6 THEN rates.rate END) AS v6,
MAX(CASE WHEN states.cell = 7 THEN rates.rate END) AS v7
FROM recsql_replay_states AS states
JOIN recsql_replay_rates AS rates
ON states.proxy = rates.proxy AND states.state = rates.state
WHERE
states.proxy = 1
GROUP BY
states.request_id,
states.person_id
), costs AS (
SELECT
reached.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
reached.hit AS observed,
reached.hit + reached.v7 - reached.v0 AS what_if,
(
2.0 * (
reached.v1 - reached.v0
) + (
reached.v3 - reached.v2
) + (
reached.v5 - reached.v4
) + 2.0 * (
reached.v7 - reached.v6
)
) / 6.0 AS stale_signals,
(
2.0 * (
reached.v2 - reached.v0
) + (
reached.v3 - reached.v1
) + (
reached.v6 - reached.v4
) + 2.0 * (
reached.v7 - reached.v5
)
) / 6.0 AS stale_items,
(
2.0 * (
reached.v4 - reached.v0
) + (
reached.v5 - reached.v1
) + (
reached.v6 - reached.v2
) + 2.0 * (
reached.v7 - reached.v3
)
) / 6.0 AS identity
FROM reached
JOIN recsql_requests AS requests
ON reached.request_id = requests.request_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM costs AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM costs AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM costs AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM costs AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM costs AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM costs AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM costs AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM costs AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), found AS (
SELECT
'observed' AS figure,
observed_ratio.*
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(observed AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT observed IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS observed_ratio
UNION ALL
SELECT
'what_if' AS figure,
what_if_ratio.*
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(what_if AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT what_if IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS what_if_ratio
UNION ALL
SELECT
'stale_signals' AS figure,
stale_signals_ratio.*
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(stale_signals AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT stale_signals IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS stale_signals_ratio
UNION ALL
SELECT
'stale_items' AS figure,
stale_items_ratio.*
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(stale_items AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT stale_items IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS stale_items_ratio
UNION ALL
SELECT
'identity' AS figure,
identity_ratio.*
FROM (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(identity AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT identity IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS identity_ratio
), shared AS (
/* what the interval of all holds beyond the spread of persons: hit rates and stand-in */
SELECT
found.figure,
POWER((
intervals.high - intervals.low
) / 2.0, 2) - POWER((
found.high - found.low
) / 2.0, 2) AS square
FROM found
JOIN recsql_replay_intervals AS intervals
ON found.figure = intervals.figure
WHERE
found.scope = 'all'
), reaches AS (
SELECT
found.*,
SQRT(
POWER((
found.high - found.low
) / 2.0, 2) + CASE WHEN shared.square > 0.0 THEN shared.square ELSE 0.0 END
) AS reach
FROM found
LEFT JOIN shared
ON found.figure = shared.figure
WHERE
found.scope <> 'all'
)
SELECT
scopes.*,
figures.figure,
COALESCE(intervals.value, reaches.value) AS value,
COALESCE(intervals.low, reaches.value - reaches.reach) AS low,
COALESCE(intervals.high, reaches.value + reaches.reach) AS high,
COALESCE(intervals.n, reaches.n) AS n,
COALESCE(intervals.persons, reaches.persons) AS persons,
intervals.positives
FROM scopes
CROSS JOIN (VALUES
('observed'),
('what_if'),
('stale_signals'),
('stale_items'),
('identity')) AS figures(figure)
LEFT JOIN reaches
ON scopes.scope = reaches.scope AND figures.figure = reaches.figure
LEFT JOIN recsql_replay_intervals AS intervals
ON scopes.scope = 'all' AND figures.figure = intervals.figure;
-- models/replay_served_units.sql
/* One row per fitted request and item or category served to it: how much of the list it stands for. */
WITH served AS (
SELECT
replayed.nth,
items.item_number AS item,
items.category_number AS category,
CAST(lists.list_length AS DOUBLE) AS list_length
FROM recsql_replay_requests AS replayed
JOIN recsql_lists AS lists
ON replayed.request_id = lists.request_id
LEFT JOIN recsql_items AS items
ON lists.item_id = items.item_id
WHERE
replayed.nth <= 200
), widths AS (
/* a list shows so many categories, with so many items of each */
SELECT
AVG(width.n_categories) AS n_categories
FROM (
SELECT
served.nth,
CAST(COUNT(DISTINCT served.category) AS DOUBLE) AS n_categories
FROM served
GROUP BY
served.nth
) AS width
), sizes AS (
SELECT
items.category_number AS category,
CAST(COUNT(*) AS DOUBLE) AS n_items
FROM recsql_items AS items
WHERE
NOT items.category_number IS NULL
GROUP BY
items.category_number
)
SELECT
served.nth,
'item' AS unit_kind,
served.item AS unit,
served.list_length AS width,
1.0 / NULLIF(served.list_length, 0.0) AS worth
FROM served
UNION ALL
SELECT
served.nth,
'category' AS unit_kind,
served.category AS unit,
MAX(FLOOR(widths.n_categories + 0.5)) AS width,
SUM(
1.0 / NULLIF(served.list_length, 0.0) * CASE
WHEN sizes.n_items * widths.n_categories <= served.list_length
THEN 1.0
ELSE served.list_length / NULLIF(sizes.n_items * widths.n_categories, 0.0)
END
) AS worth /* which items of a category are shown is left to chance */
FROM served
JOIN sizes
ON served.category = sizes.category
CROSS JOIN widths
GROUP BY
served.nth,
served.category;
-- models/replay_states.sql
/* One row per replayed request, cell and stand-in: where what was wanted stands in the rebuilt list. */
WITH lists AS (
SELECT
replay_lists.*
FROM recsql_replay_lists AS replay_lists
), proxies AS (
SELECT
replay_proxies.*
FROM recsql_replay_proxies AS replay_proxies
), scores AS (
SELECT
scores.*
FROM (
WITH replay_scaled AS (
SELECT
own.*
FROM (
WITH replay_memories AS (
SELECT
unit_kind,
memory,
MAX(most_requests) AS most_requests
FROM proxies AS proxies
WHERE
popularity_share < 1.0
GROUP BY
unit_kind,
memory
), replay_remembered AS (
SELECT
lists.list_id,
lists.items,
lists.items_us,
memories.unit_kind,
memories.memory,
history.unit,
SUM(POWER(0.5, CAST(history.age - 1 AS DOUBLE) / NULLIF(memories.memory, 0.0))) AS worth
FROM lists AS lists
JOIN recsql_replay_history AS history
ON lists.nth = history.nth AND lists.profile = history.profile
JOIN replay_memories AS memories
ON history.unit_kind = memories.unit_kind
AND lists.nth <= memories.most_requests
AND (
history.unit_kind = 'category' OR history.age <= 5.0 * memories.memory
)
GROUP BY
lists.list_id,
lists.items,
lists.items_us,
memories.unit_kind,
memories.memory,
history.unit
), replay_personal AS (
SELECT
remembered.list_id,
remembered.unit_kind,
remembered.memory,
neighbours.neighbour AS unit,
SUM(remembered.worth * neighbours.weight) AS weight
FROM replay_remembered AS remembered
JOIN recsql_replay_neighbours AS neighbours
ON remembered.unit_kind = neighbours.unit_kind
AND remembered.unit = neighbours.unit
AND remembered.items = neighbours.planned
AND neighbours.usable_us <= remembered.items_us
GROUP BY
remembered.list_id,
remembered.unit_kind,
remembered.memory,
neighbours.neighbour
), replay_ranked AS (
SELECT
list_id,
unit_kind,
memory,
unit,
weight,
ROW_NUMBER() OVER (PARTITION BY list_id, unit_kind, memory ORDER BY weight DESC, unit) AS place
FROM replay_personal
)
SELECT
list_id,
unit_kind,
memory,
unit,
place,
weight / NULLIF(MAX(weight) OVER (PARTITION BY list_id, unit_kind, memory), 0.0) AS score
FROM replay_ranked
WHERE
place <= 100
) AS own
), replay_parts AS (
SELECT
scaled.list_id,
lists.nth,
lists.profile,
proxies.proxy,
scaled.unit_kind,
scaled.unit,
scaled.score * (
1.0 - proxies.popularity_share
) + CASE
WHEN popularity.place > widths.fill
THEN popularity.score * (
proxies.popularity_share + 0.000001
)
ELSE 0.0
END AS score
FROM replay_scaled AS scaled
JOIN proxies AS proxies
ON scaled.unit_kind = proxies.unit_kind AND scaled.memory = proxies.memory
JOIN lists AS lists
ON scaled.list_id = lists.list_id
JOIN recsql_replay_widths AS widths
ON scaled.unit_kind = widths.unit_kind
LEFT JOIN recsql_replay_popularity AS popularity
ON lists.items = popularity.planned
AND lists.cut_hour = popularity.cut_hour
AND proxies.half_life_h = popularity.half_life_h
AND scaled.unit_kind = popularity.unit_kind
AND scaled.unit = popularity.unit
WHERE
proxies.popularity_share < 1.0 AND lists.nth <= proxies.most_requests
UNION ALL
SELECT
lists.list_id,
lists.nth,
lists.profile,
proxies.proxy,
popularity.unit_kind,
popularity.unit,
popularity.score * (
proxies.popularity_share + 0.000001
) AS score
FROM lists AS lists
JOIN recsql_replay_popularity AS popularity
ON lists.items = popularity.planned AND lists.cut_hour = popularity.cut_hour
JOIN proxies AS proxies
ON popularity.unit_kind = proxies.unit_kind
AND popularity.half_life_h = proxies.half_life_h
JOIN recsql_replay_widths AS widths
ON popularity.unit_kind = widths.unit_kind
WHERE
lists.nth <= proxies.most_requests AND popularity.place <= widths.fill
)
SELECT
parts.list_id,
parts.nth,
parts.profile,
parts.proxy,
parts.unit_kind,
parts.unit,
SUM(parts.score) AS score
FROM replay_parts AS parts
GROUP BY
parts.list_id,
parts.nth,
parts.profile,
parts.proxy,
parts.unit_kind,
parts.unit
) AS scores
), wanted AS (
/* of several wanted things the one that stands highest counts, as one hit is enough */
SELECT
scores.list_id,
scores.proxy,
scores.score,
scores.unit,
ROW_NUMBER() OVER (PARTITION BY scores.list_id, scores.proxy ORDER BY scores.score DESC, scores.unit) AS nth
FROM scores
JOIN recsql_replay_labels AS replay_labels
ON scores.list_id = replay_labels.list_id
AND scores.unit_kind = replay_labels.unit_kind
AND scores.unit = replay_labels.unit
WHERE
replay_labels.is_visible = 1 AND replay_labels.is_listable = 1
), placed AS (
SELECT
wanted.list_id,
wanted.proxy,
CAST(COUNT(*) AS DOUBLE) AS place
FROM wanted
JOIN scores
ON wanted.list_id = scores.list_id AND wanted.proxy = scores.proxy
CROSS JOIN recsql_replay_repeats AS replay_repeats
LEFT JOIN recsql_replay_history AS history
ON scores.nth = history.nth
AND scores.profile = history.profile
AND scores.unit_kind = history.unit_kind
AND scores.unit = history.unit
AND history.unit_kind = 'item'
WHERE
wanted.nth = 1
AND (
scores.score > wanted.score
OR scores.score = wanted.score
AND scores.unit <= wanted.unit
)
AND (
history.unit IS NULL OR replay_repeats.are_served
)
GROUP BY
wanted.list_id,
wanted.proxy
), visible AS (
SELECT
replay_labels.list_id,
MAX(replay_labels.is_visible) AS is_visible
FROM recsql_replay_labels AS replay_labels
GROUP BY
replay_labels.list_id
)
SELECT
cells.request_id,
cells.person_id,
cells.cell,
cells.age_third,
cells.n_events,
proxies.proxy,
cells.hit,
CASE
WHEN visible.is_visible = 0
THEN 'unseen'
WHEN cells.n_events = 0 AND placed.place <= widths.width
THEN 'cold_in'
WHEN cells.n_events = 0
THEN 'cold_out'
WHEN placed.place <= 0.25 * widths.width
THEN 'warm_hit_1'
WHEN placed.place <= 0.5 * widths.width
THEN 'warm_hit_2'
WHEN placed.place <= widths.width
THEN 'warm_hit_3'
ELSE 'warm_miss'
END AS state
FROM recsql_replay_cells AS cells
JOIN proxies
ON cells.nth <= proxies.most_requests
JOIN visible
ON cells.list_id = visible.list_id
LEFT JOIN recsql_replay_widths AS widths
ON proxies.unit_kind = widths.unit_kind
LEFT JOIN placed
ON cells.list_id = placed.list_id AND proxies.proxy = placed.proxy;
-- models/replay_target.sql
/* One row: the model version and cut-off whose gap is explained, and the offline score there. */
WITH ranked AS (
/* the headline of metric_gap, among hit rates */
SELECT
ranked.model_version,
ranked.k,
ranked.offline,
ranked.reason,
ROW_NUMBER() OVER (
ORDER BY ranked.version_n DESC, ranked.model_version, CASE WHEN ranked.reason IS NULL THEN 0 ELSE 1 END, ranked.k DESC
) AS place
FROM (
SELECT
gaps.model_version,
gaps.metric,
gaps.k,
gaps.offline,
gaps.gap,
COALESCE(
gaps.reason,
CASE
WHEN gaps.unit_kind = 'user'
THEN 'not_comparable: the offline score is a mean over users, not requests'
END
) AS reason, /* the replay counts every request alike, however busy its person */
MAX(gaps.n) OVER (PARTITION BY gaps.model_version) AS version_n
FROM recsql_gaps AS gaps
) AS ranked
WHERE
ranked.metric = 'hit_rate' AND NOT ranked.gap IS NULL
), versions AS (
SELECT
COUNT(requests.model_version) AS known_versions
FROM recsql_requests AS requests
)
SELECT
CASE WHEN versions.known_versions > 0 THEN ranked.model_version END AS model_version,
ranked.k,
ranked.offline,
COALESCE(
ranked.reason,
CASE WHEN ranked.offline IS NULL THEN 'not_comparable: no offline hit rate' END
) AS reason,
offline_runs.run_id
FROM versions
LEFT JOIN ranked
ON ranked.place = 1
LEFT JOIN recsql_offline_runs AS offline_runs
ON ranked.model_version = offline_runs.model_version
AND ranked.k IS NOT DISTINCT FROM offline_runs.k
AND offline_runs.metric = 'hit_rate';
-- models/replay_values.sql
/* One row per draw, stand-in and cell: the hit rate that its lists would have had. */
WITH counted AS (
SELECT
replay_states.proxy,
replay_states.person_id,
replay_states.cell,
replay_states.state,
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(replay_states.hit) AS hits
FROM recsql_replay_states AS replay_states
GROUP BY
replay_states.proxy,
replay_states.person_id,
replay_states.cell,
replay_states.state
), weighed AS (
/* only the best stand-in is drawn again and again */
SELECT
draws.draw,
counted.proxy,
counted.cell,
counted.state,
SUM(draws.weight * counted.n) AS n,
SUM(draws.weight * counted.hits) AS hits
FROM counted
JOIN recsql_replay_draws AS draws
ON counted.person_id = draws.person_id
WHERE
counted.proxy = 1 OR draws.draw = 0
GROUP BY
draws.draw,
counted.proxy,
counted.cell,
counted.state
), kin AS (
SELECT
weighed.draw,
weighed.proxy,
rates.kin,
SUM(weighed.hits) / NULLIF(SUM(weighed.n), 0.0) AS rate
FROM weighed
JOIN recsql_replay_rates AS rates
ON weighed.proxy = rates.proxy AND weighed.state = rates.state
WHERE
weighed.cell = 0
GROUP BY
weighed.draw,
weighed.proxy,
rates.kin
), reached AS (
SELECT
weighed.draw,
weighed.proxy,
weighed.cell,
SUM(
weighed.n * CASE
WHEN rates.is_pooled AND rates.kin <> 'unseen'
THEN COALESCE(kin.rate, rates.rate)
ELSE COALESCE(observed.hits / NULLIF(observed.n, 0.0), rates.rate)
END
) / NULLIF(SUM(weighed.n), 0.0) AS value
FROM weighed
JOIN recsql_replay_rates AS rates
ON weighed.proxy = rates.proxy AND weighed.state = rates.state
LEFT JOIN kin
ON weighed.draw = kin.draw AND weighed.proxy = kin.proxy AND rates.kin = kin.kin
LEFT JOIN weighed AS observed
ON weighed.draw = observed.draw
AND weighed.proxy = observed.proxy
AND weighed.state = observed.state
AND observed.cell = 0
GROUP BY
weighed.draw,
weighed.proxy,
weighed.cell
), observed AS (
/* of all requests, not only of those replayed */
SELECT
draws.draw,
SUM(draws.weight * replayed.hit) / NULLIF(SUM(draws.weight), 0.0) AS hit_rate
FROM recsql_replay_requests AS replayed
JOIN recsql_replay_draws AS draws
ON replayed.person_id = draws.person_id
GROUP BY
draws.draw
)
SELECT
reached.draw,
reached.proxy,
reached.cell,
observed.hit_rate + reached.value - as_served.value AS value
FROM reached
JOIN reached AS as_served
ON reached.draw = as_served.draw
AND reached.proxy = as_served.proxy
AND as_served.cell = 0
JOIN observed
ON reached.draw = observed.draw;
-- models/replay_widths.sql
/* One row per kind of unit: how many a served list shows, and how many popular ones may fill one. */
SELECT
served.unit_kind,
AVG(served.width) AS width,
MAX(served.width) /* beyond a list's width nothing is shown for being popular alone, but what is left out moves up */ + MAX(CASE WHEN repeats.are_served OR served.unit_kind = 'category' THEN 0 ELSE 50 END) AS fill
FROM recsql_replay_served_units AS served
CROSS JOIN recsql_replay_repeats AS repeats
GROUP BY
served.unit_kind;
-- models/replay_windows.sql
/* One row per replicate: the age at which replayed lists have lost drift_epsilon of their hits. */
WITH steps AS (
SELECT
retained.replicate,
retained.lag_s,
retained.retained,
LAG(retained.lag_s) OVER (PARTITION BY retained.replicate ORDER BY retained.lag_s) AS earlier_s,
LAG(retained.retained) OVER (PARTITION BY retained.replicate ORDER BY retained.lag_s) AS earlier_retained,
MIN(CASE WHEN retained.retained <= 1.0 - 0.1 THEN retained.lag_s END) OVER (PARTITION BY retained.replicate) AS crossing_s,
MAX(retained.n) OVER (PARTITION BY retained.replicate) AS n,
MAX(retained.persons) OVER (PARTITION BY retained.replicate) AS persons
FROM recsql_retained AS retained
)
SELECT
steps.replicate,
MAX(
CASE
WHEN steps.lag_s = steps.crossing_s
THEN steps.earlier_s + (
steps.lag_s - steps.earlier_s
) * (
steps.earlier_retained - 1.0 + 0.1
) / NULLIF(steps.earlier_retained - steps.retained, 0.0)
END
) AS window_s, /* on a straight line between the two lags; NULL when even the longest lag keeps enough */
MAX(steps.lag_s) AS longest_s,
MAX(steps.n) AS n,
MAX(steps.persons) AS persons
FROM steps
GROUP BY
steps.replicate
HAVING
MAX(steps.retained) > 0.0;
-- models/request_logs.sql
/* One row per request: what its log lacks. */
WITH listed AS (
SELECT
displayed.request_id,
COUNT(*) AS n_items,
COUNT(DISTINCT displayed.position) AS n_positions,
MAX(displayed.position) AS last_position
FROM recsql_displayed AS displayed
GROUP BY
displayed.request_id
), ranked AS (
SELECT
listed.n_items,
ROW_NUMBER() OVER (ORDER BY listed.n_items, listed.request_id) AS nth,
COUNT(*) OVER () AS n_lists
FROM listed
), usual AS (
SELECT
MAX(ranked.n_items) AS k
FROM ranked
WHERE
ranked.nth = FLOOR(CAST(ranked.n_lists AS DOUBLE) / 2.0) + 1
)
SELECT
requests.request_id,
requests.person_id,
requests.serve_us,
FLOOR(CAST(requests.serve_us AS DOUBLE) / 3600000000.0) AS serve_hour,
listed.n_items,
requests.retrieved_k,
usual.k AS usual_k,
CASE WHEN NOT listed.request_id IS NULL THEN 0 WHEN NOT usual.k IS NULL THEN 1 END AS is_without_items, /* a log without any shown item does not keep them */
CASE
WHEN listed.last_position > listed.n_positions
THEN 1
WHEN NOT listed.request_id IS NULL
THEN 0
END AS has_position_gap, /* positions run from 1 to the number of items */
CASE
WHEN requests.retrieved_k < usual.k
THEN 1
WHEN requests.retrieved_k >= usual.k
THEN 0
END AS is_short
FROM recsql_requests AS requests
CROSS JOIN usual
LEFT JOIN listed
ON requests.request_id = listed.request_id;
-- models/request_versions.sql
/* One row per request: whether its model fits its index, and its user vector its item vectors. */
WITH comparable AS (
SELECT
1 AS n_rows
), item_vectors AS (
SELECT
shelf.request_id,
MIN(shelf.first_version) AS first_version,
MAX(shelf.last_version) AS last_version
FROM recsql_shelf AS shelf
GROUP BY
shelf.request_id
), user_vectors AS (
SELECT
snapshots.profile_id,
snapshots.snapshot_us,
snapshots.embedding_version
FROM recsql_snapshots AS snapshots
), versions AS (
SELECT
requests.request_id,
requests.person_id,
requests.model_version,
requests.index_version,
requests.serve_us,
user_vectors.embedding_version AS user_version,
item_vectors.first_version,
item_vectors.last_version
FROM recsql_requests AS requests
CROSS JOIN comparable
LEFT JOIN user_vectors
ON requests.profile_id = user_vectors.profile_id
AND requests.snapshot_us = user_vectors.snapshot_us
LEFT JOIN item_vectors
ON requests.request_id = item_vectors.request_id
)
SELECT
request_id,
person_id,
serve_us,
model_version,
index_version,
user_version,
CASE WHEN user_version = first_version THEN last_version ELSE first_version END AS item_version,
CASE
WHEN model_version <> index_version
THEN 1
WHEN model_version = index_version
THEN 0
END AS is_index_mismatch,
CASE
WHEN user_version <> first_version OR user_version <> last_version
THEN 1
WHEN user_version = first_version
THEN 0
END AS is_vector_mismatch
FROM versions;
-- models/requests.sql
/* One row per request of the window that a known key made: its profile, snapshot and model. */
WITH matched AS (
SELECT
asked.request_id,
asked.key,
persons.person_id,
COALESCE(asked.profile_id, profile_periods.profile_id, asked.key) AS profile_id,
asked.serve_us,
COALESCE(asked.snapshot_us, asked.serve_us) AS snapshot_us, /* without a snapshot the pipeline is taken to be perfect */
COALESCE(asked.index_us, asked.snapshot_us, asked.serve_us) AS index_us,
asked.session_id,
asked.model_version,
asked.index_version,
asked.surface,
asked.device_class,
asked.region,
asked.retrieved_k,
ROW_NUMBER() OVER (
PARTITION BY asked.request_id
ORDER BY asked.serve_us, asked.key, profile_periods.from_us DESC, profile_periods.profile_id
) AS candidate
FROM recsql_asked AS asked
JOIN recsql_persons AS persons
ON asked.key = persons.key
LEFT JOIN recsql_profile_periods AS profile_periods
ON asked.key = profile_periods.key
AND asked.serve_us >= profile_periods.from_us
AND asked.serve_us < profile_periods.to_us
WHERE
NOT asked.request_id IS NULL AND NOT persons.is_bot
), people AS (
/* the whole history is what makes a person busy, and old */
SELECT
matched.person_id,
MIN(persons.first_us) AS first_us,
SUM(persons.n_events) AS n_events
FROM (
SELECT DISTINCT
matched.person_id
FROM matched
) AS matched
JOIN recsql_persons AS persons
ON matched.person_id = persons.person_id
GROUP BY
matched.person_id
), placed AS (
/* persons with as many events are as busy */
SELECT
people.person_id,
people.first_us,
log_start.first_us AS log_us,
COUNT(*) OVER (ORDER BY people.n_events) - COUNT(*) OVER (PARTITION BY people.n_events) AS n_below,
COUNT(*) OVER () AS n_people
FROM people
CROSS JOIN (
SELECT
MIN(persons.first_us) AS first_us
FROM recsql_persons AS persons
) AS log_start
)
SELECT
matched.request_id,
matched.key,
matched.person_id,
matched.profile_id,
matched.serve_us,
matched.snapshot_us,
matched.index_us,
matched.session_id,
matched.model_version,
matched.index_version,
matched.surface,
matched.device_class,
matched.region,
CASE
WHEN 3 * placed.n_below < placed.n_people
THEN 'low'
WHEN 3 * placed.n_below < 2 * placed.n_people
THEN 'middle'
ELSE 'high'
END AS activity,
CASE
WHEN matched.serve_us - placed.first_us > 604800000000
THEN 'known'
WHEN matched.serve_us - placed.log_us > 604800000000
THEN 'new'
END AS tenure,
matched.retrieved_k
FROM matched
JOIN placed
ON matched.person_id = placed.person_id
WHERE
matched.candidate = 1;
-- models/resamples.sql
/* One row per person and replicate of the bootstrap; in replicate 0 everybody is there once. */
SELECT
drift_people.person_id,
replicates.i AS replicate,
CASE
WHEN replicates.i = 0
THEN 1.0
ELSE (
CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.367879
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.735759
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.919699
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.981012
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.99634
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.999406
THEN 1.0
ELSE 0.0
END + CASE
WHEN (
CAST(CAST('0x' || LEFT(MD5((
drift_people.person_id || ' ' || CAST(replicates.i AS TEXT)
)), 13) AS BIGINT) AS DOUBLE) / 4503599627370496.0
) >= 0.999917
THEN 1.0
ELSE 0.0
END
)
END AS weight
FROM recsql_drift_people AS drift_people
CROSS JOIN (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit AS i
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS ones(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS tens(digit)
CROSS JOIN (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS hundreds(digit)
WHERE
ones.digit + 10 * tens.digit + 100 * hundreds.digit < 201
) AS replicates;
-- models/retained.sql
/* One row per replicate and lag: the hit rate of signals that old, and what of the fresh one is left. */
WITH own AS (
SELECT
backtest_hits.person_id,
backtest_hits.lag_s,
SUM(backtest_hits.hit) AS hits,
CAST(COUNT(*) AS DOUBLE) AS tries
FROM recsql_backtest_hits AS backtest_hits
GROUP BY
backtest_hits.person_id,
backtest_hits.lag_s
), rates AS (
SELECT
resamples.replicate,
own.lag_s,
SUM(resamples.weight * own.hits) / NULLIF(SUM(resamples.weight * own.tries), 0.0) AS hit_rate,
SUM(own.tries) AS n,
COUNT(*) AS persons
FROM own
JOIN recsql_resamples AS resamples
ON own.person_id = resamples.person_id
WHERE
resamples.weight > 0.0
GROUP BY
resamples.replicate,
own.lag_s
), relative AS (
SELECT
rates.*,
rates.hit_rate / NULLIF(
MAX(CASE WHEN rates.lag_s = 0.0 THEN rates.hit_rate END) OVER (PARTITION BY rates.replicate),
0.0
) AS raw_retained
FROM rates
), falling AS (
SELECT
relative.*,
MIN(relative.raw_retained) OVER (
PARTITION BY relative.replicate
ORDER BY relative.lag_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS retained /* what is lost stays lost: a small rise is noise */
FROM relative
)
SELECT
replicate,
lag_s,
hit_rate,
retained,
MAX(CASE WHEN raw_retained = retained THEN lag_s END) OVER (
PARTITION BY replicate
ORDER BY lag_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS from_lag_s, /* the lag that was measured so low */
n,
persons
FROM falling;
-- models/scores.sql
/* One row per request with something to find, and cut-off k (none = the whole list). */
WITH listed AS (
SELECT
lists.request_id,
MAX(lists.position) AS last_position
FROM recsql_lists AS lists
GROUP BY
lists.request_id
), depth AS (
SELECT
MAX(listed.last_position) AS longest
FROM listed
), wanted AS (
SELECT
usual.k
FROM (VALUES
(1),
(5),
(10),
(20),
(50),
(100),
(200)) AS usual(k)
UNION ALL
SELECT
CAST(offline_metrics.k AS BIGINT) AS k
FROM (
SELECT
k
FROM shop.offline_metrics AS source
) AS offline_metrics
), cutoffs AS (
SELECT
CAST(NULL AS BIGINT) AS k,
depth.longest AS cutoff
FROM depth
UNION ALL
SELECT DISTINCT
wanted.k,
wanted.k AS cutoff
FROM wanted
CROSS JOIN depth
WHERE
wanted.k >= 1 AND wanted.k <= depth.longest
), graded AS (
/* a request whose list was not logged is unknown, not missed */
SELECT
label_kinds.request_id,
label_kinds.is_organic,
label_kinds.is_new,
lists.position,
ROW_NUMBER() OVER (PARTITION BY label_kinds.request_id ORDER BY label_kinds.item_id) AS nth
FROM recsql_label_kinds AS label_kinds
JOIN listed
ON label_kinds.request_id = listed.request_id
LEFT JOIN recsql_lists AS lists
ON label_kinds.request_id = lists.request_id AND label_kinds.item_id = lists.item_id
), summed AS (
SELECT
graded.request_id,
cutoffs.k,
CAST(COUNT(*) AS DOUBLE) AS relevant,
CAST(COUNT(CASE WHEN graded.position <= cutoffs.cutoff THEN 1 END) AS DOUBLE) AS hits,
MIN(CASE WHEN graded.position <= cutoffs.cutoff THEN graded.position END) AS first_hit,
MAX(
CASE
WHEN graded.is_organic = 1 AND graded.position <= cutoffs.cutoff
THEN 1
WHEN graded.is_organic = 1
THEN 0
END
) AS organic_hit, /* NULL where nothing of that kind was wanted */
MAX(
CASE
WHEN graded.is_new = 1 AND graded.position <= cutoffs.cutoff
THEN 1
WHEN graded.is_new = 1
THEN 0
END
) AS new_hit,
SUM(
CASE
WHEN graded.position <= cutoffs.cutoff
THEN 1.0 / NULLIF(LOG(2, CAST(graded.position + 1 AS DOUBLE)), 0.0)
ELSE 0.0
END
) AS gain,
SUM(
CASE
WHEN graded.nth <= cutoffs.cutoff
THEN 1.0 / NULLIF(LOG(2, CAST(graded.nth + 1 AS DOUBLE)), 0.0)
ELSE 0.0
END
) AS ideal_gain /* the best list there is holds every relevant item, served or not */
FROM graded
CROSS JOIN cutoffs
GROUP BY
graded.request_id,
cutoffs.k
)
SELECT
summed.request_id,
summed.k,
CAST(CASE WHEN summed.hits > 0.0 THEN 1 ELSE 0 END AS DOUBLE) AS hit_rate,
CAST(summed.organic_hit AS DOUBLE) AS hit_rate_organic,
CAST(summed.new_hit AS DOUBLE) AS hit_rate_new,
summed.hits / NULLIF(summed.relevant, 0.0) AS recall,
COALESCE(1.0 / NULLIF(CAST(summed.first_hit AS DOUBLE), 0.0), 0.0) AS mrr,
summed.gain / NULLIF(summed.ideal_gain, 0.0) AS ndcg
FROM summed;
-- models/served.sql
/* One row per request, stage and item that was served: where it stood. */
WITH logged AS (
SELECT
CAST(served_items.request_id AS TEXT) AS request_id,
CAST(served_items.item_id AS TEXT) AS item_id,
CAST(served_items.position AS BIGINT) AS position,
CAST(served_items.propensity AS DOUBLE) AS propensity,
COALESCE(LOWER(CAST(served_items.stage AS TEXT)) = 'retrieved', FALSE) AS is_retrieved
FROM (
SELECT
request_id,
item_id,
position,
stage,
propensity
FROM shop.served_items AS source
) AS served_items
), judged AS (
/* an item listed twice counts once, where it stood first */
SELECT
logged.request_id,
logged.item_id,
logged.is_retrieved,
MIN(logged.position) AS position,
MAX(logged.propensity) AS propensity
FROM logged
JOIN recsql_requests AS requests
ON logged.request_id = requests.request_id
WHERE
NOT logged.item_id IS NULL
GROUP BY
logged.request_id,
logged.item_id,
logged.is_retrieved
), numbering AS (
SELECT
MIN(judged.position) AS first_position
FROM judged
)
SELECT
judged.request_id,
judged.item_id,
judged.is_retrieved,
judged.position /* logs that count from 0 are moved to 1 */ + CASE WHEN numbering.first_position = 0 THEN 1 ELSE 0 END AS position,
judged.propensity
FROM judged
CROSS JOIN numbering;
-- models/served_categories.sql
/* One row per request and category it showed: how old the newest intent was, as used and in truth. */
WITH pairs AS (
SELECT
looks.pair,
looks.person_id,
looks.category,
MIN(looks.cut_us) AS first_us
FROM recsql_category_looks AS looks
GROUP BY
looks.pair,
looks.person_id,
looks.category
), activity AS (
SELECT
pairs.pair,
category_activity.at_us,
category_activity.ingested_us,
CASE WHEN NOT category_activity.is_purchase THEN category_activity.at_us END AS intent_us,
CASE WHEN category_activity.is_purchase THEN category_activity.at_us END AS purchase_us,
category_activity.burst_us,
pairs.first_us
FROM recsql_category_activity AS category_activity
JOIN pairs
ON category_activity.person_id = pairs.person_id
AND category_activity.category = pairs.category
), arrived AS (
SELECT
activity.pair,
activity.ingested_us,
activity.intent_us,
activity.first_us
FROM activity
WHERE
NOT activity.intent_us IS NULL
), timeline AS (
/* turn: what arrives with the snapshot is in it, what happens with the request is not */
SELECT
events.pair,
'event' AS clock,
events.us,
1 AS turn,
events.intent_us,
events.purchase_us,
events.burst_us,
CAST(NULL AS TEXT) AS request_id,
CAST(NULL AS BIGINT) AS n_items,
CAST(NULL AS BIGINT) AS serve_us
FROM (
SELECT
pair,
MAX(at_us) AS us,
COUNT(*) AS n_events,
MAX(intent_us) AS intent_us,
MAX(purchase_us) AS purchase_us,
MAX(burst_us) AS burst_us
FROM activity AS past_rows
WHERE
at_us < first_us
GROUP BY
pair
UNION ALL
SELECT
pair,
at_us AS us,
1 AS n_events,
intent_us,
purchase_us,
burst_us
FROM activity AS past_rows
WHERE
at_us >= first_us
) AS events
UNION ALL
SELECT
pair,
'event',
serve_us AS us,
0,
NULL,
NULL,
NULL,
request_id,
n_items,
serve_us
FROM recsql_category_looks AS looks
UNION ALL
SELECT
pair,
'arrival',
us,
0,
intent_us,
NULL,
NULL,
NULL,
NULL,
NULL
FROM (
SELECT
pair,
MAX(ingested_us) AS us,
COUNT(*) AS n_events,
MAX(intent_us) AS intent_us
FROM arrived AS past_rows
WHERE
ingested_us < first_us
GROUP BY
pair
UNION ALL
SELECT
pair,
ingested_us AS us,
1 AS n_events,
intent_us
FROM arrived AS past_rows
WHERE
ingested_us >= first_us
) AS arrivals
UNION ALL
SELECT
pair,
'arrival',
cut_us,
1,
NULL,
NULL,
NULL,
request_id,
n_items,
serve_us
FROM recsql_category_looks AS looks
), seen AS (
SELECT
request_id,
pair,
clock,
n_items,
serve_us,
MAX(intent_us) OVER (
PARTITION BY pair, clock
ORDER BY us, turn
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS intent_us,
MAX(purchase_us) OVER (
PARTITION BY pair, clock
ORDER BY us, turn
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS purchase_us,
MAX(burst_us) OVER (
PARTITION BY pair, clock
ORDER BY us, turn
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS burst_us,
MIN(purchase_us) OVER (
PARTITION BY pair, clock
ORDER BY us, turn
rows BETWEEN CURRENT ROW AND UNBOUNDED following
) AS next_purchase_us
FROM timeline
), newest AS (
SELECT
request_id,
pair,
MAX(n_items) AS n_items,
MAX(serve_us) AS serve_us,
MAX(CASE WHEN clock = 'arrival' THEN intent_us END) AS used_us,
MAX(CASE WHEN clock = 'event' THEN intent_us END) AS fresh_us,
MAX(CASE WHEN clock = 'event' THEN purchase_us END) AS purchase_us,
MAX(CASE WHEN clock = 'event' THEN burst_us END) AS burst_us,
MIN(CASE WHEN clock = 'event' THEN next_purchase_us END) AS next_purchase_us
FROM seen
WHERE
NOT request_id IS NULL
GROUP BY
request_id,
pair
)
SELECT
newest.request_id,
pairs.person_id,
pairs.category,
newest.n_items,
newest.serve_us,
newest.burst_us AS start_us, /* when the decision began that was going on, if any ever was */
CAST(newest.serve_us - newest.used_us AS DOUBLE) / 1000000.0 AS gap_s,
CAST(newest.serve_us - newest.fresh_us AS DOUBLE) / 1000000.0 AS fresh_gap_s,
COALESCE(newest.purchase_us >= newest.burst_us, FALSE) AS is_decided, /* goods that are used up by now can be bought anew */
newest.next_purchase_us
FROM newest
JOIN pairs
ON newest.pair = pairs.pair;
-- models/serving_hours.sql
/* One row per hour between the first and the last request: how many there were, and how many usual. */
WITH hours AS (
SELECT
request_logs.serve_hour AS hour,
CAST(COUNT(*) AS DOUBLE) AS n_requests
FROM recsql_request_logs AS request_logs
GROUP BY
request_logs.serve_hour
), span AS (
/* the hours in which the log starts and ends are cut */
SELECT
MIN(hours.hour) AS first_hour,
MAX(hours.hour) - MIN(hours.hour) - 1 AS n_hours
FROM hours
), digits AS (
SELECT
digits.digit
FROM (VALUES
(0),
(1),
(2),
(3),
(4),
(5),
(6),
(7),
(8),
(9)) AS digits(digit)
), numbers AS (
SELECT
ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit + 10000 * more.digit AS nth
FROM digits AS ones
CROSS JOIN digits AS tens
CROSS JOIN digits AS hundreds
CROSS JOIN digits AS thousands
CROSS JOIN digits AS more
), calendar AS (
/* an hour without a single row is the one to be found */
SELECT
span.first_hour + 1 + numbers.nth AS hour
FROM span
JOIN numbers
ON span.n_hours > numbers.nth
), filled AS (
SELECT
calendar.hour,
CASE
WHEN span.n_hours >= 168 * 3 - 2
THEN calendar.hour - 168 * FLOOR(calendar.hour / 168.0)
ELSE calendar.hour - 24 * FLOOR(calendar.hour / 24.0)
END AS usual_hour, /* a log of some weeks knows what is usual on a Sunday */
COALESCE(hours.n_requests, 0.0) AS n_requests
FROM calendar
CROSS JOIN span
LEFT JOIN hours
ON calendar.hour = hours.hour
), ranked AS (
SELECT
filled.usual_hour,
filled.n_requests,
ROW_NUMBER() OVER (PARTITION BY filled.usual_hour ORDER BY filled.n_requests, filled.hour) AS nth,
COUNT(*) OVER (PARTITION BY filled.usual_hour) AS n_days
FROM filled
), usual AS (
SELECT
ranked.usual_hour,
AVG(ranked.n_requests) AS n_usual
FROM ranked
WHERE
ranked.nth IN (
FLOOR(CAST(ranked.n_days + 1 AS DOUBLE) / 2.0),
CEIL(CAST(ranked.n_days + 1 AS DOUBLE) / 2.0)
)
GROUP BY
ranked.usual_hour
)
SELECT
filled.hour,
filled.n_requests,
usual.n_usual,
CASE
WHEN filled.n_requests < 0.5 * usual.n_usual
AND usual.n_usual - filled.n_requests > 4 * SQRT(usual.n_usual)
THEN 1
WHEN usual.n_usual > 4 * 4
THEN 0
END AS is_gap
FROM filled
JOIN usual
ON filled.usual_hour = usual.usual_hour;
-- models/session_logins.sql
/* One row per session of a shared key in which one person logged in, and nobody else. */
SELECT
events.key,
events.session_id,
MIN(TRIM(events.user_id)) AS user_id
FROM recsql_events AS events
JOIN recsql_persons AS persons
ON events.key = persons.key
WHERE
persons.is_shared AND NOT events.session_id IS NULL AND TRIM(events.user_id) <> ''
GROUP BY
events.key,
events.session_id
HAVING
MIN(TRIM(events.user_id)) = MAX(TRIM(events.user_id));
-- models/session_places.sql
/* One row per replayed request with an answer: which event of its session the first wanted one was. */
WITH wanted AS (
SELECT
cells.request_id,
MIN(labels.engaged_us) AS engaged_us
FROM recsql_replay_cells AS cells
JOIN recsql_labels AS labels
ON cells.request_id = labels.request_id
WHERE
cells.cell = 7
GROUP BY
cells.request_id
), near AS (
SELECT
wanted.request_id,
wanted.engaged_us,
person_events.event_us,
person_events.session_id,
MAX(
CASE
WHEN person_events.event_us = wanted.engaged_us
THEN person_events.session_id
END
) OVER (PARTITION BY wanted.request_id) AS own_session
FROM wanted
JOIN recsql_requests AS requests
ON wanted.request_id = requests.request_id
JOIN recsql_person_events AS person_events
ON requests.person_id = person_events.person_id
AND person_events.event_us <= wanted.engaged_us
AND person_events.event_us > wanted.engaged_us - 86400000000
WHERE
NOT person_events.item_id IS NULL
)
SELECT
near.request_id,
1 + COUNT(CASE WHEN near.event_us < near.engaged_us THEN 1 END) AS session_position
FROM near
WHERE
near.session_id = near.own_session
GROUP BY
near.request_id;
-- models/shelf.sql
/* One row per request, stage and served item: what the catalogue said of it at that instant. */
WITH listed AS (
SELECT
CAST(catalogue.item_id AS TEXT) AS item_id,
CAST(catalogue.in_stock AS BOOLEAN) AS in_stock,
CAST(catalogue.embedding_version AS TEXT) AS embedding_version,
COALESCE(EPOCH_US(catalogue.active_from), 0) AS from_us, /* an item without a first day has always been there */
EPOCH_US(catalogue.active_to) AS to_us
FROM (
SELECT
item_id,
active_from,
active_to,
in_stock,
embedding_version
FROM shop.catalogue AS source
) AS catalogue
WHERE
NOT catalogue.item_id IS NULL
), dated AS (
SELECT
served.request_id,
served.item_id,
served.is_retrieved,
requests.person_id,
requests.surface,
NOT listed.item_id IS NULL AS is_listed,
listed.from_us <= requests.serve_us
AND (
listed.to_us IS NULL OR requests.serve_us < listed.to_us
) AS is_active,
listed.in_stock,
listed.embedding_version
FROM recsql_served AS served
JOIN recsql_requests AS requests
ON served.request_id = requests.request_id
LEFT JOIN listed
ON served.item_id = listed.item_id
)
/* an item with several rows is what any row of the time says in its favour */
SELECT
dated.request_id,
dated.item_id,
dated.is_retrieved,
MIN(dated.person_id) AS person_id,
MIN(dated.surface) AS surface,
MAX(CASE WHEN dated.is_listed THEN 1 ELSE 0 END) AS is_known,
MAX(CASE WHEN dated.is_active THEN 1 ELSE 0 END) AS is_active,
MAX(CASE WHEN dated.is_active AND COALESCE(dated.in_stock, TRUE) THEN 1 ELSE 0 END) AS is_for_sale,
MIN(CASE WHEN dated.is_active THEN dated.embedding_version END) AS first_version,
MAX(CASE WHEN dated.is_active THEN dated.embedding_version END) AS last_version
FROM dated
GROUP BY
dated.request_id,
dated.item_id,
dated.is_retrieved;
-- models/sightings.sql
/* One row per moment: the newest event of its profile, and of its person, on each clock. */
SELECT
moment_keys.moment_id,
SUM(key_sightings.n_before) AS n_before,
MAX(CASE WHEN moment_keys.in_profile THEN key_sightings.before_us END) AS before_us,
MAX(key_sightings.before_us) AS person_before_us,
MAX(CASE WHEN moment_keys.in_profile THEN key_sightings.before_cut_us END) AS before_cut_us,
MAX(key_sightings.before_cut_us) AS person_before_cut_us,
MAX(CASE WHEN moment_keys.in_profile THEN key_sightings.arrived_us END) AS arrived_us,
MAX(key_sightings.arrived_us) AS person_arrived_us,
MAX(CASE WHEN moment_keys.in_profile THEN key_sightings.arrived_by_cut_us END) AS arrived_by_cut_us,
MAX(key_sightings.arrived_by_cut_us) AS person_arrived_by_cut_us
FROM recsql_moment_keys AS moment_keys
JOIN recsql_key_sightings AS key_sightings
ON moment_keys.moment_id = key_sightings.moment_id
AND moment_keys.key = key_sightings.key
GROUP BY
moment_keys.moment_id;
-- models/signal_gates.sql
/* One row per request: the newest signal behind each gate between the person and the snapshot. */
WITH passed AS (
SELECT
moments.moment_id,
moments.request_id,
sightings.person_before_us AS person_us,
sightings.before_us AS profile_us,
sightings.arrived_us,
sightings.n_before,
COALESCE(snapshots.last_event_us, sightings.arrived_by_cut_us) AS used_us /* what the pipeline wrote down outranks what it should have seen */
FROM recsql_moments AS moments
JOIN recsql_sightings AS sightings
ON moments.moment_id = sightings.moment_id
LEFT JOIN recsql_snapshots AS snapshots
ON moments.profile_id = snapshots.profile_id
AND moments.cut_us = snapshots.snapshot_us
WHERE
moments.is_request
), arrived /* what has passed a later gate has passed the earlier ones */ AS (
SELECT
passed.moment_id,
passed.request_id,
passed.n_before,
passed.used_us,
CASE
WHEN passed.arrived_us > passed.used_us OR passed.used_us IS NULL
THEN passed.arrived_us
ELSE passed.used_us
END AS arrived_us,
passed.profile_us,
passed.person_us
FROM passed
), filed AS (
SELECT
arrived.moment_id,
arrived.request_id,
arrived.n_before,
arrived.used_us,
arrived.arrived_us,
CASE
WHEN arrived.profile_us > arrived.arrived_us OR arrived.arrived_us IS NULL
THEN arrived.profile_us
ELSE arrived.arrived_us
END AS profile_us,
arrived.person_us
FROM arrived
)
SELECT
filed.moment_id,
filed.request_id,
filed.n_before,
filed.used_us,
filed.arrived_us,
filed.profile_us,
CASE
WHEN filed.person_us > filed.profile_us OR filed.profile_us IS NULL
THEN filed.person_us
ELSE filed.profile_us
END AS newest_us
FROM filed;
-- models/signal_ways.sql
/* One row per request: when the signal behind its list, if any, passed each station. */
SELECT
requests.request_id,
requests.person_id,
requests.surface,
signals.used_us AS event_us,
MIN(person_events.ingested_us) AS ingested_us,
requests.snapshot_us,
MIN(snapshots.written_us) AS written_us,
requests.serve_us
FROM recsql_signals AS signals
JOIN recsql_requests AS requests
ON signals.request_id = requests.request_id
JOIN recsql_moments AS moments
ON requests.request_id = moments.request_id
JOIN recsql_moment_keys AS moment_keys
ON moments.moment_id = moment_keys.moment_id AND moment_keys.in_profile
LEFT JOIN recsql_person_events AS person_events
ON moment_keys.key = person_events.key
AND signals.used_us = person_events.event_us
AND NOT person_events.is_backfill
LEFT JOIN recsql_snapshots AS snapshots
ON requests.profile_id = snapshots.profile_id
AND requests.snapshot_us = snapshots.snapshot_us
GROUP BY
requests.request_id,
requests.person_id,
requests.surface,
signals.used_us,
requests.snapshot_us,
requests.serve_us;
-- models/signals.sql
/* One row per request: the newest signal of each kind, and how many the list did not know. */
WITH used_keys AS (
SELECT
moment_keys.moment_id,
moment_keys.key,
signal_gates.used_us
FROM recsql_signal_gates AS signal_gates
JOIN recsql_moment_keys AS moment_keys
ON signal_gates.moment_id = moment_keys.moment_id
WHERE
NOT signal_gates.used_us IS NULL
), keys AS (
SELECT
used_keys.key,
MIN(used_keys.used_us) AS first_us
FROM used_keys
GROUP BY
used_keys.key
), key_events AS (
SELECT
person_events.key,
person_events.event_us,
keys.first_us
FROM recsql_person_events AS person_events
JOIN keys
ON person_events.key = keys.key
WHERE
NOT person_events.is_backfill
), timeline AS (
SELECT
events.key,
events.us,
0 AS look,
events.n_events,
CAST(NULL AS BIGINT) AS moment_id
FROM (
SELECT
key,
MAX(event_us) AS us,
COUNT(*) AS n_events
FROM key_events AS past_rows
WHERE
event_us < first_us
GROUP BY
key
UNION ALL
SELECT
key,
event_us AS us,
1 AS n_events
FROM key_events AS past_rows
WHERE
event_us >= first_us
) AS events
UNION ALL
SELECT
key,
used_us,
1,
0,
moment_id
FROM used_keys
), counted AS (
/* events come before the looks of the same instant, so ties do not matter */
SELECT
moment_id,
look,
SUM(n_events) OVER (
PARTITION BY key
ORDER BY us, look
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS n_known
FROM timeline
), known AS (
SELECT
counted.moment_id,
SUM(counted.n_known) AS n_known
FROM counted
WHERE
counted.look = 1
GROUP BY
counted.moment_id
)
SELECT
requests.request_id,
requests.person_id,
requests.surface,
requests.serve_us,
requests.snapshot_us,
signal_gates.newest_us,
signal_gates.profile_us,
signal_gates.arrived_us,
signal_gates.used_us,
CASE
WHEN known.n_known > signal_gates.n_before
THEN 0
ELSE CAST(signal_gates.n_before - COALESCE(known.n_known, 0) AS BIGINT)
END AS unseen_events /* a signal used within the guard leaves nothing unseen */
FROM recsql_requests AS requests
LEFT JOIN recsql_signal_gates AS signal_gates
ON requests.request_id = signal_gates.request_id
LEFT JOIN known
ON signal_gates.moment_id = known.moment_id;
-- models/snapshots.sql
/* One row per profile and feature snapshot: when it was written and the newest event in it. */
WITH logged AS (
SELECT
CAST(snapshots.profile_id AS TEXT) AS profile_id,
EPOCH_US(snapshots.snapshot_ts) AS snapshot_us,
EPOCH_US(snapshots.written_ts) AS written_us,
EPOCH_US(snapshots.last_event_ts) AS last_event_us,
CAST(snapshots.embedding_version AS TEXT) AS embedding_version
FROM (
SELECT
profile_id,
snapshot_ts,
written_ts,
last_event_ts,
embedding_version
FROM shop.snapshots AS source
) AS snapshots
WHERE
snapshots.snapshot_ts >= CAST('2026-01-06 00:00:00' AS TIMESTAMP)
AND snapshots.snapshot_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
)
SELECT
logged.profile_id,
logged.snapshot_us,
MIN(logged.written_us) AS written_us, /* a rewrite counts from its first version */
MAX(logged.last_event_us) AS last_event_us,
MAX(logged.embedding_version) AS embedding_version
FROM logged
GROUP BY
logged.profile_id,
logged.snapshot_us;
-- models/split_paths.sql
/* One row per person served from a part of themselves: the identifiers that tied the rest to it. */
WITH served_keys AS (
SELECT
split_people.person_id,
split_people.other_key,
moment_keys.key,
split_people.known_us AS path_known_us
FROM recsql_split_people AS split_people
JOIN recsql_moment_keys AS moment_keys
ON split_people.moment_id = moment_keys.moment_id
WHERE
moment_keys.in_profile
), paths AS (
SELECT
served_keys.person_id,
served_keys.path_known_us,
served_keys.key,
links.id_type,
links.id_value,
value_ties.other_id_type,
value_ties.other_id_value,
ROW_NUMBER() OVER (
PARTITION BY served_keys.person_id
ORDER BY CASE WHEN value_ties.seen_us = 0 THEN 0 ELSE 1 END /* a single identifier says most */, served_keys.key, links.id_type, links.id_value, value_ties.other_id_type, value_ties.other_id_value
) AS nth
FROM served_keys
JOIN recsql_links AS links
ON served_keys.key = links.key
JOIN recsql_value_ties AS value_ties
ON links.id_type = value_ties.id_type AND links.id_value = value_ties.id_value
JOIN recsql_links AS other_links
ON value_ties.other_id_type = other_links.id_type
AND value_ties.other_id_value = other_links.id_value
AND served_keys.other_key = other_links.key
WHERE
links.known_us <= served_keys.path_known_us
AND value_ties.known_us <= served_keys.path_known_us
AND other_links.known_us <= served_keys.path_known_us
), middles AS (
/* one key between two identifiers; a longer path is not spelt out */
SELECT
paths.person_id,
MIN(links.key) AS via_key
FROM paths
JOIN recsql_links AS links
ON paths.id_type = links.id_type AND paths.id_value = links.id_value
JOIN recsql_links AS other_links
ON paths.other_id_type = other_links.id_type
AND paths.other_id_value = other_links.id_value
AND links.key = other_links.key
WHERE
paths.nth = 1
AND links.known_us <= paths.path_known_us
AND other_links.known_us <= paths.path_known_us
AND (
paths.id_type <> paths.other_id_type OR paths.id_value <> paths.other_id_value
)
GROUP BY
paths.person_id
)
SELECT
paths.person_id,
paths.key,
paths.id_type,
paths.id_value,
middles.via_key,
paths.other_id_type,
paths.other_id_value
FROM paths
LEFT JOIN middles
ON paths.person_id = middles.person_id
WHERE
paths.nth = 1;
-- models/split_people.sql
/* One row per person served from a part of themselves: the last such request, and the key it missed. */
WITH asked AS (
SELECT
fragments.person_id,
fragments.moment_id,
fragments.missed_us,
fragments.is_split,
moments.key,
moments.profile_id,
moments.at_us,
moments.cut_us,
ROW_NUMBER() OVER (
PARTITION BY fragments.person_id
ORDER BY CASE WHEN fragments.is_split THEN 0 ELSE 1 END, moments.at_us DESC, fragments.moment_id
) AS nth
FROM recsql_fragments AS fragments
JOIN recsql_moments AS moments
ON fragments.moment_id = moments.moment_id
WHERE
fragments.is_request
), people AS (
SELECT
asked.person_id,
COUNT(*) AS n_requests,
COUNT(CASE WHEN asked.is_split THEN 1 END) AS n_split,
COUNT(DISTINCT asked.profile_id) AS n_profiles
FROM asked
GROUP BY
asked.person_id
), missed AS (
SELECT
asked.person_id,
asked.moment_id,
asked.missed_us,
asked.key,
asked.profile_id,
asked.at_us,
moment_keys.known_us,
moment_keys.key AS other_key,
COALESCE(profile_periods.profile_id, moment_keys.key) AS other_profile_id,
ROW_NUMBER() OVER (PARTITION BY asked.person_id ORDER BY moment_keys.key, profile_periods.profile_id) AS nth
FROM asked
JOIN recsql_moment_keys AS moment_keys
ON asked.moment_id = moment_keys.moment_id
JOIN recsql_key_sightings AS key_sightings
ON asked.moment_id = key_sightings.moment_id
AND moment_keys.key = key_sightings.key
AND asked.missed_us = key_sightings.before_cut_us
LEFT JOIN recsql_profile_periods AS profile_periods
ON moment_keys.key = profile_periods.key
AND asked.at_us >= profile_periods.from_us
AND asked.at_us < profile_periods.to_us
WHERE
asked.nth = 1
AND asked.is_split
AND NOT moment_keys.in_profile
AND moment_keys.known_us <= asked.cut_us - 86400000000
)
SELECT
missed.person_id,
people.n_requests,
people.n_split,
people.n_profiles,
missed.moment_id,
missed.key,
missed.profile_id,
missed.other_key,
missed.other_profile_id,
missed.at_us,
missed.known_us,
missed.missed_us
FROM missed
JOIN people
ON missed.person_id = people.person_id
WHERE
missed.nth = 1;
-- models/split_profiles.sql
/* One row per person served from a part, and one of the two profiles: what it asks, earns and likes. */
WITH sides AS (
SELECT
person_id,
profile_id,
key,
'served' AS side
FROM recsql_split_people AS split_people
UNION ALL
SELECT
person_id,
other_profile_id,
other_key,
'missed'
FROM recsql_split_people AS split_people
), traffic AS (
SELECT
moments.profile_id,
COUNT(CASE WHEN moments.is_request THEN 1 END) AS n_requests,
SUM(moments.revenue) AS revenue
FROM recsql_moments AS moments
GROUP BY
moments.profile_id
), side_keys AS (
SELECT
person_id,
side,
key
FROM sides
UNION
SELECT
sides.person_id,
sides.side,
holdings.key
FROM sides
JOIN recsql_holdings AS holdings
ON sides.profile_id = holdings.profile_id
), tastes AS (
SELECT
side_keys.person_id,
side_keys.side,
person_events.category,
MIN(person_events.event_us) AS first_us,
MAX(person_events.event_us) AS last_us,
ROW_NUMBER() OVER (
PARTITION BY side_keys.person_id, side_keys.side
ORDER BY CASE WHEN person_events.category IS NULL THEN 1 ELSE 0 END, COUNT(*) DESC, person_events.category
) AS nth
FROM side_keys
JOIN recsql_person_events AS person_events
ON side_keys.key = person_events.key
GROUP BY
side_keys.person_id,
side_keys.side,
person_events.category
), described AS (
SELECT
person_id,
side,
MIN(first_us) AS first_us,
MAX(last_us) AS last_us,
MAX(CASE WHEN nth = 1 THEN category END) || COALESCE(', ' || MAX(CASE WHEN nth = 2 THEN category END), '') || COALESCE(', ' || MAX(CASE WHEN nth = 3 THEN category END), '') AS categories
FROM tastes
GROUP BY
person_id,
side
)
SELECT
sides.person_id,
sides.side,
sides.profile_id,
COALESCE(traffic.n_requests, 0) AS n_requests,
COALESCE(traffic.revenue, 0.0) AS revenue,
described.first_us,
described.last_us,
described.categories
FROM sides
LEFT JOIN traffic
ON sides.profile_id = traffic.profile_id
LEFT JOIN described
ON sides.person_id = described.person_id AND sides.side = described.side;
-- models/standardised_hits.sql
/* One row per level of strata: the hit rate of fresh lists from whole profiles, at the strata of all. */
WITH everybody AS (
SELECT
level,
SUM(n) AS n_requests,
MIN(youngest_us) AS youngest_us,
MAX(oldest_us) AS oldest_us
FROM recsql_strata_people AS strata_people
GROUP BY
level
), spread AS (
SELECT
level,
MAX(value) AS value,
MAX(n_covered) AS n_covered,
SUM(n_sound) AS n,
CAST(COUNT(CASE WHEN n_sound > 0.0 THEN 1 END) AS DOUBLE) AS persons,
SUM(sound_hits) AS positives,
MIN(youngest_us) AS youngest_us,
MAX(oldest_us) AS oldest_us,
CASE
WHEN SUM(pull * pull) > 0.000000000000000001
THEN SQRT(
CAST(COUNT(*) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE) - 1.0, 0.0) * SUM(pull * pull)
)
END AS se
FROM recsql_strata_pulls AS strata_pulls
GROUP BY
level
), judged AS (
SELECT
levels.level,
CASE WHEN spread.n_covered >= 0.5 * everybody.n_requests THEN spread.value END AS value,
COALESCE(spread.n, 0.0) AS n,
COALESCE(spread.persons, 0.0) AS persons,
spread.positives,
spread.se,
COALESCE(everybody.n_requests, 0.0) AS n_requests,
COALESCE(spread.n_covered, 0.0) / NULLIF(everybody.n_requests, 0.0) AS overlap,
COALESCE(spread.youngest_us, everybody.youngest_us) AS youngest_us, /* where nothing compares, the lists that would have */
COALESCE(spread.oldest_us, everybody.oldest_us) AS oldest_us,
CAST(3600000000 + 360000000 AS DOUBLE) AS target_us
FROM (VALUES
('coarse'),
('fine')) AS levels(level)
LEFT JOIN everybody
ON levels.level = everybody.level
LEFT JOIN spread
ON levels.level = spread.level
)
SELECT
judged.level,
judged.value,
CASE
WHEN judged.se > 0.0 AND judged.value - 1.96 * judged.se < 0.0
THEN 0.0
WHEN judged.se > 0.0 AND judged.value - 1.96 * judged.se > 1.0
THEN 1.0
WHEN judged.se > 0.0
THEN judged.value - 1.96 * judged.se
ELSE (
(
judged.value
) + 1.9208 / NULLIF(CAST(judged.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
judged.value
) * (
1.0 - (
judged.value
)
) / NULLIF(CAST(judged.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(judged.persons AS DOUBLE), 0.0) * NULLIF(CAST(judged.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(judged.persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN judged.se > 0.0 AND judged.value + 1.96 * judged.se < 0.0
THEN 0.0
WHEN judged.se > 0.0 AND judged.value + 1.96 * judged.se > 1.0
THEN 1.0
WHEN judged.se > 0.0
THEN judged.value + 1.96 * judged.se
ELSE (
(
judged.value
) + 1.9208 / NULLIF(CAST(judged.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
judged.value
) * (
1.0 - (
judged.value
)
) / NULLIF(CAST(judged.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(judged.persons AS DOUBLE), 0.0) * NULLIF(CAST(judged.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(judged.persons AS DOUBLE), 0.0)
)
END AS high,
judged.n,
judged.persons,
judged.positives,
judged.overlap,
judged.youngest_us / 1000000.0 AS fresh_age_low,
judged.oldest_us / 1000000.0 AS fresh_age_high,
judged.target_us / 1000000.0 AS target_age,
CASE
WHEN judged.n_requests = 0.0
THEN 'not_enough_data: no request has an answer'
WHEN judged.value IS NULL
THEN 'not_identified: too few strata hold sound and defective requests side by side'
WHEN judged.oldest_us > judged.target_us
THEN 'not_identified: an extrapolation, for the freshest lists are older than planned'
END AS reason
FROM judged;
-- models/stranger_matches.sql
/* One row per person and lag in days: how alike the person and all others are, that far apart. */
WITH shares AS (
SELECT
day_topics.person_id,
day_topics.day,
day_topics.topic,
day_topics.n_events / NULLIF(day_topics.n_part, 0.0) AS share
FROM recsql_day_topics AS day_topics
WHERE
NOT day_topics.is_promoted
), everybody AS (
SELECT
shares.day,
shares.topic,
SUM(shares.share) AS share
FROM shares
GROUP BY
shares.day,
shares.topic
), lags AS (
SELECT
lags.lag_days
FROM (VALUES
(1),
(7),
(21)) AS lags(lag_days)
CROSS JOIN recsql_fallback_category AS fallback_category
WHERE
lags.lag_days * 86400.0 <= 1814400 AND fallback_category.category IS NULL
), around AS (
/* what everybody was after so many days before and after a day, summed up before it is met */
SELECT
lags.lag_days,
everybody.day + signs.sign * lags.lag_days AS day,
everybody.topic,
SUM(everybody.share) AS share
FROM everybody
CROSS JOIN lags
CROSS JOIN (VALUES
(-1),
(1)) AS signs(sign)
GROUP BY
lags.lag_days,
everybody.day + signs.sign * lags.lag_days,
everybody.topic
), met AS (
SELECT
shares.person_id,
around.lag_days,
shares.share * around.share AS matched,
0.0 AS pairs
FROM shares
JOIN around
ON shares.day = around.day AND shares.topic = around.topic
UNION ALL
SELECT
own.person_id,
crowds.lag_days,
0.0,
crowds.persons
FROM (
SELECT DISTINCT
shares.person_id,
shares.day
FROM shares
) AS own
JOIN (
SELECT
around.lag_days,
around.day,
SUM(around.share) AS persons
FROM around
GROUP BY
around.lag_days,
around.day
) AS crowds
ON own.day = crowds.day
UNION ALL
/* less what they met of their own, which is in it both ways */
SELECT
day_matches.person_id,
CAST(day_matches.lag_days AS BIGINT),
-2.0 * day_matches.match * day_matches.n_pairs,
-2.0 * day_matches.n_pairs
FROM recsql_day_matches AS day_matches
JOIN lags
ON day_matches.lag_days = CAST(lags.lag_days AS DOUBLE)
WHERE
day_matches.curve = 'signals'
)
SELECT
met.person_id,
met.lag_days,
SUM(met.matched) AS matched,
SUM(met.pairs) AS pairs
FROM met
GROUP BY
met.person_id,
met.lag_days;
-- models/strata.sql
/* One row per stratum whose lists can be compared, coarse or fine: its part and its sound hit rate. */
WITH wanted AS (
/* a defect that the log hardly knows needs no cells */
SELECT
strata_people.level,
CASE WHEN SUM(strata_people.n_stale + strata_people.n_both) >= 30 THEN 1 ELSE 0 END AS has_stale,
CASE WHEN SUM(strata_people.n_split + strata_people.n_both) >= 30 THEN 1 ELSE 0 END AS has_split
FROM recsql_strata_people AS strata_people
GROUP BY
strata_people.level
), counted AS (
SELECT
strata_people.level,
strata_people.stratum,
strata_people.is_unseen,
SUM(strata_people.n) AS n_requests,
SUM(strata_people.n_sound) AS n_sound,
COUNT(CASE WHEN strata_people.n_sound > 0.0 THEN 1 END) AS n_people,
SUM(strata_people.sound_hits) AS sound_hits,
SUM(strata_people.n_stale) AS n_stale,
SUM(strata_people.n_split) AS n_split,
SUM(strata_people.n_both) AS n_both
FROM recsql_strata_people AS strata_people
GROUP BY
strata_people.level,
strata_people.stratum,
strata_people.is_unseen
)
SELECT
counted.level,
counted.stratum,
counted.n_sound,
counted.sound_hits / NULLIF(counted.n_sound, 0.0) AS rate,
counted.n_requests / NULLIF(SUM(counted.n_requests) OVER (PARTITION BY counted.level), 0.0) AS part,
SUM(counted.n_requests) OVER (PARTITION BY counted.level) AS n_covered
FROM counted
JOIN wanted
ON counted.level = wanted.level
WHERE
counted.n_sound >= 30
AND /* m persons show (m - 1) / m of the spread between persons: of one, none */ counted.n_people >= 10
AND (
counted.is_unseen /* who was never seen before has no stale signal and no second profile */
OR (
(
wanted.has_stale = 0 OR counted.n_stale >= 30
)
AND (
wanted.has_split = 0 OR counted.n_split >= 30
)
AND (
wanted.has_stale + wanted.has_split < 2 OR counted.n_both >= 30
)
)
);
-- models/strata_people.sql
/* One row per person and stratum, coarse or fine: the person's lists there, of each kind. */
WITH kinds AS (
SELECT
strata_requests.*,
CASE
WHEN strata_requests.is_stale + strata_requests.is_split = 0
THEN 1.0
ELSE 0.0
END AS is_sound
FROM recsql_strata_requests AS strata_requests
), counted AS (
SELECT
person_id,
CAST(busy_third AS TEXT) || ' ' || CAST(silence AS TEXT) || ' ' || CASE WHEN has_login THEN 'login' ELSE 'none' END AS stratum,
COALESCE(surface, 'none') /* what is not logged is a surface, or a place in the session, of its own */ || ' ' || COALESCE(session_place, 'none') AS place,
silence = 9 AS is_unseen,
CAST(COUNT(*) AS DOUBLE) AS n,
SUM(is_sound) AS n_sound,
SUM(is_sound * hit) AS sound_hits,
SUM(is_stale * (
1 - is_split
)) AS n_stale,
SUM(is_split * (
1 - is_stale
)) AS n_split,
SUM(is_stale * is_split) AS n_both,
MIN(CASE WHEN is_sound = 1.0 THEN age_us END) AS youngest_us,
MAX(CASE WHEN is_sound = 1.0 THEN age_us END) AS oldest_us
FROM kinds
GROUP BY
person_id,
busy_third,
silence,
has_login,
surface,
session_place
)
SELECT
'fine' AS level,
person_id,
stratum || ' ' || place AS stratum,
is_unseen,
n,
n_sound,
sound_hits,
n_stale,
n_split,
n_both,
youngest_us,
oldest_us
FROM counted
UNION ALL
SELECT
'coarse',
person_id,
stratum,
is_unseen,
SUM(n),
SUM(n_sound),
SUM(sound_hits),
SUM(n_stale),
SUM(n_split),
SUM(n_both),
MIN(youngest_us),
MAX(oldest_us)
FROM counted
GROUP BY
person_id,
stratum,
is_unseen;
-- models/strata_pulls.sql
/* One row per person with lists in comparable strata, and level: the pull on the standardised rate. */
WITH found AS (
SELECT
level,
SUM(part * rate) AS value,
MAX(n_covered) AS n_covered
FROM recsql_strata AS strata
GROUP BY
level
)
/* what each person adds to the rates of the strata, and to the strata's sizes */
SELECT
people.level,
people.person_id,
MAX(found.value) AS value,
MAX(found.n_covered) AS n_covered,
SUM(people.n_sound) AS n_sound,
SUM(people.sound_hits) AS sound_hits,
MIN(people.youngest_us) AS youngest_us,
MAX(people.oldest_us) AS oldest_us,
SUM(
strata.part / NULLIF(strata.n_sound, 0.0) * (
people.sound_hits - people.n_sound * strata.rate
) + people.n * (
strata.rate - found.value
) / NULLIF(found.n_covered, 0.0)
) AS pull
FROM recsql_strata_people AS people
JOIN recsql_strata AS strata
ON people.level = strata.level AND people.stratum = strata.stratum
JOIN found
ON people.level = found.level
GROUP BY
people.level,
people.person_id;
-- models/strata_requests.sql
/* One row per request with an answer: its stratum, and whether it was stale or its profile split. */
WITH limits AS (
/* as fresh as the plan; where hardly any list is, the freshest fifth stands in for it */
SELECT
MAX(
CASE
WHEN ranked.nth <= CEIL(0.2 * ranked.n_requests)
OR ranked.age_us <= 3600000000 + 360000000
THEN ranked.age_us
END
) AS fresh_us
FROM (
SELECT
list_ages.age_us,
CAST(ROW_NUMBER() OVER (ORDER BY list_ages.age_us) AS DOUBLE) AS nth,
CAST(COUNT(*) OVER () AS DOUBLE) AS n_requests
FROM recsql_list_ages AS list_ages
) AS ranked
), visits AS (
SELECT
requests.request_id,
requests.surface,
CASE
WHEN NOT requests.session_id IS NULL
THEN ROW_NUMBER() OVER (
PARTITION BY requests.person_id, requests.session_id
ORDER BY requests.serve_us, requests.request_id
)
END AS nth_of_session
FROM recsql_requests AS requests
), logins AS (
SELECT
users.person_id
FROM recsql_users AS users
GROUP BY
users.person_id
)
SELECT
lists.request_id,
lists.person_id,
lists.hit,
lists.age_us,
busy.busy_third,
NOT logins.person_id IS NULL AS has_login,
CASE
WHEN signals.newest_us IS NULL
THEN 9
WHEN lists.serve_us - signals.newest_us < 1 * 3600000000
THEN 1
WHEN lists.serve_us - signals.newest_us < 6 * 3600000000
THEN 2
WHEN lists.serve_us - signals.newest_us < 24 * 3600000000
THEN 3
WHEN lists.serve_us - signals.newest_us < 72 * 3600000000
THEN 4
WHEN lists.serve_us - signals.newest_us < 168 * 3600000000
THEN 5
ELSE 6
END AS silence,
visits.surface,
CASE
WHEN CAST(visits.nth_of_session AS DOUBLE) <= 1.0
THEN 'first'
WHEN CAST(visits.nth_of_session AS DOUBLE) > 1.0
THEN 'later'
END AS session_place,
CASE
WHEN lists.age_us > limits.fresh_us
THEN 1
WHEN signals.profile_us > COALESCE(signals.used_us, 0)
AND signals.profile_us <= lists.serve_us - limits.fresh_us
THEN 1
ELSE 0
END AS is_stale,
CASE WHEN fragments.is_split_in_hindsight THEN 1 ELSE 0 END AS is_split /* whether the pipeline could know or not: a part of a person is not the person */
FROM recsql_list_ages AS lists
CROSS JOIN limits
JOIN recsql_busy_thirds AS busy
ON lists.person_id = busy.person_id
LEFT JOIN visits
ON lists.request_id = visits.request_id
LEFT JOIN recsql_signals AS signals
ON lists.request_id = signals.request_id
LEFT JOIN recsql_fragments AS fragments
ON lists.request_id = fragments.request_id
LEFT JOIN logins
ON lists.person_id = logins.person_id;
-- models/survival.sql
/* One row per curve of decisions and time at which one ended: the share that is still open. */
WITH ends AS (
SELECT
curve,
category,
observed_s,
CAST(COUNT(*) AS DOUBLE) AS ended,
CAST(COUNT(CASE WHEN is_bought THEN 1 END) AS DOUBLE) AS bought,
CAST(COUNT(CASE WHEN is_bought OR is_lapsed THEN 1 END) AS DOUBLE) AS decided
FROM recsql_journey_curves AS journey_curves
GROUP BY
curve,
category,
observed_s
), risks AS (
SELECT
curve,
category,
observed_s,
bought,
decided,
SUM(ended) OVER (
PARTITION BY curve
ORDER BY observed_s DESC
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS at_risk
FROM ends
), opened AS (
/* neither bought nor given up before; where all are decided at once, nobody is left after it */
SELECT
curve,
category,
observed_s,
bought,
at_risk,
COALESCE(1.0 / NULLIF(at_risk - decided, 0.0), 0.0) AS per_left,
COALESCE(decided / NULLIF(at_risk * (
at_risk - decided
), 0.0), 0.0) AS spread,
EXP(
COALESCE(
SUM(LN(1.0 - NULLIF(decided, at_risk) / NULLIF(at_risk, 0.0))) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND 1 preceding
),
0.0
)
) / NULLIF(at_risk, 0.0) AS each_share
FROM risks
), shares AS (
SELECT
curve,
category,
observed_s,
bought,
at_risk,
per_left,
spread,
each_share,
SUM(each_share * bought) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS bought_share
FROM opened
), sums AS (
/* the sums of which variances and each person's pull are made */
SELECT
curve,
category,
observed_s,
bought,
at_risk,
per_left,
each_share,
bought_share,
SUM(spread) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS spreads,
SUM(bought_share * spread) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS spreads_1,
SUM(bought_share * bought_share * spread) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS spreads_2,
SUM(each_share * each_share * bought * (
1.0 - bought / NULLIF(at_risk, 0.0)
)) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS owns,
SUM(each_share * bought / NULLIF(at_risk, 0.0)) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS pulls,
SUM(bought_share * each_share * bought / NULLIF(at_risk, 0.0)) OVER (
PARTITION BY curve
ORDER BY observed_s
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS pulls_1
FROM shares
)
SELECT
curve,
category,
observed_s AS elapsed_s,
bought,
at_risk,
per_left,
each_share,
bought_share,
spreads,
spreads_1,
pulls,
CASE WHEN bought_share < 0.999999999999 THEN 1.0 - bought_share ELSE 0.0 END AS survival, /* what rounding leaves of a zero is a zero */
bought_share * bought_share * spreads - 2.0 * bought_share * (
spreads_1 + pulls
) + spreads_2 + owns + 2.0 * pulls_1 AS variance
FROM sums;
-- models/topic_events.sql
/* One row per event of a person: its topic, and its number in the order in which they happened. */
WITH named AS (
/* where nothing has a category, every item is a topic of its own */
SELECT
person_events.person_id,
person_events.event_id,
person_events.item_id,
person_events.event_us,
CASE
WHEN fallback_category.category IS NULL
THEN COALESCE(person_events.category, items.category)
ELSE person_events.item_id
END AS topic
FROM recsql_person_events AS person_events
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN recsql_items AS items
ON person_events.item_id = items.item_id
)
SELECT
named.person_id,
named.topic,
named.event_us,
ROW_NUMBER() OVER (PARTITION BY named.person_id ORDER BY named.event_us, named.event_id, named.topic) AS nth,
LAG(named.event_us) OVER (PARTITION BY named.person_id ORDER BY named.event_us, named.event_id, named.topic) AS previous_us
FROM named
WHERE
NOT named.topic IS NULL AND NOT named.person_id IS NULL;
-- models/training_span.sql
/* One row: the time from which the model learnt, and the recent days it is compared with. */
WITH labels AS (
SELECT
MIN(EPOCH_US(training_sample.label_ts)) AS first_us,
MAX(EPOCH_US(training_sample.label_ts)) AS last_us
FROM (
SELECT
label_ts
FROM shop.training_sample AS source
) AS training_sample
WHERE
training_sample.label_ts < CAST('2026-03-03 00:00:00' AS TIMESTAMP)
), recent AS (
SELECT
1772496000000000 - 604800000000 AS recent_from_us
)
SELECT
COALESCE(labels.first_us, 1772496000000000 - 2419200000000) AS from_us,
CASE
WHEN labels.last_us < recent.recent_from_us
THEN labels.last_us + 1
ELSE recent.recent_from_us
END AS to_us, /* what is recent is not trained on, even where the sample overlaps it */
recent.recent_from_us
FROM labels
CROSS JOIN recent;
-- models/users.sql
/* One row per login that evidence ties to a key: the person who logs in with it. */
SELECT
values_seen.name AS user_id,
MIN(persons.person_id) AS person_id
FROM recsql_components AS values_seen
JOIN recsql_components AS keys_seen
ON values_seen.component = keys_seen.component AND keys_seen.id_type IS NULL
JOIN recsql_persons AS persons
ON keys_seen.name = persons.key
WHERE
values_seen.id_type = 'user_id'
GROUP BY
values_seen.name;
-- models/value_ties.sql
SELECT
one.id_type,
one.name AS id_value,
other.id_type AS other_id_type,
other.name AS other_id_value,
ties.seen_us,
ties.known_us
FROM recsql_value_ties_ties AS ties
JOIN recsql_value_ties_numbered AS one
ON ties.value = one.value
JOIN recsql_value_ties_numbered AS other
ON ties.other_value = other.value
UNION ALL
/* a value leads to itself, always */
SELECT
components.id_type,
components.name AS id_value,
components.id_type AS other_id_type,
components.name AS other_id_value,
CAST(0 AS BIGINT) AS seen_us,
CAST(0 AS BIGINT) AS known_us
FROM recsql_components AS components
WHERE
NOT components.id_type IS NULL;
-- models/visit_matches.sql
/* One row per person and lag of hours below a day: the chance that two visits share their topics. */
WITH halves AS (
/* two visits less than a day apart lie on one UTC day or on two that follow each other */
SELECT
halves.half
FROM (VALUES
(0),
(1)) AS halves(half)
), visits AS (
SELECT DISTINCT
visit_topics.person_id,
visit_topics.day,
visit_topics.start_us
FROM recsql_visit_topics AS visit_topics
), pairs AS (
SELECT
earlier.person_id,
FLOOR(CAST(later.start_us - earlier.start_us AS DOUBLE) / 3600000000.0 + 0.5) AS lag_hours,
COUNT(*) AS n_pairs
FROM visits AS earlier
CROSS JOIN halves
JOIN visits AS later
ON earlier.person_id = later.person_id
AND earlier.day + halves.half = later.day
AND earlier.start_us < later.start_us
GROUP BY
earlier.person_id,
FLOOR(CAST(later.start_us - earlier.start_us AS DOUBLE) / 3600000000.0 + 0.5)
), matches AS (
SELECT
earlier.person_id,
FLOOR(CAST(later.start_us - earlier.start_us AS DOUBLE) / 3600000000.0 + 0.5) AS lag_hours,
SUM(
earlier.n_events / NULLIF(earlier.n_visit, 0.0) * later.n_events / NULLIF(later.n_visit, 0.0)
) AS matched
FROM recsql_visit_topics AS earlier
CROSS JOIN halves
JOIN recsql_visit_topics AS later
ON earlier.person_id = later.person_id
AND earlier.topic = later.topic
AND earlier.day + halves.half = later.day
AND earlier.start_us < later.start_us
GROUP BY
earlier.person_id,
FLOOR(CAST(later.start_us - earlier.start_us AS DOUBLE) / 3600000000.0 + 0.5)
)
SELECT
pairs.person_id,
'within_a_day' AS curve,
pairs.lag_hours / 24.0 AS lag_days,
pairs.n_pairs,
COALESCE(matches.matched, 0.0) / NULLIF(CAST(pairs.n_pairs AS DOUBLE), 0.0) AS match
FROM pairs
CROSS JOIN recsql_fallback_category AS fallback_category
LEFT JOIN matches
ON pairs.person_id = matches.person_id AND pairs.lag_hours = matches.lag_hours
WHERE
pairs.lag_hours > 0.0
AND pairs.lag_hours < 24.0
AND fallback_category.category IS NULL;
-- models/visit_topics.sql
/* One row per person, visit and topic that was not promoted: its events, and those of the visit. */
WITH visited AS (
/* a visit of the person, on whichever device, ends with a silence longer than a session's gap */
SELECT
topic_events.person_id,
topic_events.topic,
MAX(
CASE
WHEN topic_events.event_us - topic_events.previous_us <= 1800000000
THEN 0
ELSE topic_events.event_us
END
) OVER (
PARTITION BY topic_events.person_id
ORDER BY topic_events.nth
rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
) AS start_us
FROM recsql_topic_events AS topic_events
JOIN recsql_drift_people AS drift_people
ON topic_events.person_id = drift_people.person_id
/* lags of hours are all there within two weeks */
WHERE
topic_events.event_us >= 1771286400000000
), counted AS (
SELECT
visited.person_id,
visited.start_us,
CAST(FLOOR(CAST(visited.start_us AS DOUBLE) / 86400000000.0) AS BIGINT) AS day,
visited.topic,
CAST(COUNT(*) AS DOUBLE) AS n_events
FROM visited
WHERE
visited.start_us > 0
GROUP BY
visited.person_id,
visited.start_us,
CAST(FLOOR(CAST(visited.start_us AS DOUBLE) / 86400000000.0) AS BIGINT),
visited.topic
)
SELECT
counted.person_id,
counted.start_us,
counted.day,
counted.topic,
counted.n_events,
SUM(counted.n_events) OVER (PARTITION BY counted.person_id, counted.start_us) AS n_visit
FROM counted
LEFT JOIN recsql_promoted_topics AS every_topic
ON counted.day = every_topic.day AND every_topic.topic IS NULL
LEFT JOIN recsql_promoted_topics AS own_topic
ON counted.day = own_topic.day AND counted.topic = own_topic.topic
WHERE
COALESCE(every_topic.day, own_topic.day) IS NULL;
-- models/weights.sql
/* One row per shown item: whether it was clicked, and its weight under a uniform choice of items. */
WITH logged AS (
/* read from the log itself: without the column there is nothing to weigh, and that is said */
SELECT
COUNT(served_items.propensity) AS n_propensities
FROM (
SELECT
propensity
FROM shop.served_items AS source
) AS served_items
), shown AS (
SELECT
requests.person_id,
requests.surface,
requests.model_version,
displayed.item_id,
displayed.propensity,
CAST(CASE WHEN clicks.item_id IS NULL THEN 0 ELSE 1 END AS DOUBLE) AS click
FROM recsql_displayed AS displayed
CROSS JOIN logged
JOIN recsql_requests AS requests
ON displayed.request_id = requests.request_id
LEFT JOIN recsql_clicks AS clicks
ON displayed.request_id = clicks.request_id AND displayed.item_id = clicks.item_id
WHERE
logged.n_propensities > 0
), choices AS (
/* a surface can show what it was ever seen to show */
SELECT
shown.surface,
CAST(COUNT(DISTINCT shown.item_id) AS DOUBLE) AS n_items
FROM shown
GROUP BY
shown.surface
)
SELECT
shown.person_id,
shown.surface,
shown.model_version,
shown.click,
1.0 / NULLIF(choices.n_items * shown.propensity, 0.0) AS weight
FROM shown
JOIN choices
ON shown.surface IS NOT DISTINCT FROM choices.surface
WHERE
shown.propensity > 0.0;
-- models/window_spreads.sql
/* One row per curve of decisions in which somebody bought: its windows, and how sure they are. */
WITH finals AS (
/* most never buy: the quantiles are those of the share that does in the end */
SELECT
curve,
elapsed_s,
bought_share,
spreads,
spreads_1,
pulls,
MAX(bought_share) OVER (PARTITION BY curve) AS final_share,
MAX(elapsed_s) OVER (PARTITION BY curve) AS last_s
FROM recsql_survival AS survival
), reached AS (
/* sums round: a hair below a quantile is the quantile */
SELECT
curve,
MAX(final_share) AS final_share,
MAX(last_s) AS last_s,
MIN(CASE WHEN bought_share >= 0.5 * final_share - 0.000000000001 THEN elapsed_s END) AS window_50,
MIN(CASE WHEN bought_share >= 0.9 * final_share - 0.000000000001 THEN elapsed_s END) AS window_90
FROM finals
WHERE
final_share > 0.0
GROUP BY
curve
), points AS (
SELECT
reached.curve,
reached.final_share,
reached.window_50,
reached.window_90,
MAX(CASE WHEN finals.elapsed_s = reached.window_50 THEN finals.bought_share END) AS mid_bought_share,
MAX(CASE WHEN finals.elapsed_s = reached.window_50 THEN finals.spreads END) AS mid_spreads,
MAX(CASE WHEN finals.elapsed_s = reached.window_50 THEN finals.spreads_1 END) AS mid_spreads_1,
MAX(CASE WHEN finals.elapsed_s = reached.window_50 THEN finals.pulls END) AS mid_pulls,
MAX(CASE WHEN finals.elapsed_s = reached.window_90 THEN finals.bought_share END) AS late_bought_share,
MAX(CASE WHEN finals.elapsed_s = reached.window_90 THEN finals.spreads END) AS late_spreads,
MAX(CASE WHEN finals.elapsed_s = reached.window_90 THEN finals.spreads_1 END) AS late_spreads_1,
MAX(CASE WHEN finals.elapsed_s = reached.window_90 THEN finals.pulls END) AS late_pulls,
MAX(CASE WHEN finals.elapsed_s = reached.last_s THEN finals.bought_share END) AS end_bought_share,
MAX(CASE WHEN finals.elapsed_s = reached.last_s THEN finals.spreads END) AS end_spreads,
MAX(CASE WHEN finals.elapsed_s = reached.last_s THEN finals.spreads_1 END) AS end_spreads_1,
MAX(CASE WHEN finals.elapsed_s = reached.last_s THEN finals.pulls END) AS end_pulls
FROM reached
JOIN finals
ON reached.curve = finals.curve
GROUP BY
reached.curve,
reached.final_share,
reached.window_50,
reached.window_90
), pulls AS (
/* by how much each person moves the share that has bought at each of the three times */
SELECT
journeys.curve,
journeys.person_id,
points.final_share,
points.mid_bought_share / NULLIF(points.final_share, 0.0) AS mid_part,
points.late_bought_share / NULLIF(points.final_share, 0.0) AS late_part,
SUM(
CASE
WHEN journeys.observed_s <= points.window_50
THEN CASE WHEN journeys.is_bought THEN own.each_share ELSE 0.0 END - own.pulls + points.mid_bought_share * own.spreads - own.spreads_1 - CASE
WHEN journeys.is_bought OR journeys.is_lapsed
THEN (
points.mid_bought_share - own.bought_share
) * own.per_left
ELSE 0.0
END
ELSE points.mid_bought_share * points.mid_spreads - points.mid_spreads_1 - points.mid_pulls
END
) AS mid_pull,
SUM(
CASE
WHEN journeys.observed_s <= points.window_90
THEN CASE WHEN journeys.is_bought THEN own.each_share ELSE 0.0 END - own.pulls + points.late_bought_share * own.spreads - own.spreads_1 - CASE
WHEN journeys.is_bought OR journeys.is_lapsed
THEN (
points.late_bought_share - own.bought_share
) * own.per_left
ELSE 0.0
END
ELSE points.late_bought_share * points.late_spreads - points.late_spreads_1 - points.late_pulls
END
) AS late_pull,
SUM(
CASE
WHEN journeys.observed_s <= journeys.observed_s
THEN CASE WHEN journeys.is_bought THEN own.each_share ELSE 0.0 END - own.pulls + points.end_bought_share * own.spreads - own.spreads_1 - CASE
WHEN journeys.is_bought OR journeys.is_lapsed
THEN (
points.end_bought_share - own.bought_share
) * own.per_left
ELSE 0.0
END
ELSE points.end_bought_share * points.end_spreads - points.end_spreads_1 - points.end_pulls
END
) AS end_pull
FROM recsql_journey_curves AS journeys
JOIN points
ON journeys.curve = points.curve
JOIN recsql_survival AS own
ON journeys.curve = own.curve AND journeys.observed_s = own.elapsed_s
GROUP BY
journeys.curve,
journeys.person_id,
points.final_share,
points.mid_bought_share,
points.late_bought_share
)
SELECT
points.curve,
points.window_50,
points.window_90,
points.final_share,
CAST(COUNT(*) AS DOUBLE) AS persons,
SQRT(
CAST(COUNT(*) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE) - 1.0, 0.0) * SUM(pulls.end_pull * pulls.end_pull)
) AS final_error,
SQRT(
CAST(COUNT(*) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE) - 1.0, 0.0) * SUM(
(
pulls.mid_pull - pulls.mid_part * pulls.end_pull
) * (
pulls.mid_pull - pulls.mid_part * pulls.end_pull
)
)
) / NULLIF(points.final_share, 0.0) AS mid_error,
SQRT(
CAST(COUNT(*) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE) - 1.0, 0.0) * SUM(
(
pulls.late_pull - pulls.late_part * pulls.end_pull
) * (
pulls.late_pull - pulls.late_part * pulls.end_pull
)
)
) / NULLIF(points.final_share, 0.0) AS late_error
FROM points
JOIN pulls
ON points.curve = pulls.curve
GROUP BY
points.curve,
points.window_50,
points.window_90,
points.final_share;
-- offline_online_gap/feature_shift.rows.sql
/* One row per feature and bin, those that have moved furthest first. */
SELECT
bins.feature,
bins.bin,
bins.served_share,
bins.trained_share,
bins.psi
FROM recsql_feature_bins AS bins
WHERE
bins.psi > 0.0
ORDER BY
bins.psi DESC,
bins.feature,
bins.bin
LIMIT 20;
-- offline_online_gap/feature_shift.sql
/* One row per feature, and one for the feature that has moved furthest: training against serving. */
WITH worst AS (
SELECT
indices.*,
distances.ks,
distances.wasserstein,
ROW_NUMBER() OVER (ORDER BY indices.psi_low DESC, indices.psi DESC, indices.feature) AS place
FROM recsql_feature_indices AS indices
LEFT JOIN recsql_feature_distances AS distances
ON indices.feature = distances.feature
), cells AS (
SELECT
CAST(NULL AS TEXT) AS feature,
1 AS place
UNION ALL
SELECT
worst.feature,
worst.place
FROM worst
)
SELECT
cells.feature,
worst.psi,
worst.psi_low,
worst.psi_high,
COALESCE(worst.n_served, 0) AS psi_n,
worst.persons AS psi_persons,
worst.psi_by_chance,
worst.jsd,
worst.ks,
worst.wasserstein,
worst.l_infinity
FROM cells
LEFT JOIN worst
ON cells.place = worst.place;
-- offline_online_gap/gap_attribution.rows.sql
/* One row per replayed request without a hit whose item would stand in the list as planned. */
WITH replayed AS (
/* signals 1, items 2, identity 4: each cell is the sum of what is as planned in it */
SELECT
MAX(CASE WHEN states.cell = 0 THEN states.state END) AS state_0,
MAX(CASE WHEN states.cell = 1 THEN states.state END) AS state_1,
MAX(CASE WHEN states.cell = 2 THEN states.state END) AS state_2,
MAX(CASE WHEN states.cell = 3 THEN states.state END) AS state_3,
MAX(CASE WHEN states.cell = 4 THEN states.state END) AS state_4,
MAX(CASE WHEN states.cell = 5 THEN states.state END) AS state_5,
MAX(CASE WHEN states.cell = 6 THEN states.state END) AS state_6,
MAX(CASE WHEN states.cell = 7 THEN states.state END) AS state_7,
states.request_id
FROM recsql_replay_states AS states
WHERE
states.proxy = 1 AND states.hit = 0.0
GROUP BY
states.request_id
), ranked AS (
SELECT
replayed.*,
rates.rate,
ROW_NUMBER() OVER (ORDER BY rates.rate DESC, replayed.request_id) AS nth
FROM replayed
JOIN recsql_replay_rates AS rates
ON rates.proxy = 1 AND replayed.state_7 = rates.state AND rates.kin = 'in'
), worst AS (
/* lists and events are looked up for the rows that are shown */
SELECT
signals.*
FROM ranked
JOIN recsql_signals AS signals
ON ranked.request_id = signals.request_id
WHERE
ranked.nth <= 20
), listed AS (
SELECT
worst.request_id,
MAX(CASE WHEN lists.position = 1 THEN lists.item_id END) || COALESCE(', ' || MAX(CASE WHEN lists.position = 2 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 3 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 4 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 5 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 6 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 7 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 8 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 9 THEN lists.item_id END), '') || COALESCE(', ' || MAX(CASE WHEN lists.position = 10 THEN lists.item_id END), '') AS served,
MAX(CASE WHEN lists.position = 1 THEN COALESCE(items.category, 'none') END) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 2 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 3 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 4 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 5 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 6 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 7 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 8 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 9 THEN COALESCE(items.category, 'none') END),
''
) || COALESCE(
', ' || MAX(CASE WHEN lists.position = 10 THEN COALESCE(items.category, 'none') END),
''
) AS served_categories
FROM worst
JOIN recsql_lists AS lists
ON worst.request_id = lists.request_id
LEFT JOIN recsql_items AS items
ON lists.item_id = items.item_id
GROUP BY
worst.request_id
), wanted AS (
SELECT
labels.request_id,
labels.item_id,
items.category,
ROW_NUMBER() OVER (PARTITION BY labels.request_id ORDER BY labels.engaged_us, labels.item_id) AS nth
FROM recsql_labels AS labels
LEFT JOIN recsql_items AS items
ON labels.item_id = items.item_id
)
SELECT
ranked.request_id AS request,
requests.key,
requests.profile_id,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
listed.served,
listed.served_categories,
wanted.item_id AS item,
wanted.category AS item_category,
ranked.rate AS hit_share,
ranked.state_0 AS state_as_served,
ranked.state_7 AS state_as_planned,
ranked.state_1 AS state_with_signals,
ranked.state_2 AS state_with_items,
ranked.state_3 AS state_with_signals_and_items,
ranked.state_4 AS state_merged,
ranked.state_5 AS state_merged_with_signals,
ranked.state_6 AS state_merged_with_items,
events.newest_at,
events.profile_at,
events.arrived_at,
events.used_at,
events.other_key_events,
events.newest_event_id,
events.newest_category,
events.newest_key
FROM ranked
JOIN wanted
ON ranked.request_id = wanted.request_id AND wanted.nth = 1
JOIN recsql_requests AS requests
ON ranked.request_id = requests.request_id
LEFT JOIN listed
ON ranked.request_id = listed.request_id
LEFT JOIN (
WITH unseen_candidates AS (
SELECT
asked.request_id,
asked.used_us,
asked.arrived_us,
asked.profile_us,
moment_keys.in_profile,
person_events.event_id,
person_events.key,
person_events.event_us,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS happened_at,
COALESCE(person_events.category, items.category) AS category,
CASE
WHEN asked.used_us IS NULL OR person_events.event_us > asked.used_us
THEN ROW_NUMBER() OVER (
PARTITION BY asked.request_id
ORDER BY person_events.event_us DESC, person_events.event_id
)
END AS nth
FROM worst AS asked
JOIN recsql_moments AS moments
ON asked.request_id = moments.request_id
JOIN recsql_moment_keys AS moment_keys
ON moments.moment_id = moment_keys.moment_id
JOIN recsql_person_events AS person_events
ON moment_keys.key = person_events.key
AND person_events.event_us <= moments.at_us - 1000000
LEFT JOIN recsql_items AS items
ON person_events.item_id = items.item_id
WHERE
NOT person_events.is_backfill
)
SELECT
request_id,
MIN(CASE WHEN in_profile AND event_us = profile_us THEN event_id END) AS profile_event_id,
MIN(CASE WHEN in_profile AND event_us = profile_us THEN happened_at END) AS profile_at,
MIN(CASE WHEN in_profile AND event_us = arrived_us THEN event_id END) AS arrived_event_id,
MIN(CASE WHEN in_profile AND event_us = arrived_us THEN happened_at END) AS arrived_at,
MIN(CASE WHEN in_profile AND event_us = used_us THEN event_id END) AS used_event_id,
MIN(CASE WHEN in_profile AND event_us = used_us THEN happened_at END) AS used_at,
MAX(CASE WHEN nth = 1 THEN event_id END) AS newest_event_id,
MAX(CASE WHEN nth = 1 THEN happened_at END) AS newest_at,
MAX(CASE WHEN nth = 1 THEN category END) AS newest_category,
MAX(CASE WHEN nth = 1 THEN key END) AS newest_key,
MAX(CASE WHEN nth = 2 THEN event_id END) AS second_event_id,
MAX(CASE WHEN nth = 2 THEN happened_at END) AS second_at,
MAX(CASE WHEN nth = 2 THEN category END) AS second_category,
MAX(CASE WHEN nth = 2 THEN key END) AS second_key,
MAX(CASE WHEN nth = 3 THEN event_id END) AS third_event_id,
MAX(CASE WHEN nth = 3 THEN happened_at END) AS third_at,
MAX(CASE WHEN nth = 3 THEN category END) AS third_category,
MAX(CASE WHEN nth = 3 THEN key END) AS third_key,
COUNT(CASE WHEN nth > 0 AND NOT in_profile THEN 1 END) AS other_key_events
FROM unseen_candidates
GROUP BY
request_id
) AS events
ON ranked.request_id = events.request_id
ORDER BY
ranked.nth
LIMIT 20;
-- offline_online_gap/gap_attribution.sql
/* One row, and one per segment: what stale signals, stale items and split identities cost, and what else is lost. */
WITH figures AS (
SELECT
intervals.scope,
intervals.surface,
intervals.device_class,
intervals.region,
intervals.model_version,
intervals.activity,
intervals.tenure,
MAX(CASE WHEN intervals.figure = 'stale_signals' THEN intervals.value END) AS stale_signals,
MAX(CASE WHEN intervals.figure = 'stale_signals' THEN intervals.low END) AS stale_signals_low,
MAX(CASE WHEN intervals.figure = 'stale_signals' THEN intervals.high END) AS stale_signals_high,
MAX(CASE WHEN intervals.figure = 'stale_items' THEN intervals.value END) AS stale_items,
MAX(CASE WHEN intervals.figure = 'stale_items' THEN intervals.low END) AS stale_items_low,
MAX(CASE WHEN intervals.figure = 'stale_items' THEN intervals.high END) AS stale_items_high,
MAX(CASE WHEN intervals.figure = 'identity' THEN intervals.value END) AS identity,
MAX(CASE WHEN intervals.figure = 'identity' THEN intervals.low END) AS identity_low,
MAX(CASE WHEN intervals.figure = 'identity' THEN intervals.high END) AS identity_high,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.value END) AS observed,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.low END) AS observed_low,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.high END) AS observed_high,
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.value END) AS what_if,
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.low END) AS what_if_low,
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.high END) AS what_if_high,
COALESCE(MAX(intervals.n), 0.0) AS n,
MAX(intervals.persons) AS persons,
MAX(intervals.positives) AS positives
FROM recsql_replay_segments AS intervals
GROUP BY
intervals.scope,
intervals.surface,
intervals.device_class,
intervals.region,
intervals.model_version,
intervals.activity,
intervals.tenure
), evidence AS (
SELECT
COUNT(*) > 0 AS has_links
FROM recsql_links AS links
)
SELECT
figures.surface,
figures.device_class,
figures.region,
figures.model_version,
figures.activity,
figures.tenure,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_signals END AS stale_signals,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_signals_low END AS stale_signals_low,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_signals_high END AS stale_signals_high,
figures.n AS stale_signals_n,
figures.persons AS stale_signals_persons,
figures.positives AS stale_signals_positives,
gates.reason AS stale_signals_reason,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_items END AS stale_items,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_items_low END AS stale_items_low,
CASE WHEN gates.reason IS NULL AND TRUE THEN figures.stale_items_high END AS stale_items_high,
figures.n AS stale_items_n,
figures.persons AS stale_items_persons,
figures.positives AS stale_items_positives,
gates.reason AS stale_items_reason,
CASE WHEN gates.reason IS NULL AND evidence.has_links THEN figures.identity END AS identity,
CASE WHEN gates.reason IS NULL AND evidence.has_links THEN figures.identity_low END AS identity_low,
CASE
WHEN gates.reason IS NULL AND evidence.has_links
THEN figures.identity_high
END AS identity_high,
figures.n AS identity_n,
figures.persons AS identity_persons,
figures.positives AS identity_positives,
gates.reason AS identity_reason,
CASE
WHEN gates.reason IS NULL AND target.reason IS NULL
THEN target.offline - mix.score
END AS mix,
COALESCE(
target.reason,
CASE
WHEN mix.score IS NULL AND figures.scope = 'all'
THEN 'not_identified: offline_rows does not tell histories'
END
) AS mix_reason,
CASE
WHEN gates.reason IS NULL AND target.reason IS NULL
THEN COALESCE(mix.score, target.offline) - figures.what_if
END AS rest, /* where the mix is not known, it is part of the rest */
COALESCE(gates.reason, target.reason) AS rest_reason,
figures.observed,
figures.observed_low,
figures.observed_high,
figures.n AS observed_n,
figures.persons AS observed_persons,
figures.positives AS observed_positives
FROM recsql_replay_gates AS gates
CROSS JOIN figures
CROSS JOIN evidence
/* offline nobody is on a surface or a device */
LEFT JOIN recsql_replay_target AS target
ON figures.scope = 'all'
LEFT JOIN recsql_replay_mix AS mix
ON figures.scope = 'all';
-- offline_online_gap/metric_gap.rows.sql
/* One row per request whose list held nothing of what its person went on to look at. */
WITH missed AS (
SELECT
scores.request_id
FROM recsql_scores AS scores
WHERE
scores.k IS NULL AND scores.hit_rate = 0.0
), wanted AS (
SELECT
labels.request_id,
COUNT(*) AS n_items,
MIN(labels.engaged_us) AS first_us
FROM recsql_labels AS labels
JOIN missed
ON labels.request_id = missed.request_id
GROUP BY
labels.request_id
), firsts AS (
SELECT
wanted.request_id,
wanted.n_items,
wanted.first_us,
MIN(labels.item_id) AS item_id
FROM wanted
JOIN recsql_labels AS labels
ON wanted.request_id = labels.request_id AND wanted.first_us = labels.engaged_us
GROUP BY
wanted.request_id,
wanted.n_items,
wanted.first_us
)
SELECT
requests.request_id,
requests.person_id,
requests.profile_id,
requests.surface,
requests.model_version,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
requests.serve_us - 86400000000 * CAST(FLOOR(CAST(requests.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
firsts.n_items AS wanted_items,
firsts.item_id AS first_wanted,
CAST(firsts.first_us - requests.serve_us AS DOUBLE) / 1000000.0 AS wanted_after_s,
CAST(requests.serve_us - requests.snapshot_us AS DOUBLE) / 1000000.0 AS snapshot_age_s,
CAST(requests.serve_us - requests.index_us AS DOUBLE) / 1000000.0 AS index_age_s
FROM firsts
JOIN recsql_requests AS requests
ON firsts.request_id = requests.request_id
ORDER BY
firsts.n_items DESC,
requests.serve_us - requests.snapshot_us DESC,
requests.request_id
LIMIT 20;
-- offline_online_gap/metric_gap.sql
/* One row per model version, metric and k with an offline score, and one for the headline of them. */
WITH gaps AS (
SELECT
gaps.*,
MAX(gaps.n) OVER (PARTITION BY gaps.model_version) AS version_n
FROM recsql_gaps AS gaps
), ranked AS (
/* the busiest model; what compares before what does not; the widest cut-off */
SELECT
*,
ROW_NUMBER() OVER (
ORDER BY version_n DESC, model_version, CASE WHEN reason IS NULL AND NOT gap IS NULL THEN 0 ELSE 1 END, CASE metric
WHEN 'hit_rate'
THEN 0
WHEN 'ndcg'
THEN 1
WHEN 'recall'
THEN 2
WHEN 'mrr'
THEN 3
ELSE 4
END, k DESC, metric
) AS place
FROM gaps
), reported AS (
SELECT
model_version,
metric,
k,
gap,
gap_low,
gap_high,
relative,
relative_low,
relative_high,
tries,
persons,
positives,
reason,
offline,
realised,
looks_ahead,
unit_kind
FROM ranked
UNION ALL
SELECT
NULL,
NULL,
NULL,
headline.gap,
headline.gap_low,
headline.gap_high,
headline.relative,
headline.relative_low,
headline.relative_high,
headline.tries,
headline.persons,
headline.positives,
headline.reason,
headline.offline,
headline.realised,
headline.looks_ahead,
headline.unit_kind
FROM (
SELECT
1 AS place
) AS total
LEFT JOIN ranked AS headline
ON total.place = headline.place
)
SELECT
model_version,
metric,
k,
gap,
gap_low,
gap_high,
COALESCE(tries, 0) AS gap_n,
persons AS gap_persons,
positives AS gap_positives,
reason AS gap_reason,
relative AS relative_gap,
relative_low AS relative_gap_low,
relative_high AS relative_gap_high,
COALESCE(tries, 0) AS relative_gap_n,
persons AS relative_gap_persons,
positives AS relative_gap_positives,
reason AS relative_gap_reason,
offline,
CASE WHEN looks_ahead THEN offline END AS leaky_offline,
COALESCE(tries, 0) AS leaky_offline_n,
realised,
COALESCE(tries, 0) AS realised_n,
CASE WHEN unit_kind = 'user' THEN tries END AS users
FROM reported;
-- offline_online_gap/off_policy_estimate.sql
/* One row per surface, one per model version, and one for all: the clicks of a uniform choice. */
WITH weights AS (
SELECT
weights.person_id,
weights.surface,
weights.model_version,
weights.weight,
weights.click
FROM recsql_weights AS weights
), stacked AS (
SELECT
person_id,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS model_version,
weight,
click
FROM weights
UNION ALL
SELECT
person_id,
surface,
NULL,
weight,
click
FROM weights
WHERE
NOT surface IS NULL
UNION ALL
SELECT
person_id,
NULL,
model_version,
weight,
click
FROM weights
WHERE
NOT model_version IS NULL
), sums AS (
SELECT
surface,
model_version,
SUM(click) AS clicks,
AVG(weight) AS mean_weight,
MAX(weight) AS max_weight,
SUM(weight) * SUM(weight) / NULLIF(SUM(weight * weight), 0.0) AS effective_sample_size
FROM stacked
GROUP BY
surface,
model_version
), cells AS (
SELECT
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS model_version
UNION ALL
SELECT
surface,
model_version
FROM sums
WHERE
NOT surface IS NULL OR NOT model_version IS NULL
)
SELECT
cells.surface,
cells.model_version,
snips.value AS snips,
snips.low AS snips_low,
snips.high AS snips_high,
COALESCE(ips.n, 0) AS snips_n,
ips.persons AS snips_persons,
sums.clicks AS snips_positives,
CASE
WHEN sums.effective_sample_size < 100
THEN 'not_enough_data: effective sample size below min_effective_sample_size'
END AS snips_reason,
ips.value AS ips,
ips.low AS ips_low,
ips.high AS ips_high,
sums.effective_sample_size,
sums.mean_weight,
sums.max_weight
FROM cells
LEFT JOIN sums
ON cells.surface IS NOT DISTINCT FROM sums.surface
AND cells.model_version IS NOT DISTINCT FROM sums.model_version
LEFT JOIN (
WITH ratio_people AS (
SELECT
surface,
model_version,
person_id,
COALESCE(SUM(CAST(weight * click AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT weight * click IS NULL THEN CAST(weight AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
surface,
model_version,
person_id
), ratio_sums AS (
SELECT
surface,
model_version,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
surface,
model_version
), ratio_squares AS (
SELECT
surface,
model_version,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
surface,
model_version,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
surface,
model_version,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS snips
ON cells.surface IS NOT DISTINCT FROM snips.surface
AND cells.model_version IS NOT DISTINCT FROM snips.model_version
LEFT JOIN (
WITH ratio_people AS (
SELECT
surface,
model_version,
person_id,
COALESCE(SUM(CAST(weight * click AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT weight * click IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
surface,
model_version,
person_id
), ratio_sums AS (
SELECT
surface,
model_version,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
surface,
model_version
), ratio_squares AS (
SELECT
surface,
model_version,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
surface,
model_version,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
surface,
model_version,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS ips
ON cells.surface IS NOT DISTINCT FROM ips.surface
AND cells.model_version IS NOT DISTINCT FROM ips.model_version;
-- offline_online_gap/realised_accuracy.rows.sql
/* One row per position of shown lists, from the top: how often what stood there was clicked. */
WITH shown AS (
SELECT
realised.person_id,
realised.position,
realised.achieved,
realised.possible
FROM recsql_realised AS realised
WHERE
realised.metric = 'ctr' AND NOT realised.position IS NULL
)
SELECT
rates.position,
rates.value AS click_share,
rates.low AS low_share,
rates.high AS high_share,
rates.n AS shown_items,
rates.persons
FROM (
WITH ratio_people AS (
SELECT
position,
person_id,
COALESCE(SUM(CAST(achieved AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT achieved IS NULL THEN CAST(possible AS DOUBLE) END), 0.0) AS own_tries
FROM shown AS ratio_source
GROUP BY
position,
person_id
), ratio_sums AS (
SELECT
position,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
position
), ratio_squares AS (
SELECT
position,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
position,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
position,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS rates
ORDER BY
rates.position
LIMIT 20;
-- offline_online_gap/realised_accuracy.sql
/* One row per k and segment, and one for all: the quality of what was served. */
WITH whole AS (
SELECT
realised.*
FROM recsql_realised AS realised
WHERE
realised.k IS NULL
), stacked AS (
SELECT
listed.*
FROM (
SELECT
'all' AS scope,
source_rows.*
FROM recsql_realised AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.model_version IS NULL
) AS listed
UNION ALL
SELECT
people.*
FROM (
SELECT
'all' AS scope,
source_rows.*
FROM whole AS source_rows
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM whole AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM whole AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM whole AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM whole AS source_rows
WHERE
NOT source_rows.tenure IS NULL
) AS people
WHERE
people.scope <> 'all'
), found AS (
SELECT
*
FROM (
WITH ratio_people AS (
SELECT
metric,
k,
scope,
person_id,
COALESCE(SUM(CAST(achieved AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT achieved IS NULL THEN CAST(possible AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
metric,
k,
scope,
person_id
), ratio_sums AS (
SELECT
metric,
k,
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
metric,
k,
scope
), ratio_squares AS (
SELECT
metric,
k,
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
metric,
k,
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
metric,
k,
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM recsql_realised AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), cells AS (
/* the total is the whole list, and there even when nothing was served */
SELECT
CAST(NULL AS BIGINT) AS k,
scopes.*
FROM scopes
UNION
SELECT
found.k,
scopes.*
FROM found
JOIN scopes
ON found.scope = scopes.scope
)
SELECT
cells.k,
cells.surface,
cells.model_version,
cells.device_class,
cells.region,
cells.activity,
cells.tenure,
MAX(CASE WHEN found.metric = 'hit_rate' THEN found.value END) AS hit_rate,
MAX(CASE WHEN found.metric = 'hit_rate' THEN found.low END) AS hit_rate_low,
MAX(CASE WHEN found.metric = 'hit_rate' THEN found.high END) AS hit_rate_high,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate' THEN found.n END), 0) AS hit_rate_n,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate' THEN found.persons END), 0) AS hit_rate_persons,
MAX(CASE WHEN found.metric = 'hit_rate' THEN found.positives END) AS hit_rate_positives,
MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.value END) AS hit_rate_organic,
MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.low END) AS hit_rate_organic_low,
MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.high END) AS hit_rate_organic_high,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.n END), 0) AS hit_rate_organic_n,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.persons END), 0) AS hit_rate_organic_persons,
MAX(CASE WHEN found.metric = 'hit_rate_organic' THEN found.positives END) AS hit_rate_organic_positives,
MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.value END) AS hit_rate_new,
MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.low END) AS hit_rate_new_low,
MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.high END) AS hit_rate_new_high,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.n END), 0) AS hit_rate_new_n,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.persons END), 0) AS hit_rate_new_persons,
MAX(CASE WHEN found.metric = 'hit_rate_new' THEN found.positives END) AS hit_rate_new_positives,
MAX(CASE WHEN found.metric = 'recall' THEN found.value END) AS recall,
MAX(CASE WHEN found.metric = 'recall' THEN found.low END) AS recall_low,
MAX(CASE WHEN found.metric = 'recall' THEN found.high END) AS recall_high,
COALESCE(MAX(CASE WHEN found.metric = 'recall' THEN found.n END), 0) AS recall_n,
COALESCE(MAX(CASE WHEN found.metric = 'recall' THEN found.persons END), 0) AS recall_persons,
MAX(CASE WHEN found.metric = 'mrr' THEN found.value END) AS mrr,
MAX(CASE WHEN found.metric = 'mrr' THEN found.low END) AS mrr_low,
MAX(CASE WHEN found.metric = 'mrr' THEN found.high END) AS mrr_high,
COALESCE(MAX(CASE WHEN found.metric = 'mrr' THEN found.n END), 0) AS mrr_n,
COALESCE(MAX(CASE WHEN found.metric = 'mrr' THEN found.persons END), 0) AS mrr_persons,
MAX(CASE WHEN found.metric = 'ndcg' THEN found.value END) AS ndcg,
MAX(CASE WHEN found.metric = 'ndcg' THEN found.low END) AS ndcg_low,
MAX(CASE WHEN found.metric = 'ndcg' THEN found.high END) AS ndcg_high,
COALESCE(MAX(CASE WHEN found.metric = 'ndcg' THEN found.n END), 0) AS ndcg_n,
COALESCE(MAX(CASE WHEN found.metric = 'ndcg' THEN found.persons END), 0) AS ndcg_persons,
MAX(CASE WHEN found.metric = 'ctr' THEN found.value END) AS ctr,
MAX(CASE WHEN found.metric = 'ctr' THEN found.low END) AS ctr_low,
MAX(CASE WHEN found.metric = 'ctr' THEN found.high END) AS ctr_high,
COALESCE(MAX(CASE WHEN found.metric = 'ctr' THEN found.n END), 0) AS ctr_n,
COALESCE(MAX(CASE WHEN found.metric = 'ctr' THEN found.persons END), 0) AS ctr_persons,
MAX(CASE WHEN found.metric = 'ctr' THEN found.positives END) AS ctr_positives,
MAX(CASE WHEN found.metric = 'cvr' THEN found.value END) AS cvr,
MAX(CASE WHEN found.metric = 'cvr' THEN found.low END) AS cvr_low,
MAX(CASE WHEN found.metric = 'cvr' THEN found.high END) AS cvr_high,
COALESCE(MAX(CASE WHEN found.metric = 'cvr' THEN found.n END), 0) AS cvr_n,
COALESCE(MAX(CASE WHEN found.metric = 'cvr' THEN found.persons END), 0) AS cvr_persons,
MAX(CASE WHEN found.metric = 'cvr' THEN found.positives END) AS cvr_positives,
MAX(standards.value) AS ctr_standardised,
MAX(standards.low) AS ctr_standardised_low,
MAX(standards.high) AS ctr_standardised_high,
MAX(standards.n) AS ctr_standardised_n,
MAX(standards.persons) AS ctr_standardised_persons,
MAX(standards.positives) AS ctr_standardised_positives,
MAX(standards.reason) AS ctr_standardised_reason,
COALESCE(MAX(CASE WHEN found.metric = 'hit_rate' THEN found.n END), 0) AS requests
FROM cells
LEFT JOIN found
ON cells.scope = found.scope
AND /* clicks and purchases have no k */ (
cells.k IS NOT DISTINCT FROM found.k OR found.metric IN ('ctr', 'cvr')
)
LEFT JOIN recsql_click_standards AS standards
ON cells.scope = standards.scope
GROUP BY
cells.k,
cells.surface,
cells.model_version,
cells.device_class,
cells.region,
cells.activity,
cells.tenure;
-- offline_online_gap/rebuild_what_if.sql
/* One row: the hit rate that the same model would reach in the planned pipeline. */
WITH figures AS (
SELECT
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.value END) AS what_if,
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.low END) AS what_if_low,
MAX(CASE WHEN intervals.figure = 'what_if' THEN intervals.high END) AS what_if_high,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.value END) AS observed,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.low END) AS observed_low,
MAX(CASE WHEN intervals.figure = 'observed' THEN intervals.high END) AS observed_high,
MAX(CASE WHEN intervals.figure = 'lift' THEN intervals.value END) AS lift,
MAX(CASE WHEN intervals.figure = 'lift' THEN intervals.low END) AS lift_low,
MAX(CASE WHEN intervals.figure = 'lift' THEN intervals.high END) AS lift_high,
COALESCE(MAX(intervals.n), 0.0) AS n,
MAX(intervals.persons) AS persons,
MAX(intervals.positives) AS positives
FROM recsql_replay_intervals AS intervals
)
SELECT
CASE WHEN gates.reason IS NULL THEN figures.what_if END AS what_if,
CASE WHEN gates.reason IS NULL THEN figures.what_if_low END AS what_if_low,
CASE WHEN gates.reason IS NULL THEN figures.what_if_high END AS what_if_high,
figures.n AS what_if_n,
figures.persons AS what_if_persons,
figures.positives AS what_if_positives,
gates.reason AS what_if_reason,
CASE WHEN gates.reason IS NULL THEN figures.lift END AS lift,
CASE WHEN gates.reason IS NULL THEN figures.lift_low END AS lift_low,
CASE WHEN gates.reason IS NULL THEN figures.lift_high END AS lift_high,
figures.n AS lift_n,
figures.persons AS lift_persons,
figures.positives AS lift_positives,
gates.reason AS lift_reason,
figures.observed,
figures.observed_low,
figures.observed_high,
figures.n AS observed_n,
figures.persons AS observed_persons,
figures.positives AS observed_positives,
gates.overlap AS proxy_overlap,
gates.contrast AS proxy_contrast,
CASE
WHEN gates.age_spread > 0.0
THEN gates.age_spread
WHEN NOT gates.age_spread IS NULL
THEN 0.0
END AS age_spread, /* what is less than chance makes is none */
CASE
WHEN gates.activity_spread > 0.0
THEN gates.activity_spread
WHEN NOT gates.activity_spread IS NULL
THEN 0.0
END AS activity_spread, /* what is less than chance makes is none */
gates.activity_reason AS activity_spread_reason,
standards.value AS standardised,
standards.low AS standardised_low,
standards.high AS standardised_high,
standards.n AS standardised_n,
standards.persons AS standardised_persons,
standards.positives AS standardised_positives,
standards.reason AS standardised_reason,
standards.overlap AS standardised_overlap,
standards.fresh_age_low,
standards.fresh_age_high,
standards.target_age,
finer.value AS standardised_finer,
finer.low AS standardised_finer_low,
finer.high AS standardised_finer_high,
finer.n AS standardised_finer_n,
finer.persons AS standardised_finer_persons,
finer.positives AS standardised_finer_positives,
finer.reason AS standardised_finer_reason,
finer.overlap AS finer_overlap
FROM recsql_replay_gates AS gates
CROSS JOIN figures
JOIN recsql_standardised_hits AS standards
ON standards.level = 'coarse'
JOIN recsql_standardised_hits AS finer
ON finer.level = 'fine';
-- offline_online_gap/training_leak.rows.sql
/* One row per training run or feature whose examples knew what came after their label. */
WITH examples AS (
SELECT
'offline_rows' AS source,
CAST(offline_rows.run_id AS TEXT) AS part,
EPOCH_US(offline_rows.label_ts) AS label_us,
CASE
WHEN EPOCH_US(offline_rows.feature_available_ts) > EPOCH_US(offline_rows.newest_feature_ts)
OR EPOCH_US(offline_rows.newest_feature_ts) IS NULL
THEN EPOCH_US(offline_rows.feature_available_ts)
ELSE EPOCH_US(offline_rows.newest_feature_ts)
END AS known_us
FROM (
SELECT
run_id,
label_ts,
feature_available_ts,
newest_feature_ts
FROM shop.offline_rows AS source
) AS offline_rows
UNION ALL
SELECT
'training_sample',
CAST(training_sample.feature AS TEXT),
EPOCH_US(training_sample.label_ts),
EPOCH_US(training_sample.feature_available_ts)
FROM (
SELECT
label_ts,
feature_available_ts,
feature
FROM shop.training_sample AS source
) AS training_sample
), parts AS (
SELECT
examples.source,
examples.part,
COUNT(*) AS n_examples,
COUNT(CASE WHEN examples.known_us > examples.label_us THEN 1 END) AS n_leaks,
MAX(examples.known_us - examples.label_us) AS worst_us,
MAX(CASE WHEN examples.known_us > examples.label_us THEN examples.label_us END) AS last_us
FROM examples
WHERE
NOT examples.label_us IS NULL AND NOT examples.known_us IS NULL
GROUP BY
examples.source,
examples.part
)
SELECT
parts.source,
CASE WHEN parts.source = 'offline_rows' THEN parts.part END AS run_id,
CASE WHEN parts.source = 'training_sample' THEN parts.part END AS feature,
parts.n_leaks AS leaks,
parts.n_examples AS examples,
CAST(parts.worst_us AS DOUBLE) / 1000000.0 AS worst_s,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
parts.last_us - 86400000000 * CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
parts.last_us - 86400000000 * CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
parts.last_us - 86400000000 * CAST(FLOOR(CAST(parts.last_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS last_label_at
FROM parts
WHERE
parts.n_leaks > 0
ORDER BY
parts.n_leaks DESC,
parts.source,
parts.part
LIMIT 20;
-- offline_online_gap/training_leak.sql
/* One row for all examples and one per relation: how many knew what came after their label. */
WITH stacked AS (
SELECT
CAST(NULL AS TEXT) AS source,
is_hit,
is_leaky,
is_future,
is_neighbour
FROM recsql_leak_signs AS leak_signs
UNION ALL
SELECT
source,
is_hit,
is_leaky,
is_future,
is_neighbour
FROM recsql_leak_signs AS leak_signs
UNION ALL
/* the total is there even without examples */
SELECT
NULL,
NULL,
NULL,
NULL,
NULL
)
SELECT
stacked.source,
AVG(stacked.is_leaky) AS leak_share,
COUNT(stacked.is_leaky) AS leak_share_n,
AVG(stacked.is_future) AS future_item_share,
COUNT(stacked.is_future) AS future_item_share_n,
AVG(CASE WHEN stacked.is_hit THEN stacked.is_future END) AS future_hit_share,
COUNT(CASE WHEN stacked.is_hit THEN stacked.is_future END) AS future_hit_share_n,
AVG(stacked.is_neighbour) AS neighbour_share,
COUNT(stacked.is_neighbour) AS neighbour_share_n
FROM stacked
GROUP BY
stacked.source;
-- pipeline_health/bot_traffic.rows.sql
/* One row per key that is a bot, reads faster than anybody can, or was logged more than once. */
SELECT
key_traffic.key,
key_traffic.is_bot = 1 AS is_bot,
CAST(key_traffic.n_events AS BIGINT) AS events,
CAST(key_traffic.n_burst AS BIGINT) AS burst_events,
CAST(key_traffic.most_a_second AS BIGINT) AS most_in_a_second,
CAST(key_traffic.n_copies AS BIGINT) AS copies
FROM recsql_key_traffic AS key_traffic
WHERE
key_traffic.is_bot = 1 OR key_traffic.n_burst > 0.0 OR key_traffic.n_copies > 0.0
ORDER BY
key_traffic.n_events * key_traffic.is_bot + key_traffic.n_burst + key_traffic.n_copies DESC,
key_traffic.key
LIMIT 20;
-- pipeline_health/bot_traffic.sql
/* One row: the share of signals that nobody meant, because a machine or a retry made them. */
WITH traffic AS (
SELECT
key_traffic.person_id,
key_traffic.n_events,
key_traffic.n_logged,
key_traffic.n_copies,
key_traffic.n_burst,
key_traffic.n_events * key_traffic.is_bot AS n_bot,
key_traffic.is_bot
FROM recsql_key_traffic AS key_traffic
), trained AS (
SELECT
COALESCE(persons.person_id, CAST(training_sample.key AS TEXT)) AS person_id,
CASE WHEN persons.is_bot THEN 1 ELSE 0 END AS is_bot
FROM (
SELECT
key
FROM shop.training_sample AS source
) AS training_sample
LEFT JOIN recsql_persons AS persons
ON CAST(training_sample.key AS TEXT) = persons.key
WHERE
NOT training_sample.key IS NULL
), keys AS (
SELECT
COUNT(*) AS n_keys,
SUM(traffic.is_bot) AS bot_keys
FROM traffic
)
SELECT
bots.value AS bot_share,
bots.low AS bot_share_low,
bots.high AS bot_share_high,
bots.n AS bot_share_n,
bots.persons AS bot_share_persons,
copies.value AS duplicate_share,
copies.low AS duplicate_share_low,
copies.high AS duplicate_share_high,
copies.n AS duplicate_share_n,
copies.persons AS duplicate_share_persons,
bursts.value AS burst_share,
bursts.low AS burst_share_low,
bursts.high AS burst_share_high,
bursts.n AS burst_share_n,
bursts.persons AS burst_share_persons,
learnt.value AS training_bot_share,
learnt.low AS training_bot_share_low,
learnt.high AS training_bot_share_high,
learnt.n AS training_bot_share_n,
learnt.persons AS training_bot_share_persons,
keys.bot_keys,
keys.n_keys AS bot_keys_n
FROM keys
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(n_bot AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_bot IS NULL THEN CAST(n_events AS DOUBLE) END), 0.0) AS own_tries
FROM traffic AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS bots
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(n_copies AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_copies IS NULL THEN CAST(n_logged AS DOUBLE) END), 0.0) AS own_tries
FROM traffic AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS copies
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(n_burst AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_burst IS NULL THEN CAST(n_events AS DOUBLE) END), 0.0) AS own_tries
FROM traffic AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS bursts
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_bot AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_bot IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM trained AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS learnt;
-- pipeline_health/dead_stock.rows.sql
/* One row per item that was shown while it could not be bought, with how often. */
SELECT
shelf.item_id,
COUNT(*) AS times_shown,
COUNT(DISTINCT shelf.person_id) AS persons,
COUNT(CASE WHEN shelf.is_active = 0 THEN 1 END) AS times_inactive,
COUNT(CASE WHEN shelf.is_active = 1 THEN 1 END) AS times_out_of_stock
FROM recsql_shelf AS shelf
WHERE
NOT shelf.is_retrieved AND shelf.is_known = 1 AND shelf.is_for_sale = 0
GROUP BY
shelf.item_id
ORDER BY
times_shown DESC,
shelf.item_id
LIMIT 20;
-- pipeline_health/dead_stock.sql
/* One row for all shown items and one per segment: the share that nobody could have bought. */
WITH states AS (
SELECT
1 AS n_known
), shown AS (
SELECT
shelf.request_id,
items.category,
SUM(1 - shelf.is_for_sale) AS n_dead,
SUM(1 - shelf.is_active) AS n_inactive,
SUM(shelf.is_active - shelf.is_for_sale) AS n_out_of_stock,
COUNT(*) AS n_shown
FROM recsql_shelf AS shelf
CROSS JOIN states
LEFT JOIN recsql_items AS items
ON shelf.item_id = items.item_id
WHERE
NOT shelf.is_retrieved AND shelf.is_known = 1 AND states.n_known > 0
GROUP BY
shelf.request_id,
items.category
), people AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
source_rows.category,
SUM(source_rows.n_dead) AS n_dead,
SUM(source_rows.n_inactive) AS n_inactive,
SUM(source_rows.n_out_of_stock) AS n_out_of_stock,
SUM(source_rows.n_shown) AS n_shown
FROM shown AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
source_rows.category
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.category IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure,
CAST(NULL AS TEXT) AS category
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'category ' || source_rows.category,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.category
FROM people AS source_rows
WHERE
NOT source_rows.category IS NULL
GROUP BY
source_rows.category
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
scopes.category,
dead.value AS dead_share,
dead.low AS dead_share_low,
dead.high AS dead_share_high,
COALESCE(dead.n, 0) AS dead_share_n,
dead.persons AS dead_share_persons,
inactive.value AS inactive_share,
inactive.low AS inactive_share_low,
inactive.high AS inactive_share_high,
sold_out.value AS out_of_stock_share,
sold_out.low AS out_of_stock_share_low,
sold_out.high AS out_of_stock_share_high
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(n_dead AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_dead IS NULL THEN CAST(n_shown AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS dead
ON scopes.scope = dead.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(n_inactive AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_inactive IS NULL THEN CAST(n_shown AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS inactive
ON scopes.scope = inactive.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(n_out_of_stock AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_out_of_stock IS NULL THEN CAST(n_shown AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS sold_out
ON scopes.scope = sold_out.scope;
-- pipeline_health/double_attribution.rows.sql
/* One row per conversion that more than one request claims, the most claimed first. */
SELECT
credits.outcome_id,
credits.item_id,
credits.n_requests AS requests,
credits.n_surfaces AS surfaces,
credits.first_request AS one_request,
credits.last_request AS another_request,
credits.credited_revenue,
credits.revenue
FROM recsql_credits AS credits
WHERE
credits.n_requests > 1
ORDER BY
credits.n_requests DESC,
credits.outcome_id,
credits.item_id
LIMIT 20;
-- pipeline_health/double_attribution.sql
/* One row: conversions that more than one request claims, and how much revenue is claimed. */
WITH credited AS (
SELECT
credits.person_id,
CASE WHEN credits.n_requests > 1 THEN 1 WHEN credits.n_requests = 1 THEN 0 END AS is_double,
CASE WHEN credits.n_surfaces > 1 THEN 1 WHEN credits.n_surfaces = 1 THEN 0 END AS is_crossing,
CASE WHEN NOT credits.revenue IS NULL THEN credits.credited_revenue END AS credited_revenue, /* a conversion without a price is in neither sum */
credits.revenue
FROM recsql_credits AS credits
WHERE
NOT credits.person_id IS NULL
), sums AS (
SELECT
COUNT(*) AS n_conversions,
COUNT(credited.is_double) AS n_credited
FROM credited
)
SELECT
doubles.value AS double_share,
doubles.low AS double_share_low,
doubles.high AS double_share_high,
doubles.n AS double_share_n,
doubles.persons AS double_share_persons,
CASE
WHEN sums.n_conversions > 0 AND sums.n_credited = 0
THEN 'not_identified: no conversion names the request that is credited with it'
END AS double_share_reason,
CASE WHEN doubles.n > 0 THEN doubles.positives END AS double_conversions,
crossing.value AS cross_surface_share,
crossing.low AS cross_surface_share_low,
crossing.high AS cross_surface_share_high,
crossing.n AS cross_surface_share_n,
sales.value AS revenue_ratio,
sales.low AS revenue_ratio_low,
sales.high AS revenue_ratio_high,
sales.n AS revenue_ratio_n,
sales.n AS revenue
FROM sums
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_double AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_double IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM credited AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS doubles
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_crossing AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_crossing IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM credited AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS crossing
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(credited_revenue AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT credited_revenue IS NULL THEN CAST(revenue AS DOUBLE) END), 0.0) AS own_tries
FROM credited AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS sales;
-- pipeline_health/exposure_concentration.rows.sql
/* One row per item among the most shown of the newest period, with what it was shown before. */
SELECT
newest.item_id,
CAST(newest.n_shown AS BIGINT) AS times_shown,
CAST(COALESCE(earlier.n_shown, 0.0) AS BIGINT) AS times_shown_before,
newest.n_shown / NULLIF(SUM(newest.n_shown) OVER (), 0.0) AS exposure_share
FROM recsql_exposure_pulls AS newest
LEFT JOIN recsql_exposure_pulls AS earlier
ON newest.item_id = earlier.item_id AND earlier.periods_ago = 1
WHERE
newest.periods_ago = 0
ORDER BY
newest.place
LIMIT 20;
-- pipeline_health/exposure_concentration.sql
/* One row per period and one for the newest: how unequally items were shown, and how that changed. */
WITH ginis AS (
SELECT
*
FROM (
WITH ratio_people AS (
SELECT
periods_ago,
person_id,
COALESCE(SUM(CAST(pull AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT pull IS NULL THEN CAST(n_shown AS DOUBLE) END), 0.0) AS own_tries
FROM recsql_exposure_sums AS ratio_source
GROUP BY
periods_ago,
person_id
), ratio_sums AS (
SELECT
periods_ago,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
periods_ago
), ratio_squares AS (
SELECT
periods_ago,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
periods_ago,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
periods_ago,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS found
), answers AS (
SELECT
requests.person_id,
CASE WHEN displayed.item_id IS NULL THEN 0 ELSE 1 END AS is_exposed
FROM recsql_labels AS labels
JOIN recsql_requests AS requests
ON labels.request_id = requests.request_id
LEFT JOIN recsql_displayed AS displayed
ON labels.request_id = displayed.request_id AND labels.item_id = displayed.item_id
), spread AS (
/* a period in which nobody's list differs adds no spread of its own */
SELECT
newest.periods_ago,
SQRT(
COALESCE((
newest.high - newest.value
) * (
newest.high - newest.value
), 0.0) + COALESCE((
earlier.high - earlier.value
) * (
earlier.high - earlier.value
), 0.0)
) AS margin
FROM ginis AS newest
JOIN ginis AS earlier
ON newest.periods_ago + 1 = earlier.periods_ago
WHERE
NOT COALESCE(newest.high, earlier.high) IS NULL
), cells AS (
/* the newest period is the total, and there even when nothing was shown */
SELECT
CAST(NULL AS TEXT) AS period,
0.0 AS periods_ago
UNION ALL
SELECT
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(
CAST(1772496000000000 - (
periods_ago + 1
) * 604800000000 AS DOUBLE) / 86400000000.0
) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT),
periods_ago
FROM ginis
)
SELECT
cells.period,
newest.value AS gini,
newest.low AS gini_low,
newest.high AS gini_high,
COALESCE(newest.n, 0) AS gini_n,
newest.persons AS gini_persons,
newest.value - earlier.value AS gini_change,
newest.value - earlier.value - spread.margin AS gini_change_low,
newest.value - earlier.value + spread.margin AS gini_change_high,
CASE WHEN newest.n < earlier.n THEN newest.n ELSE earlier.n END AS gini_change_n,
CASE
WHEN newest.persons < earlier.persons
THEN newest.persons
ELSE earlier.persons
END AS gini_change_persons,
CASE
WHEN log.n_periods > 0 AND newest.value - earlier.value IS NULL
THEN 'not_enough_data: two full periods in a row are needed'
END AS gini_change_reason,
tops.value AS top_share,
tops.low AS top_share_low,
tops.high AS top_share_high,
answered.value AS exposed_label_share,
answered.low AS exposed_label_share_low,
answered.high AS exposed_label_share_high
FROM cells
CROSS JOIN (
SELECT
COUNT(*) AS n_periods
FROM ginis
) AS log
LEFT JOIN ginis AS newest
ON cells.periods_ago = newest.periods_ago
LEFT JOIN ginis AS earlier
ON cells.periods_ago + 1 = earlier.periods_ago
LEFT JOIN spread
ON cells.periods_ago = spread.periods_ago
LEFT JOIN (
WITH ratio_people AS (
SELECT
periods_ago,
person_id,
COALESCE(SUM(CAST(n_top AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_top IS NULL THEN CAST(n_shown AS DOUBLE) END), 0.0) AS own_tries
FROM recsql_exposure_sums AS ratio_source
GROUP BY
periods_ago,
person_id
), ratio_sums AS (
SELECT
periods_ago,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
periods_ago
), ratio_squares AS (
SELECT
periods_ago,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
periods_ago,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
periods_ago,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS tops
ON cells.periods_ago = tops.periods_ago
LEFT JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_exposed AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_exposed IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM answers AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS answered
ON cells.period IS NULL;
-- pipeline_health/fallback_rate.rows.sql
/* One row per list that so many persons were given, with its first item. */
WITH firsts AS (
SELECT
displayed.request_id,
MIN(displayed.item_id) AS first_item
FROM recsql_displayed AS displayed
WHERE
displayed.position = 1
GROUP BY
displayed.request_id
)
SELECT
MIN(firsts.first_item) AS first_item,
COUNT(*) AS requests,
CAST(MAX(fallbacks.n_persons) AS BIGINT) AS persons,
MAX(fallbacks.n_persons) / NULLIF(MAX(fallbacks.n_everybody), 0.0) AS persons_share,
MIN(fallbacks.request_id) AS one_request
FROM recsql_fallbacks AS fallbacks
LEFT JOIN firsts
ON fallbacks.request_id = firsts.request_id
WHERE
fallbacks.is_fallback = 1
GROUP BY
fallbacks.list_print
ORDER BY
requests DESC,
one_request
LIMIT 20;
-- pipeline_health/fallback_rate.sql
/* One row for all requests with a list and one per segment: the share given everybody's list. */
WITH answered AS (
SELECT
fallbacks.request_id,
fallbacks.is_fallback,
1 AS n
FROM recsql_fallbacks AS fallbacks
), people AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
SUM(source_rows.is_fallback) AS is_fallback,
SUM(source_rows.n) AS n
FROM answered AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), lists AS (
SELECT
COUNT(DISTINCT CASE WHEN fallbacks.is_fallback = 1 THEN fallbacks.list_print END) AS n_lists,
COUNT(*) AS n_requests
FROM recsql_fallbacks AS fallbacks
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
found.value AS fallback_share,
found.low AS fallback_share_low,
found.high AS fallback_share_high,
COALESCE(found.n, 0) AS fallback_share_n,
found.persons AS fallback_share_persons,
CASE WHEN scopes.scope = 'all' AND lists.n_requests > 0 THEN lists.n_lists END AS fallback_lists
FROM scopes
CROSS JOIN lists
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_fallback AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_fallback IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
ON scopes.scope = found.scope;
-- pipeline_health/feature_defaults.rows.sql
SELECT
*
FROM (
/* One row per feature, the one that lost most first: how often it was a default. */
WITH features AS (
SELECT
feature,
SUM(n_defaults) AS n_defaults,
SUM(n_served) AS n_served,
MAX(training_share) AS training_share
FROM recsql_default_counts AS default_counts
GROUP BY
feature
)
SELECT
feature,
n_defaults / NULLIF(n_served, 0.0) AS default_share,
training_share,
CAST(n_defaults AS BIGINT) AS defaults,
CAST(n_served AS BIGINT) AS values_served
FROM features
WHERE
n_defaults > training_share * n_served
ORDER BY
n_defaults / NULLIF(n_served, 0.0) - training_share DESC,
feature
LIMIT 20
) AS limited
LIMIT 20;
-- pipeline_health/feature_defaults.sql
/* One row for all features and one per feature: values that were defaults, served and in training. */
WITH stacked AS (
SELECT
CAST(NULL AS TEXT) AS feature,
person_id,
n_defaults,
n_served
FROM recsql_default_counts AS default_counts
UNION ALL
SELECT
feature,
person_id,
n_defaults,
n_served
FROM recsql_default_counts AS default_counts
), trained AS (
SELECT
feature,
MAX(training_share) AS share,
MAX(n_trained) AS n,
SUM(n_served) AS n_served
FROM recsql_default_counts AS default_counts
GROUP BY
feature
), expected AS (
SELECT
feature,
share,
n
FROM trained
UNION ALL
/* of all features: in the mix in which they were served */
SELECT
NULL,
SUM(n_served * share) / NULLIF(SUM(n_served), 0.0),
SUM(n)
FROM trained
), compared AS (
SELECT
expected.feature,
expected.share,
expected.n AS n_trained,
(
(
expected.share
) + 1.9208 / NULLIF(CAST(expected.n AS DOUBLE), 0.0) - 1.96 * SQRT(
(
expected.share
) * (
1.0 - (
expected.share
)
) / NULLIF(CAST(expected.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(expected.n AS DOUBLE), 0.0) * NULLIF(CAST(expected.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(expected.n AS DOUBLE), 0.0)
) AS share_low,
(
(
expected.share
) + 1.9208 / NULLIF(CAST(expected.n AS DOUBLE), 0.0) + 1.96 * SQRT(
(
expected.share
) * (
1.0 - (
expected.share
)
) / NULLIF(CAST(expected.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(expected.n AS DOUBLE), 0.0) * NULLIF(CAST(expected.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(expected.n AS DOUBLE), 0.0)
) AS share_high,
found.value,
found.low,
found.high,
found.n,
found.persons
FROM expected
LEFT JOIN (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(n_defaults AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_defaults IS NULL THEN CAST(n_served AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
ON expected.feature IS NOT DISTINCT FROM found.feature
), spread AS (
SELECT
*,
SQRT(
(
value - low
) * (
value - low
) + (
share_high - share
) * (
share_high - share
)
) AS down,
SQRT(
(
high - value
) * (
high - value
) + (
share - share_low
) * (
share - share_low
)
) AS up
FROM compared
), broken AS (
SELECT
COUNT(*) AS n_features,
COUNT(CASE WHEN value - share - down > 0.05 THEN 1 END) AS n_broken
FROM spread
WHERE
NOT feature IS NULL
)
SELECT
spread.feature,
spread.value - spread.share AS excess_default_share,
spread.value - spread.share - spread.down AS excess_default_share_low,
spread.value - spread.share + spread.up AS excess_default_share_high,
COALESCE(spread.n, 0) AS excess_default_share_n,
spread.persons AS excess_default_share_persons,
spread.value AS default_share,
spread.low AS default_share_low,
spread.high AS default_share_high,
spread.share AS training_default_share,
spread.share_low AS training_default_share_low,
spread.share_high AS training_default_share_high,
spread.n_trained AS training_default_share_n,
broken.n_broken AS defaulted_features,
broken.n_features AS defaulted_features_n
FROM spread
LEFT JOIN broken
ON spread.feature IS NULL AND broken.n_features > 0;
-- pipeline_health/feature_mismatch.rows.sql
/* One row per pair of a request and feature that differ, the largest differences first. */
SELECT
feature_pairs.feature,
feature_pairs.request_id,
CASE
WHEN feature_pairs.is_missing = 1
THEN 'missing'
WHEN feature_pairs.is_extra = 1
THEN 'extra'
ELSE 'mismatch'
END AS defect,
feature_pairs.served_value,
feature_pairs.true_value,
feature_pairs.served_category,
feature_pairs.true_category,
feature_pairs.smape
FROM recsql_feature_pairs AS feature_pairs
WHERE
feature_pairs.is_mismatch = 1
OR feature_pairs.is_missing = 1
OR feature_pairs.is_extra = 1
ORDER BY
feature_pairs.smape DESC,
feature_pairs.feature,
feature_pairs.request_id
LIMIT 20;
-- pipeline_health/feature_mismatch.sql
/* One row for all features and one per feature: how far what was served is from what should be. */
WITH pairs AS (
SELECT
feature_pairs.feature,
feature_pairs.person_id,
feature_pairs.smape,
feature_pairs.is_mismatch,
feature_pairs.is_missing,
feature_pairs.is_extra
FROM recsql_feature_pairs AS feature_pairs
), stacked AS (
SELECT
CAST(NULL AS TEXT) AS feature,
person_id,
is_mismatch,
is_missing,
is_extra,
smape
FROM pairs
UNION ALL
SELECT
feature,
person_id,
is_mismatch,
is_missing,
is_extra,
smape
FROM pairs
), mismatch AS (
SELECT
*
FROM (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(is_mismatch AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_mismatch IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
), missing AS (
SELECT
*
FROM (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(is_missing AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_missing IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
), extra AS (
SELECT
*
FROM (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(is_extra AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_extra IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS found
), broken AS (
/* a feature may be broken in one way and rare among many: the mean would hide it */
SELECT
COUNT(*) AS n_features,
COUNT(
CASE
WHEN mismatch.low > 0.05
THEN 1
WHEN missing.low > 0.05
THEN 1
WHEN extra.low > 0.05
THEN 1
END
) AS broken_features
FROM mismatch
JOIN missing
ON mismatch.feature = missing.feature
JOIN extra
ON mismatch.feature = extra.feature
), cells AS (
SELECT
CAST(NULL AS TEXT) AS feature
UNION ALL
SELECT DISTINCT
feature
FROM pairs
)
SELECT
cells.feature,
mismatch.value AS mismatch_share,
mismatch.low AS mismatch_share_low,
mismatch.high AS mismatch_share_high,
COALESCE(mismatch.n, 0) AS mismatch_share_n,
COALESCE(mismatch.persons, 0) AS mismatch_share_persons,
missing.value AS missing_share,
missing.low AS missing_share_low,
missing.high AS missing_share_high,
COALESCE(missing.n, 0) AS missing_share_n,
COALESCE(missing.persons, 0) AS missing_share_persons,
extra.value AS extra_share,
extra.low AS extra_share_low,
extra.high AS extra_share_high,
COALESCE(extra.n, 0) AS extra_share_n,
COALESCE(extra.persons, 0) AS extra_share_persons,
smape.value AS smape,
smape.low AS smape_low,
smape.high AS smape_high,
CASE WHEN broken.n_features > 0 THEN broken.broken_features END AS broken_features,
broken.n_features AS broken_features_n
FROM cells
LEFT JOIN broken
ON cells.feature IS NULL
LEFT JOIN mismatch
ON cells.feature IS NOT DISTINCT FROM mismatch.feature
LEFT JOIN missing
ON cells.feature IS NOT DISTINCT FROM missing.feature
LEFT JOIN extra
ON cells.feature IS NOT DISTINCT FROM extra.feature
LEFT JOIN (
WITH ratio_people AS (
SELECT
feature,
person_id,
COALESCE(SUM(CAST(smape AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT smape IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM stacked AS ratio_source
GROUP BY
feature,
person_id
), ratio_sums AS (
SELECT
feature,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
feature
), ratio_squares AS (
SELECT
feature,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
feature,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
feature,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS smape
ON cells.feature IS NOT DISTINCT FROM smape.feature;
-- pipeline_health/logging_gaps.rows.sql
/* One row per hour with far fewer requests than usual, the emptiest first. */
SELECT
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(serving_hours.hour * 3600000000.0 AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) AS day,
CAST(serving_hours.hour - 24 * FLOOR(serving_hours.hour / 24.0) AS BIGINT) AS hour_utc,
CAST(serving_hours.n_requests AS BIGINT) AS requests,
serving_hours.n_usual AS usual_requests
FROM recsql_serving_hours AS serving_hours
WHERE
serving_hours.is_gap = 1
ORDER BY
serving_hours.n_usual - serving_hours.n_requests DESC,
serving_hours.hour
LIMIT 20;
-- pipeline_health/logging_gaps.sql
/* One row: what is missing from the serving log, in hours, lists, requests and positions. */
WITH gaps AS (
SELECT
CAST(COUNT(serving_hours.is_gap) AS DOUBLE) AS n_hours,
CAST(SUM(serving_hours.is_gap) AS DOUBLE) / NULLIF(COUNT(serving_hours.is_gap), 0) AS gap_share,
COUNT(*) AS n_all_hours
FROM recsql_serving_hours AS serving_hours
), logs AS (
SELECT
request_logs.person_id,
request_logs.is_without_items,
request_logs.has_position_gap,
request_logs.is_short
FROM recsql_request_logs AS request_logs
), known AS (
SELECT DISTINCT
CAST(serving.request_id AS TEXT) AS request_id
FROM (
SELECT
request_id
FROM shop.serving AS source
) AS serving
), lists AS (
SELECT DISTINCT
CAST(served_items.request_id AS TEXT) AS request_id
FROM (
SELECT
request_id,
item_id
FROM shop.served_items AS source
) AS served_items
WHERE
NOT served_items.request_id IS NULL AND NOT served_items.item_id IS NULL
), strays AS (
SELECT
CAST(COUNT(*) AS DOUBLE) AS n,
CAST(COUNT(CASE WHEN known.request_id IS NULL THEN 1 END) AS DOUBLE) / NULLIF(COUNT(*), 0) AS share
FROM lists
LEFT JOIN known
ON lists.request_id = known.request_id
)
SELECT
gaps.gap_share AS gap_hour_share,
(
(
gaps.gap_share
) + 1.9208 / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) - 1.96 * SQRT(
(
gaps.gap_share
) * (
1.0 - (
gaps.gap_share
)
) / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0)
) AS gap_hour_share_low,
(
(
gaps.gap_share
) + 1.9208 / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) + 1.96 * SQRT(
(
gaps.gap_share
) * (
1.0 - (
gaps.gap_share
)
) / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_hours AS DOUBLE), 0.0)
) AS gap_hour_share_high,
gaps.n_hours AS gap_hour_share_n,
CASE
WHEN gaps.n_all_hours > 0 AND gaps.n_hours = 0
THEN 'not_enough_data: no hour has enough requests for a gap to show'
END AS gap_hour_share_reason,
bare.value AS without_items_share,
bare.low AS without_items_share_low,
bare.high AS without_items_share_high,
bare.n AS without_items_share_n,
bare.persons AS without_items_share_persons,
strays.share AS unknown_request_share,
(
(
strays.share
) + 1.9208 / NULLIF(CAST(strays.n AS DOUBLE), 0.0) - 1.96 * SQRT(
(
strays.share
) * (
1.0 - (
strays.share
)
) / NULLIF(CAST(strays.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(strays.n AS DOUBLE), 0.0) * NULLIF(CAST(strays.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(strays.n AS DOUBLE), 0.0)
) AS unknown_request_share_low,
(
(
strays.share
) + 1.9208 / NULLIF(CAST(strays.n AS DOUBLE), 0.0) + 1.96 * SQRT(
(
strays.share
) * (
1.0 - (
strays.share
)
) / NULLIF(CAST(strays.n AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(strays.n AS DOUBLE), 0.0) * NULLIF(CAST(strays.n AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(strays.n AS DOUBLE), 0.0)
) AS unknown_request_share_high,
strays.n AS unknown_request_share_n,
holes.value AS position_gap_share,
holes.low AS position_gap_share_low,
holes.high AS position_gap_share_high,
holes.n AS position_gap_share_n,
short.value AS short_retrieval_share,
short.low AS short_retrieval_share_low,
short.high AS short_retrieval_share_high,
short.n AS short_retrieval_share_n
FROM gaps
CROSS JOIN strays
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_without_items AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_without_items IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM logs AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS bare
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(has_position_gap AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT has_position_gap IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM logs AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS holes
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(is_short AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_short IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM logs AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS short;
-- pipeline_health/orphaned_items.rows.sql
/* One row per served or indexed item that the catalogue does not have, the most served first. */
WITH orphans AS (
SELECT
shelf.item_id,
shelf.person_id,
shelf.is_retrieved,
1 AS served,
0 AS indexed
FROM recsql_shelf AS shelf
WHERE
shelf.is_known = 0
UNION ALL
SELECT
CAST(indexed_items.item_id AS TEXT),
CAST(NULL AS TEXT),
FALSE,
0,
1
FROM (
SELECT
item_id
FROM shop.indexed_items AS source
) AS indexed_items
LEFT JOIN (
SELECT DISTINCT
CAST(catalogue.item_id AS TEXT) AS item_id
FROM (
SELECT
item_id
FROM shop.catalogue AS source
) AS catalogue
) AS listed
ON CAST(indexed_items.item_id AS TEXT) = listed.item_id
WHERE
NOT indexed_items.item_id IS NULL AND listed.item_id IS NULL
)
SELECT
orphans.item_id,
SUM(orphans.served) AS times_served,
COUNT(DISTINCT orphans.person_id) AS persons,
MAX(CASE WHEN orphans.is_retrieved THEN 1 ELSE 0 END) = 1 AS is_retrieved,
MAX(orphans.indexed) = 1 AS is_indexed
FROM orphans
GROUP BY
orphans.item_id
ORDER BY
times_served DESC,
orphans.item_id
LIMIT 20;
-- pipeline_health/orphaned_items.sql
/* One row for all surfaces and one per segment: the share of served items nobody can describe. */
WITH served AS (
SELECT
shelf.request_id,
SUM(1 - shelf.is_known) AS n_orphans,
COUNT(*) AS n_served
FROM recsql_shelf AS shelf
GROUP BY
shelf.request_id
), people AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
SUM(source_rows.n_orphans) AS n_orphans,
SUM(source_rows.n_served) AS n_served
FROM served AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), lacking AS (
SELECT
shelf.surface,
shelf.item_id
FROM recsql_shelf AS shelf
WHERE
shelf.is_known = 0
), named AS (
SELECT
lacking.scope,
COUNT(DISTINCT lacking.item_id) AS n_items
FROM (
SELECT
'all' AS scope,
source_rows.*
FROM lacking AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM lacking AS source_rows
WHERE
NOT source_rows.surface IS NULL
) AS lacking
GROUP BY
lacking.scope
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
orphans.value AS orphan_share,
orphans.low AS orphan_share_low,
orphans.high AS orphan_share_high,
COALESCE(orphans.n, 0) AS orphan_share_n,
orphans.persons AS orphan_share_persons,
CASE
WHEN scopes.scope = 'all' OR NOT scopes.surface IS NULL
THEN COALESCE(named.n_items, 0)
END AS orphaned_items,
gaps.unembedded_share,
(
(
gaps.unembedded_share
) + 1.9208 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) - 1.96 * SQRT(
(
gaps.unembedded_share
) * (
1.0 - (
gaps.unembedded_share
)
) / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
) AS unembedded_share_low,
(
(
gaps.unembedded_share
) + 1.9208 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 1.96 * SQRT(
(
gaps.unembedded_share
) * (
1.0 - (
gaps.unembedded_share
)
) / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
) AS unembedded_share_high,
gaps.n_active AS unembedded_share_n,
gaps.unindexed_share,
(
(
gaps.unindexed_share
) + 1.9208 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) - 1.96 * SQRT(
(
gaps.unindexed_share
) * (
1.0 - (
gaps.unindexed_share
)
) / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
) AS unindexed_share_low,
(
(
gaps.unindexed_share
) + 1.9208 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 1.96 * SQRT(
(
gaps.unindexed_share
) * (
1.0 - (
gaps.unindexed_share
)
) / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_active AS DOUBLE), 0.0)
) AS unindexed_share_high,
gaps.n_active AS unindexed_share_n,
gaps.indexed_orphan_share,
(
(
gaps.indexed_orphan_share
) + 1.9208 / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) - 1.96 * SQRT(
(
gaps.indexed_orphan_share
) * (
1.0 - (
gaps.indexed_orphan_share
)
) / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0)
) AS indexed_orphan_share_low,
(
(
gaps.indexed_orphan_share
) + 1.9208 / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) + 1.96 * SQRT(
(
gaps.indexed_orphan_share
) * (
1.0 - (
gaps.indexed_orphan_share
)
) / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0) * NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(gaps.n_indexed AS DOUBLE), 0.0)
) AS indexed_orphan_share_high,
gaps.n_indexed AS indexed_orphan_share_n
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(n_orphans AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_orphans IS NULL THEN CAST(n_served AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS orphans
ON scopes.scope = orphans.scope
LEFT JOIN named
ON scopes.scope = named.scope
LEFT JOIN recsql_catalogue_gaps AS gaps
ON scopes.scope = 'all';
-- pipeline_health/popularity_drift.rows.sql
/* One row per item that rose or fell most in rank since training. */
SELECT
popularity_ranks.item_id,
popularity_ranks.n_trained AS persons_in_training,
popularity_ranks.n_recent AS persons_lately,
popularity_ranks.recent - popularity_ranks.trained AS places_gained
FROM recsql_popularity_ranks AS popularity_ranks
CROSS JOIN recsql_popularity_agreement AS agreement
/* without training there is nothing to rise from */
WHERE
agreement.n_trained > 0 AND popularity_ranks.recent <> popularity_ranks.trained
ORDER BY
ABS(popularity_ranks.recent - popularity_ranks.trained) DESC,
popularity_ranks.item_id
LIMIT 20;
-- pipeline_health/popularity_drift.sql
/* One row: how alike the popularity of items was in training and in recent days. */
WITH visits AS (
SELECT
item_visitors.person_id,
SUM(item_visitors.n_recent) AS n_recent,
SUM(CASE WHEN popularity_ranks.n_trained = 0 THEN item_visitors.n_recent ELSE 0 END) AS n_unseen
FROM recsql_item_visitors AS item_visitors
JOIN recsql_popularity_ranks AS popularity_ranks
ON item_visitors.item_id = popularity_ranks.item_id
CROSS JOIN recsql_popularity_agreement AS agreement
/* without training nothing was left out of it */
WHERE
agreement.n_trained > 0
GROUP BY
item_visitors.person_id
)
SELECT
agreement.value AS rank_correlation,
agreement.low AS rank_correlation_low,
agreement.high AS rank_correlation_high,
agreement.n_items AS rank_correlation_n,
unseen.persons AS rank_correlation_persons,
CASE
WHEN agreement.ceiling < 0.5 AND NOT agreement.value IS NULL
THEN 'not_identified: too few persons per item to rank items reliably'
END AS rank_correlation_reason,
agreement.value / NULLIF(agreement.ceiling, 0.0) AS corrected_correlation,
agreement.low / NULLIF(agreement.ceiling, 0.0) AS corrected_correlation_low,
agreement.high / NULLIF(agreement.ceiling, 0.0) AS corrected_correlation_high,
agreement.ceiling AS rank_ceiling,
unseen.value AS unseen_share,
unseen.low AS unseen_share_low,
unseen.high AS unseen_share_high,
unseen.n AS unseen_share_n,
unseen.persons AS unseen_share_persons
FROM recsql_popularity_agreement AS agreement
CROSS JOIN (
WITH ratio_people AS (
SELECT
person_id,
COALESCE(SUM(CAST(n_unseen AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT n_unseen IS NULL THEN CAST(n_recent AS DOUBLE) END), 0.0) AS own_tries
FROM visits AS ratio_source
GROUP BY
person_id
), ratio_sums AS (
SELECT
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
), ratio_squares AS (
SELECT
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS unseen;
-- pipeline_health/sample_ratio_mismatch.rows.sql
/* One row per arm: its persons, how many were expected, and how far apart they are. */
SELECT
arm_sizes.arm,
CAST(arm_sizes.n_persons AS BIGINT) AS persons,
arm_sizes.n_expected AS expected,
arm_sizes.n_persons / NULLIF(SUM(arm_sizes.n_persons) OVER (), 0.0) AS persons_share,
arm_sizes.n_expected / NULLIF(SUM(arm_sizes.n_expected) OVER (), 0.0) AS expected_share
FROM recsql_arm_sizes AS arm_sizes
ORDER BY
ABS(arm_sizes.n_persons - arm_sizes.n_expected) DESC,
arm_sizes.arm
LIMIT 20;
-- pipeline_health/sample_ratio_mismatch.sql
/* One row: whether the arms of the experiment have the sizes that were meant. */
WITH fit AS (
SELECT
COUNT(CASE WHEN arm_sizes.n_expected > 0.0 THEN 1 END) - 1 AS freedom,
COALESCE(SUM(arm_sizes.n_persons), 0.0) AS persons,
COUNT(arm_sizes.n_expected) AS n_known,
MAX(
CASE WHEN arm_sizes.n_expected = 0.0 AND arm_sizes.n_persons > 0.0 THEN 1 ELSE 0 END
) AS has_stranger, /* nobody may be in an arm that was not declared */
MIN(CASE WHEN arm_sizes.n_expected > 0.0 THEN arm_sizes.n_expected END) AS least_expected,
SUM(
(
arm_sizes.n_persons - arm_sizes.n_expected
) * (
arm_sizes.n_persons - arm_sizes.n_expected
) / NULLIF(arm_sizes.n_expected, 0.0)
) AS chi2
FROM recsql_arm_sizes AS arm_sizes
), tested AS (
SELECT
*,
CASE
WHEN freedom < 1 OR freedom > 20
THEN NULL
WHEN chi2 > 1000.0
THEN 0.0
WHEN freedom - 2 * FLOOR(freedom / 2.0) = 0
THEN EXP(-(
chi2 / 2.0
)) * (
0.0 + CASE WHEN freedom > 0 THEN POWER((
chi2 / 2.0
), 0) / 1.0 ELSE 0.0 END + CASE WHEN freedom > 2 THEN POWER((
chi2 / 2.0
), 1) / 1.0 ELSE 0.0 END + CASE WHEN freedom > 4 THEN POWER((
chi2 / 2.0
), 2) / 2.0 ELSE 0.0 END + CASE WHEN freedom > 6 THEN POWER((
chi2 / 2.0
), 3) / 6.0 ELSE 0.0 END + CASE WHEN freedom > 8 THEN POWER((
chi2 / 2.0
), 4) / 24.0 ELSE 0.0 END + CASE WHEN freedom > 10 THEN POWER((
chi2 / 2.0
), 5) / 120.0 ELSE 0.0 END + CASE WHEN freedom > 12 THEN POWER((
chi2 / 2.0
), 6) / 720.0 ELSE 0.0 END + CASE WHEN freedom > 14 THEN POWER((
chi2 / 2.0
), 7) / 5040.0 ELSE 0.0 END + CASE WHEN freedom > 16 THEN POWER((
chi2 / 2.0
), 8) / 40320.0 ELSE 0.0 END + CASE WHEN freedom > 18 THEN POWER((
chi2 / 2.0
), 9) / 362880.0 ELSE 0.0 END
)
ELSE (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * EXP(
-(
chi2 / 2.0
) - 1.26551223 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
1.00002368 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
0.37409196 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
0.09678418 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
-0.18628806 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
0.27886807 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
-1.13520398 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
1.48851587 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
-0.82215223 + (
1.0 / (
1.0 + 0.5 * SQRT(chi2 / 2.0)
)
) * (
0.17087277
)
)
)
)
)
)
)
)
)
) + EXP(-(
chi2 / 2.0
)) * SQRT((
chi2 / 2.0
)) * (
0.0 + CASE
WHEN freedom > 1
THEN POWER((
chi2 / 2.0
), 0) / 0.886226925452758
ELSE 0.0
END + CASE
WHEN freedom > 3
THEN POWER((
chi2 / 2.0
), 1) / 1.329340388179137
ELSE 0.0
END + CASE
WHEN freedom > 5
THEN POWER((
chi2 / 2.0
), 2) / 3.323350970447843
ELSE 0.0
END + CASE
WHEN freedom > 7
THEN POWER((
chi2 / 2.0
), 3) / 11.631728396567448
ELSE 0.0
END + CASE
WHEN freedom > 9
THEN POWER((
chi2 / 2.0
), 4) / 52.34277778455352
ELSE 0.0
END + CASE
WHEN freedom > 11
THEN POWER((
chi2 / 2.0
), 5) / 287.8852778150443
ELSE 0.0
END + CASE
WHEN freedom > 13
THEN POWER((
chi2 / 2.0
), 6) / 1871.2543057977884
ELSE 0.0
END + CASE
WHEN freedom > 15
THEN POWER((
chi2 / 2.0
), 7) / 14034.407293483413
ELSE 0.0
END + CASE
WHEN freedom > 17
THEN POWER((
chi2 / 2.0
), 8) / 119292.46199460901
ELSE 0.0
END
)
END AS tail
FROM fit
), crossings AS (
SELECT
CAST(COUNT(CASE WHEN arms.nth = 2 THEN 1 END) AS DOUBLE) / NULLIF(COUNT(CASE WHEN arms.nth = 1 THEN 1 END), 0) AS share
FROM recsql_arms AS arms
)
SELECT
CASE WHEN tested.has_stranger = 1 THEN 0.0 ELSE tested.tail END AS p_value,
tested.persons AS p_value_n,
tested.persons AS p_value_persons,
CASE
WHEN tested.persons > 0.0 AND tested.n_known = 0
THEN 'not_identified: a weight in arm_shares is not a number'
WHEN tested.persons > 0.0 AND tested.freedom < 1
THEN 'not_identified: there is only one arm'
WHEN tested.least_expected < 5 AND tested.has_stranger = 0
THEN 'not_enough_data: an arm expects fewer than min_expected_persons persons'
END AS p_value_reason,
tested.chi2,
crossings.share AS crossing_share,
(
(
crossings.share
) + 1.9208 / NULLIF(CAST(tested.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
crossings.share
) * (
1.0 - (
crossings.share
)
) / NULLIF(CAST(tested.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(tested.persons AS DOUBLE), 0.0) * NULLIF(CAST(tested.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(tested.persons AS DOUBLE), 0.0)
) AS crossing_share_low,
(
(
crossings.share
) + 1.9208 / NULLIF(CAST(tested.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
crossings.share
) * (
1.0 - (
crossings.share
)
) / NULLIF(CAST(tested.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(tested.persons AS DOUBLE), 0.0) * NULLIF(CAST(tested.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(tested.persons AS DOUBLE), 0.0)
) AS crossing_share_high,
tested.persons AS crossing_share_n,
tested.persons AS crossing_share_persons
FROM tested
CROSS JOIN crossings;
-- pipeline_health/version_mismatch.rows.sql
/* One row per combination of versions that does not fit, with when it was first and last served. */
SELECT
request_versions.model_version,
request_versions.index_version,
request_versions.user_version,
request_versions.item_version,
COUNT(*) AS requests,
COUNT(DISTINCT request_versions.person_id) AS persons,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MIN(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) AS first_day,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(MAX(request_versions.serve_us) AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) AS last_day
FROM recsql_request_versions AS request_versions
WHERE
request_versions.is_index_mismatch = 1 OR request_versions.is_vector_mismatch = 1
GROUP BY
request_versions.model_version,
request_versions.index_version,
request_versions.user_version,
request_versions.item_version
ORDER BY
requests DESC,
model_version,
index_version,
user_version,
item_version
LIMIT 20;
-- pipeline_health/version_mismatch.sql
/* One row for all requests and one per segment: the share answered across versions. */
WITH judged AS (
SELECT
request_versions.request_id,
request_versions.is_index_mismatch,
CASE WHEN NOT request_versions.is_index_mismatch IS NULL THEN 1 END AS n_indexed,
request_versions.is_vector_mismatch,
CASE WHEN NOT request_versions.is_vector_mismatch IS NULL THEN 1 END AS n_embedded,
CASE
WHEN request_versions.is_vector_mismatch = 1
THEN 1
ELSE COALESCE(request_versions.is_index_mismatch, request_versions.is_vector_mismatch)
END AS is_mismatch, /* one comparison that fails is enough, one that is possible is needed */
CASE
WHEN NOT COALESCE(request_versions.is_index_mismatch, request_versions.is_vector_mismatch) IS NULL
THEN 1
END AS n
FROM recsql_request_versions AS request_versions
), people AS (
SELECT
requests.person_id,
requests.model_version,
requests.surface,
requests.device_class,
requests.region,
requests.activity,
requests.tenure,
SUM(source_rows.is_mismatch) AS is_mismatch,
SUM(source_rows.n) AS n,
SUM(source_rows.is_index_mismatch) AS is_index_mismatch,
SUM(source_rows.n_indexed) AS n_indexed,
SUM(source_rows.is_vector_mismatch) AS is_vector_mismatch,
SUM(source_rows.n_embedded) AS n_embedded
FROM judged AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.model_version,
requests.surface,
requests.device_class,
requests.region,
requests.activity,
requests.tenure
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'surface ' || source_rows.surface,
CAST(NULL AS TEXT),
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
)
SELECT
scopes.model_version,
scopes.surface,
scopes.device_class,
scopes.region,
scopes.activity,
scopes.tenure,
mismatches.value AS mismatch_share,
mismatches.low AS mismatch_share_low,
mismatches.high AS mismatch_share_high,
COALESCE(mismatches.n, 0) AS mismatch_share_n,
mismatches.persons AS mismatch_share_persons,
CASE WHEN mismatches.n > 0 THEN mismatches.positives END AS mismatched_requests,
COALESCE(mismatches.n, 0) AS mismatched_requests_n,
mismatches.persons AS mismatched_requests_persons,
indexes.value AS index_mismatch_share,
indexes.low AS index_mismatch_share_low,
indexes.high AS index_mismatch_share_high,
COALESCE(indexes.n, 0) AS index_mismatch_share_n,
vectors.value AS vector_mismatch_share,
vectors.low AS vector_mismatch_share_low,
vectors.high AS vector_mismatch_share_high,
COALESCE(vectors.n, 0) AS vector_mismatch_share_n
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_mismatch AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_mismatch IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS mismatches
ON scopes.scope = mismatches.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_index_mismatch AS DOUBLE)), 0) AS own_hits,
COALESCE(
SUM(CASE WHEN NOT is_index_mismatch IS NULL THEN CAST(n_indexed AS DOUBLE) END),
0.0
) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS indexes
ON scopes.scope = indexes.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_vector_mismatch AS DOUBLE)), 0) AS own_hits,
COALESCE(
SUM(CASE WHEN NOT is_vector_mismatch IS NULL THEN CAST(n_embedded AS DOUBLE) END),
0.0
) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS vectors
ON scopes.scope = vectors.scope;
-- signal_freshness/age_waterfall.sql
/* One row for all requests, per segment and per class of age: the mean age and its four terms. */
WITH ages AS (
SELECT
signals.request_id,
1 AS n,
CAST(signals.serve_us - signals.used_us AS DOUBLE) / 1000000.0 AS signal_age,
CAST(signals.serve_us - signals.newest_us AS DOUBLE) / 1000000.0 AS inactivity,
CASE
WHEN evidence.n_links > 0
THEN CAST(signals.newest_us - signals.profile_us AS DOUBLE) / 1000000.0
END AS identity_gap, /* without any evidence the share of identity is not nought but unknown */
CAST(signals.profile_us - signals.arrived_us AS DOUBLE) / 1000000.0 AS ingestion,
CAST(signals.arrived_us - signals.used_us AS DOUBLE) / 1000000.0 AS refresh,
CASE
WHEN signals.serve_us - signals.used_us >= 1814400000000
THEN 'aged 504'
WHEN signals.serve_us - signals.used_us >= 1209600000000
THEN 'aged 336'
WHEN signals.serve_us - signals.used_us >= 864000000000
THEN 'aged 240'
WHEN signals.serve_us - signals.used_us >= 604800000000
THEN 'aged 168'
WHEN signals.serve_us - signals.used_us >= 518400000000
THEN 'aged 144'
WHEN signals.serve_us - signals.used_us >= 432000000000
THEN 'aged 120'
WHEN signals.serve_us - signals.used_us >= 345600000000
THEN 'aged 96'
WHEN signals.serve_us - signals.used_us >= 259200000000
THEN 'aged 72'
WHEN signals.serve_us - signals.used_us >= 172800000000
THEN 'aged 48'
WHEN signals.serve_us - signals.used_us >= 129600000000
THEN 'aged 36'
WHEN signals.serve_us - signals.used_us >= 86400000000
THEN 'aged 24'
WHEN signals.serve_us - signals.used_us >= 64800000000
THEN 'aged 18'
WHEN signals.serve_us - signals.used_us >= 43200000000
THEN 'aged 12'
WHEN signals.serve_us - signals.used_us >= 21600000000
THEN 'aged 6'
WHEN signals.serve_us - signals.used_us >= 10800000000
THEN 'aged 3'
WHEN signals.serve_us - signals.used_us >= 7200000000
THEN 'aged 2'
WHEN signals.serve_us - signals.used_us >= 3600000000
THEN 'aged 1'
WHEN signals.serve_us - signals.used_us >= 1800000000
THEN 'aged 0.5'
WHEN signals.serve_us - signals.used_us >= 900000000
THEN 'aged 0.25'
WHEN signals.serve_us - signals.used_us >= 0
THEN 'aged 0'
END AS age_class
FROM recsql_signals AS signals
CROSS JOIN (
SELECT
COUNT(*) AS n_links
FROM recsql_link_evidence AS links
) AS evidence
WHERE
NOT signals.used_us IS NULL
), people AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
source_rows.age_class,
SUM(source_rows.n) AS n,
SUM(source_rows.signal_age) AS signal_age,
SUM(source_rows.inactivity) AS inactivity,
SUM(source_rows.identity_gap) AS identity_gap,
SUM(source_rows.ingestion) AS ingestion,
SUM(source_rows.refresh) AS refresh
FROM ages AS source_rows
JOIN recsql_requests AS requests
ON source_rows.request_id = requests.request_id
GROUP BY
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
source_rows.age_class
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM people AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'age_class ' || source_rows.age_class,
source_rows.*
FROM people AS source_rows
WHERE
NOT source_rows.age_class IS NULL
), scopes AS (
SELECT
segment_scopes.*,
CAST(NULL AS DOUBLE) AS age_h
FROM (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM people AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM people AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
) AS segment_scopes
UNION ALL
SELECT
'age_class ' || classes.name,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(classes.hours AS DOUBLE)
FROM (VALUES
('aged 0', 0.0),
('aged 0.25', 0.25),
('aged 0.5', 0.5),
('aged 1', 1.0),
('aged 2', 2.0),
('aged 3', 3.0),
('aged 6', 6.0),
('aged 12', 12.0),
('aged 18', 18.0),
('aged 24', 24.0),
('aged 36', 36.0),
('aged 48', 48.0),
('aged 72', 72.0),
('aged 96', 96.0),
('aged 120', 120.0),
('aged 144', 144.0),
('aged 168', 168.0),
('aged 240', 240.0),
('aged 336', 336.0),
('aged 504', 504.0)) AS classes(name, hours)
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
scopes.age_h,
total.value AS mean_signal_age,
total.low AS mean_signal_age_low,
total.high AS mean_signal_age_high,
COALESCE(total.n, 0) AS mean_signal_age_n,
CASE WHEN scopes.age_h IS NULL THEN total.persons END AS mean_signal_age_persons, /* a class of age is there to be drawn, however few are in it */
inactivity.value AS mean_user_inactivity,
inactivity.low AS mean_user_inactivity_low,
inactivity.high AS mean_user_inactivity_high,
identity_gap.value AS mean_identity,
identity_gap.low AS mean_identity_low,
identity_gap.high AS mean_identity_high,
ingestion.value AS mean_ingestion,
ingestion.low AS mean_ingestion_low,
ingestion.high AS mean_ingestion_high,
refresh.value AS mean_refresh,
refresh.low AS mean_refresh_low,
refresh.high AS mean_refresh_high
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(signal_age AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT signal_age IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS total
ON scopes.scope = total.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(inactivity AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT inactivity IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS inactivity
ON scopes.scope = inactivity.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(identity_gap AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT identity_gap IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS identity_gap
ON scopes.scope = identity_gap.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(ingestion AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT ingestion IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS ingestion
ON scopes.scope = ingestion.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(refresh AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT refresh IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS refresh
ON scopes.scope = refresh.scope;
-- signal_freshness/drift_curve.sql
/* One row per lag in hours, and as the total the one of a day: what older signals are worth. */
WITH matched AS (
SELECT
day_matches.person_id,
86400.0 * day_matches.lag_days AS lag_s,
day_matches.match
FROM recsql_day_matches AS day_matches
WHERE
day_matches.curve = 'signals'
), met AS (
/* each pair of persons is in it twice, as either's, so an error counts double */
SELECT
86400.0 * stranger_matches.lag_days AS lag_s,
SUM(stranger_matches.matched) / NULLIF(SUM(stranger_matches.pairs), 0.0) AS value,
SUM(stranger_matches.pairs) / 2.0 AS n,
CAST(COUNT(*) AS DOUBLE) AS persons,
SUM(stranger_matches.matched * stranger_matches.matched) AS mm,
SUM(stranger_matches.matched * stranger_matches.pairs) AS mp,
SUM(stranger_matches.pairs * stranger_matches.pairs) AS pp
FROM recsql_stranger_matches AS stranger_matches
WHERE
stranger_matches.pairs > 0.0
GROUP BY
stranger_matches.lag_days
), others AS (
SELECT
met.lag_s,
met.value,
met.n,
met.persons,
SQRT(
met.persons / NULLIF(met.persons - 1.0, 0.0) * ABS(met.mm - met.value * (
2.0 * met.mp - met.value * met.pp
))
) / NULLIF(met.n, 0.0) AS se
FROM met
), lags AS (
SELECT
curve_limits.lag_s,
curve_limits.lag_s / 3600.0 AS lag
FROM recsql_curve_limits AS curve_limits
UNION
SELECT
lag_s,
lag_s / 3600.0
FROM matched
UNION
SELECT
86400.0,
NULL
)
SELECT
lags.lag,
replayed.value AS retained_relevance,
replayed.low AS retained_relevance_low,
replayed.high AS retained_relevance_high,
COALESCE(replayed.n, 0) AS retained_relevance_n,
CASE
WHEN replayed.n IS NULL
THEN 'not_enough_data: no request was answered that had signals two weeks before'
END AS retained_relevance_reason,
shelved.value AS item_relevance,
shelved.low AS item_relevance_low,
shelved.high AS item_relevance_high,
shelved.n AS item_relevance_n,
shelved.persons AS item_relevance_persons,
together.value AS joint_relevance,
together.low AS joint_relevance_low,
together.high AS joint_relevance_high,
together.n AS joint_relevance_n,
together.persons AS joint_relevance_persons,
fitted.value AS fitted_relevance,
fitted.low AS fitted_relevance_low,
fitted.high AS fitted_relevance_high,
fitted.n AS fitted_relevance_n,
rates.value AS hit_rate,
rates.low AS hit_rate_low,
rates.high AS hit_rate_high,
rates.n AS hit_rate_n,
rates.persons AS hit_rate_persons,
matches.value AS match_probability,
matches.low AS match_probability_low,
matches.high AS match_probability_high,
matches.n AS match_probability_n,
matches.persons AS match_probability_persons,
others.value AS other_persons,
CASE
WHEN others.se > 0.0 AND others.value - 1.96 * others.se < 0.0
THEN 0.0
WHEN others.se > 0.0 AND others.value - 1.96 * others.se > 1.0
THEN 1.0
WHEN others.se > 0.0
THEN others.value - 1.96 * others.se
ELSE (
(
others.value
) + 1.9208 / NULLIF(CAST(others.persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
others.value
) * (
1.0 - (
others.value
)
) / NULLIF(CAST(others.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(others.persons AS DOUBLE), 0.0) * NULLIF(CAST(others.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(others.persons AS DOUBLE), 0.0)
)
END AS other_persons_low,
CASE
WHEN others.se > 0.0 AND others.value + 1.96 * others.se < 0.0
THEN 0.0
WHEN others.se > 0.0 AND others.value + 1.96 * others.se > 1.0
THEN 1.0
WHEN others.se > 0.0
THEN others.value + 1.96 * others.se
ELSE (
(
others.value
) + 1.9208 / NULLIF(CAST(others.persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
others.value
) * (
1.0 - (
others.value
)
) / NULLIF(CAST(others.persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(others.persons AS DOUBLE), 0.0) * NULLIF(CAST(others.persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(others.persons AS DOUBLE), 0.0)
)
END AS other_persons_high,
others.n AS other_persons_n
FROM lags
LEFT JOIN recsql_curve_limits AS replayed
ON lags.lag_s = replayed.lag_s AND replayed.way = 'replayed'
LEFT JOIN recsql_curve_limits AS fitted
ON lags.lag_s = fitted.lag_s AND fitted.way = 'fitted'
LEFT JOIN recsql_face_curves AS shelved
ON lags.lag_s = shelved.lag_s AND shelved.face = 'items'
LEFT JOIN recsql_face_curves AS together
ON lags.lag_s = together.lag_s AND together.face = 'both'
LEFT JOIN (
WITH ratio_people AS (
SELECT
lag_s,
person_id,
COALESCE(SUM(CAST(hit AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT hit IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM recsql_backtest_hits AS ratio_source
GROUP BY
lag_s,
person_id
), ratio_sums AS (
SELECT
lag_s,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
lag_s
), ratio_squares AS (
SELECT
lag_s,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
lag_s,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
lag_s,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS rates
ON lags.lag_s = rates.lag_s
LEFT JOIN (
WITH ratio_people AS (
SELECT
lag_s,
person_id,
COALESCE(SUM(CAST(match AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT match IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM matched AS ratio_source
GROUP BY
lag_s,
person_id
), ratio_sums AS (
SELECT
lag_s,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
lag_s
), ratio_squares AS (
SELECT
lag_s,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
lag_s,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
lag_s,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS matches
ON lags.lag_s = matches.lag_s
LEFT JOIN others
ON lags.lag_s = others.lag_s;
-- signal_freshness/drift_window.sql
/* One row for signals, which is the total, and one per face: how long relevance lasts. */
SELECT
faces.face,
faces.window_s AS drift_window,
faces.window_low AS drift_window_low,
faces.window_high AS drift_window_high,
COALESCE(faces.n, 0) AS drift_window_n,
faces.persons AS drift_window_persons,
CASE
WHEN faces.window_s IS NULL AND faces.face = 'served_lists'
THEN 'not_identified: the hour of the week tells how old a snapshot is'
WHEN faces.window_s IS NULL
THEN 'not_enough_data: the log is too short to see what people are after change'
END AS drift_window_reason,
CASE WHEN NOT faces.is_bounded THEN COALESCE(faces.window_low, faces.window_s) END AS drift_window_at_least,
faces.half_life_s AS half_life,
faces.half_life_low,
faces.half_life_high,
faces.fitted_n AS half_life_n,
CASE
WHEN NOT faces.is_spanned
THEN 'not_identified: the lags do not span it twice, so it is at least this long'
END AS half_life_reason,
CASE
WHEN NOT faces.is_spanned
THEN COALESCE(faces.half_life_low, faces.half_life_s)
END AS half_life_at_least,
faces.fast_half_life_s AS fast_half_life,
faces.fitted_s AS fitted_window,
faces.fitted_low AS fitted_window_low,
faces.fitted_high AS fitted_window_high,
faces.fitted_n AS fitted_window_n,
faces.baseline,
faces.baseline_low,
faces.baseline_high,
faces.fitted_n AS baseline_n,
CASE
WHEN NOT faces.is_spanned
THEN 'not_identified: where the curve ends is not seen by lags that do not span its half-life twice'
END AS baseline_reason,
CAST(faces.method AS DOUBLE) AS method,
faces.n AS method_n,
faces.ratio AS disagreement,
faces.n AS disagreement_n,
CASE
WHEN faces.window_s IS NULL
THEN 'not_enough_data: the log is too short to see what people are after change'
END AS disagreement_reason,
CASE WHEN faces.ratio > 2 THEN faces.ratio END AS discord,
items.window_s AS index_window, /* what goes stale first is told first */
items.window_low AS index_window_low,
items.window_high AS index_window_high,
items.n AS index_window_n,
popular.window_s AS popularity_window,
popular.window_low AS popularity_window_low,
popular.window_high AS popularity_window_high,
popular.n AS popularity_window_n,
popular.persons AS popularity_window_persons,
CASE
WHEN popular.n > 0.0 AND popular.window_s IS NULL
THEN 'not_identified: signals of all ages replayed do better than what is popular'
END AS popularity_window_reason,
popular.hit_rate AS popular_hit_rate,
popular.hit_rate_low AS popular_hit_rate_low,
popular.hit_rate_high AS popular_hit_rate_high,
popular.n AS popular_hit_rate_n,
popular.persons AS popular_hit_rate_persons
FROM recsql_drift_faces AS faces
LEFT JOIN recsql_popularity_windows AS popular
ON COALESCE(faces.face, 'signals') = 'signals'
LEFT JOIN recsql_drift_faces AS items
ON faces.face IS NULL AND items.face = 'items' AND items.window_s < faces.window_s;
-- signal_freshness/index_freshness.rows.sql
/* One row per item that lists could not hold although people went on to look at it. */
SELECT
labels.item_id,
COUNT(*) AS n_requests,
COUNT(DISTINCT requests.person_id) AS n_persons,
CAST(AVG(CAST(requests.serve_us - requests.index_us AS DOUBLE)) / 1000000.0 AS DOUBLE) AS index_age_s,
CAST(AVG(CAST(item_births.known_us - requests.index_us AS DOUBLE)) / 1000000.0 AS DOUBLE) AS too_early_s
FROM recsql_labels AS labels
JOIN recsql_requests AS requests
ON labels.request_id = requests.request_id
JOIN recsql_item_births AS item_births
ON labels.item_id = item_births.item_id
WHERE
item_births.known_us > requests.index_us
GROUP BY
labels.item_id
ORDER BY
COUNT(*) DESC,
labels.item_id
LIMIT 20;
-- signal_freshness/index_freshness.sql
/* One row for all requests and one per segment: could the index list what people asked for? */
WITH wanted AS (
SELECT
requests.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
items.category,
CASE WHEN item_births.known_us <= requests.index_us THEN 0.0 ELSE 1.0 END AS is_unseen,
CASE
WHEN item_births.first_us <= requests.serve_us - 86400000000
THEN 0.0
ELSE 1.0
END AS is_new
FROM recsql_labels AS labels
JOIN recsql_requests AS requests
ON labels.request_id = requests.request_id
LEFT JOIN recsql_item_births AS item_births
ON labels.item_id = item_births.item_id
LEFT JOIN recsql_items AS items
ON labels.item_id = items.item_id
), ages AS (
SELECT
requests.person_id,
requests.surface,
CAST(requests.serve_us - requests.index_us AS DOUBLE) / 1000000.0 AS age_s
FROM recsql_requests AS requests
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM wanted AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.tenure IS NULL
UNION ALL
SELECT
'category ' || source_rows.category,
source_rows.*
FROM wanted AS source_rows
WHERE
NOT source_rows.category IS NULL
), aged AS (
SELECT
'all' AS scope,
source_rows.*
FROM ages AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM ages AS source_rows
WHERE
NOT source_rows.surface IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure,
CAST(NULL AS TEXT) AS category
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure,
CAST(NULL AS TEXT)
FROM wanted AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'category ' || source_rows.category,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.category
FROM wanted AS source_rows
WHERE
NOT source_rows.category IS NULL
GROUP BY
source_rows.category
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
scopes.category,
unseen.value AS unseen_item_share,
unseen.low AS unseen_item_share_low,
unseen.high AS unseen_item_share_high,
COALESCE(unseen.n, 0) AS unseen_item_share_n,
unseen.persons AS unseen_item_share_persons,
middle.value AS median_index_age,
middle.low AS median_index_age_low,
middle.high AS median_index_age_high,
middle.n AS median_index_age_n,
middle.persons AS median_index_age_persons,
tail.value AS p90_index_age,
tail.low AS p90_index_age_low,
tail.high AS p90_index_age_high,
tail.n AS p90_index_age_n,
tail.persons AS p90_index_age_persons,
newest.value AS new_item_share,
newest.low AS new_item_share_low,
newest.high AS new_item_share_high,
newest.n AS new_item_share_n,
newest.persons AS new_item_share_persons
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_unseen AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_unseen IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS unseen
ON scopes.scope = unseen.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_new AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_new IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS newest
ON scopes.scope = newest.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(age_s AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY age_s) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM aged AS quantile_source
WHERE
NOT age_s IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS middle
ON scopes.scope = middle.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(age_s AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY age_s) AS nth,
0.9 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM aged AS quantile_source
WHERE
NOT age_s IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.9 * tries
) * (
hits - 0.9 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.9 * (
1.0 - 0.9
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.9 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.9 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS tail
ON scopes.scope = tail.scope;
-- signal_freshness/pipeline_lag.sql
/* One row per hop of the signal that a list used, per hop and surface, and one for the whole way. */
WITH lags AS (
SELECT
ways.person_id,
ways.surface,
hops.hop,
hops.lag_limit,
CAST(CASE hops.hop
WHEN 'event_to_served'
THEN ways.serve_us - ways.event_us
WHEN 'event_to_ingested'
THEN ways.ingested_us - ways.event_us
WHEN 'ingested_to_snapshot'
THEN ways.snapshot_us - ways.ingested_us
WHEN 'snapshot_to_written'
THEN ways.written_us - ways.snapshot_us
WHEN 'written_to_served'
THEN ways.serve_us - ways.written_us
WHEN 'snapshot_to_served'
THEN ways.serve_us - ways.snapshot_us
END AS DOUBLE) / 1000000.0 AS lag
FROM recsql_signal_ways AS ways
CROSS JOIN recsql_hops AS hops
), marked AS (
SELECT
person_id,
hop,
surface,
lag,
CASE WHEN NOT lag IS NULL THEN 1 ELSE 0 END AS is_matched,
CASE WHEN lag < 0.0 THEN 1 WHEN NOT lag IS NULL THEN 0 END AS is_negative,
CASE WHEN lag > lag_limit THEN 1 WHEN lag <= lag_limit THEN 0 END AS is_over
FROM lags
), scoped AS (
/* the whole way on each surface is signal_age */
SELECT
hop AS scope,
person_id,
lag
FROM marked
UNION ALL
SELECT
hop || ' on ' || surface,
person_id,
lag
FROM marked
WHERE
NOT surface IS NULL AND hop <> 'event_to_served'
), cells AS (
SELECT
hop AS scope,
hop,
CAST(NULL AS TEXT) AS surface
FROM recsql_hops AS hops
UNION ALL
SELECT DISTINCT
hop || ' on ' || surface,
hop,
surface
FROM marked
WHERE
NOT surface IS NULL AND hop <> 'event_to_served'
)
SELECT
NULLIF(cells.hop, 'event_to_served') AS hop,
cells.surface,
middle.value AS median_lag,
middle.low AS median_lag_low,
middle.high AS median_lag_high,
COALESCE(middle.n, 0) AS median_lag_n,
COALESCE(middle.persons, 0) AS median_lag_persons,
tail.value AS p90_lag,
tail.low AS p90_lag_low,
tail.high AS p90_lag_high,
average.value AS mean_lag,
average.low AS mean_lag_low,
average.high AS mean_lag_high,
matched.value AS matched_share,
negative.value AS negative_share,
hops.source_rows,
hops.target_rows,
hops.lag_limit,
late.value AS over_limit_share,
late.low AS over_limit_share_low,
late.high AS over_limit_share_high,
late.n AS over_limit_share_n
FROM cells
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(lag AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY lag) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM scoped AS quantile_source
WHERE
NOT lag IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS middle
ON cells.scope = middle.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
hop,
person_id,
CAST(lag AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY hop ORDER BY lag) AS nth,
0.9 * CAST(COUNT(*) OVER (PARTITION BY hop) - 1 AS DOUBLE) AS place
FROM marked AS quantile_source
WHERE
NOT lag IS NULL
), quantile_points AS (
SELECT
hop,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY hop) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY hop) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
hop,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
hop,
person_id
)
SELECT
limits.hop,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
hop,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.9 * tries
) * (
hits - 0.9 * tries
)) AS squares
FROM quantile_people
GROUP BY
hop
), limit_spreads AS (
SELECT
hop,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.9 * (
1.0 - 0.9
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
hop,
persons,
n,
point,
CAST(FLOOR(n * 0.9 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.9 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.hop = ranks.hop
GROUP BY
limits.hop
) AS tail
ON cells.scope = tail.hop
LEFT JOIN (
WITH ratio_people AS (
SELECT
hop,
person_id,
COALESCE(SUM(CAST(lag AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT lag IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM marked AS ratio_source
GROUP BY
hop,
person_id
), ratio_sums AS (
SELECT
hop,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
hop
), ratio_squares AS (
SELECT
hop,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
hop,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
hop,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE WHEN se > 0.0 THEN p - 1.96 * se END AS low,
CASE WHEN se > 0.0 THEN p + 1.96 * se END AS high
FROM ratio_errors
) AS average
ON cells.scope = average.hop
LEFT JOIN (
WITH ratio_people AS (
SELECT
hop,
person_id,
COALESCE(SUM(CAST(is_matched AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_matched IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM marked AS ratio_source
GROUP BY
hop,
person_id
), ratio_sums AS (
SELECT
hop,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
hop
), ratio_squares AS (
SELECT
hop,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
hop,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
hop,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS matched
ON cells.scope = matched.hop
LEFT JOIN (
WITH ratio_people AS (
SELECT
hop,
person_id,
COALESCE(SUM(CAST(is_negative AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_negative IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM marked AS ratio_source
GROUP BY
hop,
person_id
), ratio_sums AS (
SELECT
hop,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
hop
), ratio_squares AS (
SELECT
hop,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
hop,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
hop,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS negative
ON cells.scope = negative.hop
LEFT JOIN (
WITH ratio_people AS (
SELECT
hop,
person_id,
COALESCE(SUM(CAST(is_over AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_over IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM marked AS ratio_source
GROUP BY
hop,
person_id
), ratio_sums AS (
SELECT
hop,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
hop
), ratio_squares AS (
SELECT
hop,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
hop,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
hop,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS late
ON cells.scope = late.hop
LEFT JOIN recsql_hops AS hops
ON cells.scope = hops.hop;
-- signal_freshness/relevance_loss.rows.sql
/* One row per request whose list was older than the person's newest action, the worst first. */
SELECT
signals.request_id,
signals.person_id,
signals.surface,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
signals.serve_us - 86400000000 * CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
signals.serve_us - 86400000000 * CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
signals.serve_us - 86400000000 * CAST(FLOOR(CAST(signals.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
CAST(signals.serve_us - signals.used_us AS DOUBLE) / 1000000.0 AS signal_age_s,
CAST(signals.newest_us - signals.used_us AS DOUBLE) / 1000000.0 AS avoidable_s
FROM recsql_signals AS signals
WHERE
signals.used_us < signals.newest_us
ORDER BY
signals.newest_us - signals.used_us DESC,
signals.request_id
LIMIT 20;
-- signal_freshness/relevance_loss.sql
/* One row for all requests and one per segment: the relevance lost to the age of their signals. */
WITH requested AS (
SELECT
'all' AS scope,
source_rows.*
FROM recsql_age_weights AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM recsql_age_weights AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), moves AS (
SELECT
scope,
person_id,
n,
total_loss,
avoidable_loss
FROM requested
UNION ALL
/* persons bend the curve, too: hits at a lag raise it there, and hits at once lower all of it */
SELECT
weights.scope,
replayed.person_id,
0.0,
-weights.n * replayed.part,
(
weights.n_fresh - weights.n
) * replayed.part
FROM (
SELECT
scope,
from_lag_s,
SUM(n) AS n,
SUM(n_fresh) AS n_fresh
FROM requested
GROUP BY
scope,
from_lag_s
) AS weights
JOIN recsql_hit_parts AS replayed
ON weights.from_lag_s = replayed.lag_s
UNION ALL
SELECT
losses.scope,
replayed.person_id,
0.0,
losses.kept * replayed.part,
-losses.avoidable_loss * replayed.part
FROM (
SELECT
scope,
SUM(n - total_loss) AS kept,
SUM(avoidable_loss) AS avoidable_loss
FROM requested
GROUP BY
scope
) AS losses
JOIN recsql_hit_parts AS replayed
ON replayed.lag_s = 0.0
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
avoidable.value AS avoidable_loss,
avoidable.low AS avoidable_loss_low,
avoidable.high AS avoidable_loss_high,
COALESCE(avoidable.n, 0) AS avoidable_loss_n,
avoidable.persons AS avoidable_loss_persons,
CASE
WHEN avoidable.value IS NULL
THEN 'not_enough_data: no signal, or no curve to judge it by'
END AS avoidable_loss_reason,
total.value AS total_loss,
total.low AS total_loss_low,
total.high AS total_loss_high,
total.n AS total_loss_n,
total.persons AS total_loss_persons,
refresh_loss.value AS refresh_loss,
refresh_loss.low AS refresh_loss_low,
refresh_loss.high AS refresh_loss_high,
refresh_loss.n AS refresh_loss_n,
refresh_loss.persons AS refresh_loss_persons,
refresh_loss.reason AS refresh_loss_reason,
ingestion_loss.value AS ingestion_loss,
ingestion_loss.low AS ingestion_loss_low,
ingestion_loss.high AS ingestion_loss_high,
ingestion_loss.n AS ingestion_loss_n,
ingestion_loss.persons AS ingestion_loss_persons,
ingestion_loss.reason AS ingestion_loss_reason,
identity_loss.value AS identity_loss,
identity_loss.low AS identity_loss_low,
identity_loss.high AS identity_loss_high,
identity_loss.n AS identity_loss_n,
identity_loss.persons AS identity_loss_persons,
identity_loss.reason AS identity_loss_reason,
refresh_alone.value AS refresh_alone,
refresh_alone.low AS refresh_alone_low,
refresh_alone.high AS refresh_alone_high,
refresh_alone.n AS refresh_alone_n,
refresh_alone.persons AS refresh_alone_persons,
refresh_alone.reason AS refresh_alone_reason,
ingestion_alone.value AS ingestion_alone,
ingestion_alone.low AS ingestion_alone_low,
ingestion_alone.high AS ingestion_alone_high,
ingestion_alone.n AS ingestion_alone_n,
ingestion_alone.persons AS ingestion_alone_persons,
ingestion_alone.reason AS ingestion_alone_reason,
identity_alone.value AS identity_alone,
identity_alone.low AS identity_alone_low,
identity_alone.high AS identity_alone_high,
identity_alone.n AS identity_alone_n,
identity_alone.persons AS identity_alone_persons,
identity_alone.reason AS identity_alone_reason
FROM scopes
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(avoidable_loss AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT avoidable_loss IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM moves AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS avoidable
ON scopes.scope = avoidable.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(total_loss AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT total_loss IS NULL THEN CAST(n AS DOUBLE) END), 0.0) AS own_tries
FROM moves AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS total
ON scopes.scope = total.scope
LEFT JOIN recsql_hop_losses AS refresh_loss
ON scopes.scope = refresh_loss.scope AND refresh_loss.figure = 'refresh_loss'
LEFT JOIN recsql_hop_losses AS ingestion_loss
ON scopes.scope = ingestion_loss.scope AND ingestion_loss.figure = 'ingestion_loss'
LEFT JOIN recsql_hop_losses AS identity_loss
ON scopes.scope = identity_loss.scope AND identity_loss.figure = 'identity_loss'
LEFT JOIN recsql_hop_losses AS refresh_alone
ON scopes.scope = refresh_alone.scope AND refresh_alone.figure = 'refresh_alone'
LEFT JOIN recsql_hop_losses AS ingestion_alone
ON scopes.scope = ingestion_alone.scope
AND ingestion_alone.figure = 'ingestion_alone'
LEFT JOIN recsql_hop_losses AS identity_alone
ON scopes.scope = identity_alone.scope AND identity_alone.figure = 'identity_alone';
-- signal_freshness/signal_age.rows.sql
/* One row per request whose person had newer events than its list used, and what kept them out. */
WITH ranked AS (
SELECT
signals.*,
signals.serve_us - signals.newest_us AS inactive_us,
signals.newest_us - signals.profile_us AS identity_us,
signals.profile_us - signals.arrived_us AS ingestion_us,
signals.arrived_us - signals.used_us AS refresh_us,
ROW_NUMBER() OVER (ORDER BY signals.newest_us - signals.used_us DESC, signals.request_id) AS nth
FROM recsql_signals AS signals
WHERE
signals.used_us < signals.newest_us
), worst AS (
/* events are looked up for the rows that are shown */
SELECT
ranked.*
FROM ranked
WHERE
ranked.nth <= 20
)
SELECT
ranked.request_id,
requests.key,
requests.profile_id,
ranked.surface,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
ranked.serve_us - 86400000000 * CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
ranked.serve_us - 86400000000 * CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
ranked.serve_us - 86400000000 * CAST(FLOOR(CAST(ranked.serve_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS served_at,
ranked.unseen_events,
events.other_key_events,
CAST(ranked.serve_us - ranked.snapshot_us AS DOUBLE) / 1000000.0 AS snapshot_age_s,
CAST(ranked.serve_us - ranked.used_us AS DOUBLE) / 1000000.0 AS signal_age_s,
CAST(ranked.newest_us - ranked.used_us AS DOUBLE) / 1000000.0 AS avoidable_s,
CAST(ranked.inactive_us AS DOUBLE) / 1000000.0 AS inactive_s,
CAST(ranked.identity_us AS DOUBLE) / 1000000.0 AS identity_s,
CAST(ranked.ingestion_us AS DOUBLE) / 1000000.0 AS ingestion_s,
CAST(ranked.refresh_us AS DOUBLE) / 1000000.0 AS refresh_s,
CASE
WHEN ranked.refresh_us >= ranked.ingestion_us
AND ranked.refresh_us >= ranked.identity_us
THEN 'feature refresh'
WHEN ranked.ingestion_us >= ranked.identity_us
THEN 'ingestion'
ELSE 'identity merge'
END AS step,
events.newest_at,
events.newest_event_id,
events.profile_at,
events.profile_event_id,
events.arrived_at,
events.arrived_event_id,
events.used_at,
events.used_event_id,
events.second_at,
events.second_event_id,
events.third_at,
events.third_event_id,
events.newest_category,
events.newest_key,
events.second_category,
events.second_key,
events.third_category,
events.third_key
FROM ranked
JOIN recsql_requests AS requests
ON ranked.request_id = requests.request_id
LEFT JOIN (
WITH unseen_candidates AS (
SELECT
asked.request_id,
asked.used_us,
asked.arrived_us,
asked.profile_us,
moment_keys.in_profile,
person_events.event_id,
person_events.key,
person_events.event_us,
CAST(CAST((
FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 1900.0
ELSE 1901.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + CASE
WHEN FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) < 10.0
THEN 3.0
ELSE -9.0
END
) AS BIGINT) AS TEXT) || CASE
WHEN (
(
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) < 10.0
THEN '-0'
ELSE '-'
END || CAST(CAST((
(
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) - FLOOR(
(
153.0 * FLOOR(
(
5.0 * (
(
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) - FLOOR(
1461.0 * FLOOR(
(
4.0 * (
CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT) + 25508.0
) + 3.0
) / 1461.0
) / 4.0
)
) + 2.0
) / 153.0
) + 2.0
) / 5.0
) + 1.0
) AS BIGINT) AS TEXT) || ' ' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) / 3600.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 3600 / 60.0
) AS BIGINT) AS TEXT),
2,
2
) || ':' || SUBSTRING(
CAST(100 + CAST(FLOOR(
CAST((
person_events.event_us - 86400000000 * CAST(FLOOR(CAST(person_events.event_us AS DOUBLE) / 86400000000.0) AS BIGINT)
) AS DOUBLE) / 1000000.0
) AS BIGINT) % 60 AS TEXT),
2,
2
) AS happened_at,
COALESCE(person_events.category, items.category) AS category,
CASE
WHEN asked.used_us IS NULL OR person_events.event_us > asked.used_us
THEN ROW_NUMBER() OVER (
PARTITION BY asked.request_id
ORDER BY person_events.event_us DESC, person_events.event_id
)
END AS nth
FROM worst AS asked
JOIN recsql_moments AS moments
ON asked.request_id = moments.request_id
JOIN recsql_moment_keys AS moment_keys
ON moments.moment_id = moment_keys.moment_id
JOIN recsql_person_events AS person_events
ON moment_keys.key = person_events.key
AND person_events.event_us <= moments.at_us - 1000000
LEFT JOIN recsql_items AS items
ON person_events.item_id = items.item_id
WHERE
NOT person_events.is_backfill
)
SELECT
request_id,
MIN(CASE WHEN in_profile AND event_us = profile_us THEN event_id END) AS profile_event_id,
MIN(CASE WHEN in_profile AND event_us = profile_us THEN happened_at END) AS profile_at,
MIN(CASE WHEN in_profile AND event_us = arrived_us THEN event_id END) AS arrived_event_id,
MIN(CASE WHEN in_profile AND event_us = arrived_us THEN happened_at END) AS arrived_at,
MIN(CASE WHEN in_profile AND event_us = used_us THEN event_id END) AS used_event_id,
MIN(CASE WHEN in_profile AND event_us = used_us THEN happened_at END) AS used_at,
MAX(CASE WHEN nth = 1 THEN event_id END) AS newest_event_id,
MAX(CASE WHEN nth = 1 THEN happened_at END) AS newest_at,
MAX(CASE WHEN nth = 1 THEN category END) AS newest_category,
MAX(CASE WHEN nth = 1 THEN key END) AS newest_key,
MAX(CASE WHEN nth = 2 THEN event_id END) AS second_event_id,
MAX(CASE WHEN nth = 2 THEN happened_at END) AS second_at,
MAX(CASE WHEN nth = 2 THEN category END) AS second_category,
MAX(CASE WHEN nth = 2 THEN key END) AS second_key,
MAX(CASE WHEN nth = 3 THEN event_id END) AS third_event_id,
MAX(CASE WHEN nth = 3 THEN happened_at END) AS third_at,
MAX(CASE WHEN nth = 3 THEN category END) AS third_category,
MAX(CASE WHEN nth = 3 THEN key END) AS third_key,
COUNT(CASE WHEN nth > 0 AND NOT in_profile THEN 1 END) AS other_key_events
FROM unseen_candidates
GROUP BY
request_id
) AS events
ON ranked.request_id = events.request_id
ORDER BY
ranked.nth
LIMIT 20;
-- signal_freshness/signal_age.sql
/* One row for all requests and one per segment: how old the newest signal behind a list was. */
WITH answered AS (
SELECT
signals.person_id,
requests.surface,
requests.device_class,
requests.region,
requests.model_version,
requests.activity,
requests.tenure,
CASE WHEN signals.used_us IS NULL THEN 1 ELSE 0 END AS is_cold,
CASE WHEN NOT signals.used_us IS NULL THEN signals.unseen_events END AS unseen_events,
CAST(signals.serve_us - signals.used_us AS DOUBLE) / 1000000.0 AS signal_age,
CAST(signals.newest_us - signals.used_us AS DOUBLE) / 1000000.0 AS avoidable_age,
CAST(NULL AS BIGINT) AS is_overdue
FROM recsql_signals AS signals
JOIN recsql_requests AS requests
ON signals.request_id = requests.request_id
), scoped AS (
SELECT
'all' AS scope,
source_rows.*
FROM answered AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.surface IS NULL
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.device_class IS NULL
UNION ALL
SELECT
'region ' || source_rows.region,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.region IS NULL
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.model_version IS NULL
UNION ALL
SELECT
'activity ' || source_rows.activity,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.activity IS NULL
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.tenure IS NULL
), shown /* what is told of surfaces only */ AS (
SELECT
'all' AS scope,
source_rows.*
FROM answered AS source_rows
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.*
FROM answered AS source_rows
WHERE
NOT source_rows.surface IS NULL
), scopes AS (
SELECT
'all' AS scope,
CAST(NULL AS TEXT) AS surface,
CAST(NULL AS TEXT) AS device_class,
CAST(NULL AS TEXT) AS region,
CAST(NULL AS TEXT) AS model_version,
CAST(NULL AS TEXT) AS activity,
CAST(NULL AS TEXT) AS tenure
UNION ALL
SELECT
'surface ' || source_rows.surface,
source_rows.surface,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.surface IS NULL
GROUP BY
source_rows.surface
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'device_class ' || source_rows.device_class,
CAST(NULL AS TEXT),
source_rows.device_class,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.device_class IS NULL
GROUP BY
source_rows.device_class
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'region ' || source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.region,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.region IS NULL
GROUP BY
source_rows.region
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'model_version ' || source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.model_version,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.model_version IS NULL
GROUP BY
source_rows.model_version
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'activity ' || source_rows.activity,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.activity,
CAST(NULL AS TEXT)
FROM answered AS source_rows
WHERE
NOT source_rows.activity IS NULL
GROUP BY
source_rows.activity
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
UNION ALL
SELECT
'tenure ' || source_rows.tenure,
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
CAST(NULL AS TEXT),
source_rows.tenure
FROM answered AS source_rows
WHERE
NOT source_rows.tenure IS NULL
GROUP BY
source_rows.tenure
HAVING
COUNT(DISTINCT source_rows.person_id) >= 30
), logged AS (
SELECT
'all' AS scope,
COUNT(CASE WHEN events.is_skewed THEN 1 END) AS skewed_events,
COALESCE(SUM(events.n_copies - 1), 0) AS duplicate_events,
COUNT(CASE WHEN events.is_bot THEN 1 END) AS bot_events,
COUNT(CASE WHEN events.is_backfill THEN 1 END) AS backfilled_events
FROM recsql_events AS events
)
SELECT
scopes.surface,
scopes.device_class,
scopes.region,
scopes.model_version,
scopes.activity,
scopes.tenure,
middle.value AS median_signal_age,
middle.low AS median_signal_age_low,
middle.high AS median_signal_age_high,
COALESCE(middle.n, 0) AS median_signal_age_n,
middle.persons AS median_signal_age_persons,
tail.value AS p90_signal_age,
tail.low AS p90_signal_age_low,
tail.high AS p90_signal_age_high,
avoidable.value AS median_avoidable_age,
avoidable.low AS median_avoidable_age_low,
avoidable.high AS median_avoidable_age_high,
avoidable.n AS median_avoidable_age_n,
avoidable.persons AS median_avoidable_age_persons,
avoidable_tail.value AS p90_avoidable_age,
avoidable_tail.low AS p90_avoidable_age_low,
avoidable_tail.high AS p90_avoidable_age_high,
avoidable_tail.n AS p90_avoidable_age_n,
avoidable_tail.persons AS p90_avoidable_age_persons,
cold.value AS cold_share,
cold.low AS cold_share_low,
cold.high AS cold_share_high,
cold.n AS cold_share_n,
cold.persons AS cold_share_persons,
unseen.value AS unseen_events,
unseen.low AS unseen_events_low,
unseen.high AS unseen_events_high,
unseen.n AS unseen_events_n,
unseen.persons AS unseen_events_persons,
overdue.value AS overdue_share,
overdue.low AS overdue_share_low,
overdue.high AS overdue_share_high,
overdue.n AS overdue_share_n,
overdue.persons AS overdue_share_persons,
logged.skewed_events,
logged.duplicate_events,
logged.bot_events,
logged.backfilled_events,
CASE WHEN overdue.n > 0 THEN NULL ELSE 'not_identified: no `refresh`' END AS overdue_share_reason,
COALESCE(cold.n, 0) AS requests,
COALESCE(cold.persons, 0) AS persons
FROM scopes
LEFT JOIN logged
ON scopes.scope = logged.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(signal_age AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY signal_age) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM scoped AS quantile_source
WHERE
NOT signal_age IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS middle
ON scopes.scope = middle.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(signal_age AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY signal_age) AS nth,
0.9 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM shown AS quantile_source
WHERE
NOT signal_age IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.9 * tries
) * (
hits - 0.9 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.9 * (
1.0 - 0.9
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.9 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.9 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS tail
ON scopes.scope = tail.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(avoidable_age AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY avoidable_age) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM scoped AS quantile_source
WHERE
NOT avoidable_age IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS avoidable
ON scopes.scope = avoidable.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(avoidable_age AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY avoidable_age) AS nth,
0.9 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM shown AS quantile_source
WHERE
NOT avoidable_age IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.9 * tries
) * (
hits - 0.9 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.9 * (
1.0 - 0.9
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.9 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.9 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS avoidable_tail
ON scopes.scope = avoidable_tail.scope
LEFT JOIN (
WITH quantile_ranks AS (
SELECT
scope,
person_id,
CAST(unseen_events AS DOUBLE) AS x,
ROW_NUMBER() OVER (PARTITION BY scope ORDER BY unseen_events) AS nth,
0.5 * CAST(COUNT(*) OVER (PARTITION BY scope) - 1 AS DOUBLE) AS place
FROM shown AS quantile_source
WHERE
NOT unseen_events IS NULL
), quantile_points AS (
SELECT
scope,
person_id,
x,
place - FLOOR(place) AS weight,
MAX(CASE WHEN nth = FLOOR(place) + 1 THEN x END) OVER (PARTITION BY scope) AS below,
MAX(CASE WHEN nth = CEIL(place) + 1 THEN x END) OVER (PARTITION BY scope) AS above
FROM quantile_ranks
), quantile_people AS (
SELECT
scope,
person_id,
CAST(COUNT(*) AS DOUBLE) AS tries,
CAST(COUNT(CASE WHEN x <= below THEN 1 END) AS DOUBLE) AS hits,
MAX(below + (
above - below
) * weight) AS point
FROM quantile_points
GROUP BY
scope,
person_id
)
SELECT
limits.scope,
MAX(limits.point) AS value,
MAX(limits.n) AS n,
MAX(limits.persons) AS persons,
MAX(CASE WHEN ranks.nth = limits.nth_low THEN ranks.x END) AS low,
MAX(CASE WHEN ranks.nth = limits.nth_high THEN ranks.x END) AS high
FROM (
WITH limit_sums AS (
SELECT
scope,
CAST(COUNT(*) AS DOUBLE) AS persons,
COALESCE(SUM(tries), 0.0) AS n,
MAX(point) AS point,
MAX(tries) AS most,
SUM((
hits - 0.5 * tries
) * (
hits - 0.5 * tries
)) AS squares
FROM quantile_people
GROUP BY
scope
), limit_spreads AS (
SELECT
scope,
persons,
n,
point,
CASE
WHEN most = 1.0
THEN SQRT(n * 0.5 * (
1.0 - 0.5
))
ELSE SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares)
END AS spread
FROM limit_sums
)
SELECT
scope,
persons,
n,
point,
CAST(FLOOR(n * 0.5 - 1.96 * spread) AS BIGINT) AS nth_low,
CAST(CEIL(n * 0.5 + 1.96 * spread) AS BIGINT) + 1 AS nth_high
FROM limit_spreads
) AS limits
LEFT JOIN quantile_ranks AS ranks
ON ranks.nth IN (limits.nth_low, limits.nth_high) AND limits.scope = ranks.scope
GROUP BY
limits.scope
) AS unseen
ON scopes.scope = unseen.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_cold AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_cold IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM scoped AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS cold
ON scopes.scope = cold.scope
LEFT JOIN (
WITH ratio_people AS (
SELECT
scope,
person_id,
COALESCE(SUM(CAST(is_overdue AS DOUBLE)), 0) AS own_hits,
COALESCE(SUM(CASE WHEN NOT is_overdue IS NULL THEN CAST(1 AS DOUBLE) END), 0.0) AS own_tries
FROM shown AS ratio_source
GROUP BY
scope,
person_id
), ratio_sums AS (
SELECT
scope,
CAST(COUNT(CASE WHEN own_tries > 0.0 THEN 1 END) AS DOUBLE) AS persons,
COALESCE(SUM(own_hits), 0.0) AS hits,
COALESCE(SUM(own_tries), 0.0) AS tries,
SUM(own_hits * own_hits) AS hh,
SUM(own_hits * own_tries) AS hn,
SUM(own_tries * own_tries) AS nn
FROM ratio_people
GROUP BY
scope
), ratio_squares AS (
SELECT
scope,
persons,
hits,
tries,
hh,
hits / NULLIF(tries, 0.0) AS p,
hh - hits / NULLIF(tries, 0.0) * (
2.0 * hn - hits / NULLIF(tries, 0.0) * nn
) AS squares
FROM ratio_sums
), ratio_errors AS (
SELECT
scope,
persons,
hits,
tries,
p,
CASE
WHEN squares > 0.000000000001 * hh
THEN SQRT(persons / NULLIF(persons - 1.0, 0.0) * squares) / NULLIF(tries, 0.0)
END AS se
FROM ratio_squares
)
SELECT
scope,
p AS value,
tries AS n,
persons,
hits AS positives,
CASE
WHEN se > 0.0 AND p - 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p - 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p - 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) - 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS low,
CASE
WHEN se > 0.0 AND p + 1.96 * se < 0.0
THEN 0.0
WHEN se > 0.0 AND p + 1.96 * se > 1.0
THEN 1.0
WHEN se > 0.0
THEN p + 1.96 * se
ELSE (
(
p
) + 1.9208 / NULLIF(CAST(persons AS DOUBLE), 0.0) + 1.96 * SQRT(
(
p
) * (
1.0 - (
p
)
) / NULLIF(CAST(persons AS DOUBLE), 0.0) + 0.9604 / (
NULLIF(CAST(persons AS DOUBLE), 0.0) * NULLIF(CAST(persons AS DOUBLE), 0.0)
)
)
) / (
1.0 + 3.8416 / NULLIF(CAST(persons AS DOUBLE), 0.0)
)
END AS high
FROM ratio_errors
) AS overdue
ON scopes.scope = overdue.scope;
