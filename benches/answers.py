"""What is in a result file, in few numbers, so that engines can be compared: run by the peers' Python (it needs Polars).

    answers.py leads FILE        rows, sums of fit and engagement, MQLs, rows per queue, and sums that tie them to the rows
    answers.py events FILE       rows, sum of the engagement's hundredths, rows per tier, ready, and a sum that ties them
"""

import json
import sys

import polars as pl

PRIME = 1_000_003


def scan(path):
    if path.endswith(".parquet"):
        return pl.scan_parquet(path)
    return pl.scan_csv(path, infer_schema=False, null_values=["", "\\N"])


def yes(name):
    return pl.col(name).cast(pl.String).str.to_lowercase().is_in(["true", "1"])


def leads(path):
    frame = scan(path)
    names = frame.collect_schema().names()
    # Ours says `queue r07_dach`, the others 7.
    route = pl.col("queue" if "queue" in names else "route").cast(pl.String).str.extract(r"(?:r)?(\d+)", 1).cast(pl.Int64)
    key = pl.col("lead_id").cast(pl.Int64)
    rows = frame.select(key=key, fit=pl.col("fit").cast(pl.Float64).cast(pl.Int64), steps=(pl.col("engagement").cast(pl.Float64) * 100).round().cast(pl.Int64), route=route, mql=yes("mql"), due=pl.col("due_at").is_not_null())
    total = rows.select(
        rows=pl.len(), sum_fit=pl.col("fit").sum(), sum_eng=pl.col("steps").sum() / 100, mql=pl.col("mql").sum(), due=pl.col("due").sum(),
        tie=((pl.col("route") * 31 + pl.col("fit") * 7 + pl.col("steps")) * (pl.col("key") % PRIME) % PRIME).sum(),
    ).collect(engine="streaming").row(0, named=True)
    counts = dict(rows.group_by("route").len().collect(engine="streaming").iter_rows())
    return {**total, "routes": [counts.get(n, 0) for n in range(13)]}


def events(path):
    steps = (pl.col("engagement").cast(pl.Float64) * 100).round().cast(pl.Int64)
    key = pl.col("id").str.slice(6).cast(pl.Int64) % PRIME
    rows = scan(path).select(key=key, steps=steps, tier=pl.col("tier").cast(pl.String), ready=yes("ready"))
    total = rows.select(rows=pl.len(), sum_steps=pl.col("steps").sum(), ready=pl.col("ready").sum(), tie=((pl.col("steps") * 2 + pl.col("ready").cast(pl.Int64)) * pl.col("key") % PRIME).sum()).collect().row(0, named=True)
    return {**total, "tiers": dict(sorted(rows.group_by("tier").len().collect().iter_rows()))}


if __name__ == "__main__":
    print(json.dumps({"leads": leads, "events": events}[sys.argv[1]](sys.argv[2])))
