"""The four audits' headline questions in pandas; run in the shop's folder."""

from pathlib import Path

import pandas as pd

START, END = pd.Timestamp("2026-03-04"), pd.Timestamp("2026-04-01")
DAY = pd.Timedelta(days=1)

files = sorted(Path("events").glob("*/*.parquet"))
columns = ["key", "event_ts", "ingested_ts", "event_type", "item_id", "category"]
events = pd.concat((pd.read_parquet(path, columns=columns) for path in files), ignore_index=True)
events = events[events["event_ts"] < END]
recent = events[events["event_ts"] >= START]
serving = pd.read_parquet("serving.parquet")
serving = serving[(serving["serve_ts"] >= START) & (serving["serve_ts"] < END)]
served = pd.read_parquet("served_items.parquet", columns=["request_id", "item_id"])
links = pd.read_parquet("links.parquet", columns=["key", "id_value"])
catalogue = pd.read_parquet("catalogue.parquet")


def freshness() -> dict[str, float]:
    """How old the newest signal was that the snapshot held when it answered."""
    requests = serving[["key", "serve_ts", "snapshot_ts"]].sort_values("snapshot_ts")
    loads = events.loc[events["key"].isin(requests["key"]), ["key", "ingested_ts", "event_ts"]]
    loads = loads.sort_values("ingested_ts")
    loads["newest"] = loads.groupby("key")["event_ts"].cummax()
    used = pd.merge_asof(requests, loads, left_on="snapshot_ts", right_on="ingested_ts", by="key")
    age = (used["serve_ts"] - used["newest"]).dt.total_seconds()
    cold = used["newest"].isna().mean()
    return {
        "median_s": age.median(), "p90_s": age.quantile(0.9), "cold_share": cold,
        "requests": len(used),
    }  # fmt: skip


def identity() -> dict[str, float]:
    """The share of people with more than one key, and of the events that are theirs."""
    n_keys = links.groupby("id_value")["key"].nunique()
    counts = recent.groupby("key").size().rename("n_events").reset_index()
    traffic = counts.merge(links, on="key").groupby("id_value")["n_events"].agg(["sum", "size"])
    split = traffic.loc[traffic["size"] > 1, "sum"].sum() / traffic["sum"].sum()
    return {"person_share": (n_keys > 1).mean(), "traffic_share": split, "people": len(n_keys)}


def accuracy() -> dict[str, float]:
    """The share of lists that held what their person turned to within a day."""
    requests = serving.loc[serving["serve_ts"] < END - DAY, ["request_id", "key", "serve_ts"]]
    wanted = requests.merge(recent[["key", "item_id", "event_ts"]], on="key")
    later = wanted["event_ts"] - wanted["serve_ts"]
    wanted = wanted[(later > pd.Timedelta(0)) & (later <= DAY)]
    wanted = wanted[["request_id", "item_id"]].drop_duplicates()
    wanted = wanted.merge(served.assign(hit=1), on=["request_id", "item_id"], how="left")
    judged = wanted.groupby("request_id")["hit"].max().fillna(0)
    return {"hit_rate": judged.mean(), "requests": len(judged)}


def alignment() -> dict[str, float]:
    """The share of shown categories whose person decided longer ago than half of all need."""
    pair = ["key", "category"]
    bought = events[events["event_type"] == "purchase"].groupby(pair)["event_ts"].min()
    journeys = events.groupby(pair)["event_ts"].min().to_frame("started")
    journeys = journeys.join(bought.rename("bought"), how="inner")
    took = (journeys["bought"] - journeys["started"])[journeys["bought"] > journeys["started"]]
    windows = took.groupby("category").median().rename("window")
    shown = serving.merge(served, on="request_id").merge(catalogue, on="item_id")
    shown = shown[["request_id", "key", "serve_ts", "category"]].drop_duplicates()
    last = events[[*pair, "event_ts"]].sort_values("event_ts").assign(newest=events["event_ts"])
    gaps = pd.merge_asof(
        shown.sort_values("serve_ts"), last, left_on="serve_ts", right_on="event_ts", by=pair,
        allow_exact_matches=False,
    ).dropna(subset="newest")  # fmt: skip
    gaps = gaps.merge(windows, on="category")
    late = gaps["serve_ts"] - gaps["newest"] > gaps["window"]
    return {"late_share": late.mean(), "shown": len(gaps)}


for question in (freshness, identity, accuracy, alignment):
    print({name: float(value) for name, value in question().items()})
