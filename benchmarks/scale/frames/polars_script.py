"""The four audits' headline questions in polars; run in the shop's folder."""

from datetime import datetime, timedelta

import polars as pl

START, END = datetime(2026, 3, 4), datetime(2026, 4, 1)  # in UTC

events = pl.scan_parquet("events/*/*.parquet").filter(pl.col("event_ts") < END)
serving = pl.scan_parquet("serving.parquet").filter(
    pl.col("serve_ts").is_between(START, END, "left")
)
served = pl.scan_parquet("served_items.parquet")
links = pl.scan_parquet("links.parquet")
catalogue = pl.scan_parquet("catalogue.parquet")


def freshness() -> pl.LazyFrame:
    """How old the newest signal was that the snapshot held when it answered."""
    requests = serving.select("key", "serve_ts", "snapshot_ts").sort("snapshot_ts")
    loads = (
        events.select("key", "ingested_ts", "event_ts")
        .join(requests, on="key", how="semi")
        .sort("ingested_ts")
        .with_columns(newest=pl.col("event_ts").cum_max().over("key"))
    )
    used = requests.join_asof(
        loads, left_on="snapshot_ts", right_on="ingested_ts", by="key", check_sortedness=False
    )
    age = (pl.col("serve_ts") - pl.col("newest")).dt.total_microseconds() / 1e6
    return used.select(
        age.median().alias("median_s"),
        age.quantile(0.9, "linear").alias("p90_s"),
        pl.col("newest").is_null().mean().alias("cold_share"),
        pl.len().alias("requests"),
    )


def identity() -> pl.LazyFrame:
    """The share of people with more than one key, and of the events that are theirs."""
    people = links.group_by("id_value").agg(n_keys=pl.col("key").n_unique())
    traffic = (
        events.filter(pl.col("event_ts") >= START)
        .group_by("key")
        .agg(n=pl.len())
        .join(links.select("key", "id_value"), on="key")
        .group_by("id_value")
        .agg(n_events=pl.col("n").sum(), n_active=pl.len())
    )
    split = pl.when(pl.col("n_active") > 1).then(pl.col("n_events")).sum()
    return people.join(traffic, on="id_value", how="left").select(
        (pl.col("n_keys") > 1).mean().alias("person_share"),
        (split / pl.col("n_events").sum()).alias("traffic_share"),
        pl.len().alias("people"),
    )


def accuracy() -> pl.LazyFrame:
    """The share of lists that held what their person turned to within a day."""
    day = timedelta(days=1)
    requests = serving.filter(pl.col("serve_ts") < END - day)
    wanted = (
        events.filter(pl.col("event_ts") >= START)
        .select("key", "item_id", "event_ts")
        .join(requests.select("request_id", "key", "serve_ts"), on="key")
        .filter((pl.col("event_ts") - pl.col("serve_ts")).is_between(timedelta(0), day, "right"))
        .select("request_id", "item_id")
        .unique()
    )
    hits = wanted.join(served.with_columns(hit=1), on=["request_id", "item_id"], how="left")
    judged = hits.group_by("request_id").agg(hit=pl.col("hit").max().fill_null(0))
    return judged.select(pl.col("hit").mean().alias("hit_rate"), pl.len().alias("requests"))


def alignment() -> pl.LazyFrame:
    """The share of shown categories whose person decided longer ago than half of all need."""
    pair = ["key", "category"]
    bought = pl.when(pl.col("event_type") == "purchase").then(pl.col("event_ts")).min()
    journeys = events.group_by(pair).agg(started=pl.col("event_ts").min(), bought=bought)
    windows = (
        journeys.filter(pl.col("bought") > pl.col("started"))
        .group_by("category")
        .agg(window=(pl.col("bought") - pl.col("started")).median())
    )
    shown = (
        serving.join(served, on="request_id")
        .join(catalogue, on="item_id")
        .select("request_id", "key", "serve_ts", "category")
        .unique()
        .sort("serve_ts")
    )
    last = events.select(*pair, "event_ts").join(shown, on=pair, how="semi").sort("event_ts")
    gaps = (
        shown.join_asof(
            last.with_columns(newest=pl.col("event_ts")),
            left_on="serve_ts",
            right_on="event_ts",
            by=pair,
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("newest").is_not_null())
        .join(windows, on="category")
    )
    late = pl.col("serve_ts") - pl.col("newest") > pl.col("window")
    return gaps.select(late.mean().alias("late_share"), pl.len().alias("shown"))


for found in pl.collect_all([freshness(), identity(), accuracy(), alignment()]):
    print(found.to_dicts()[0])
