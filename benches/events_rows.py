"""The rows of the workload of events, seeded: the same bytes for the same sizes.

    events_rows.py FOLDER [--leads 1000000] [--events 10000000]

writes FOLDER/leads.parquet, FOLDER/activity_grouped.parquet (the activities of a lead stand together, as an export by lead
has them) and FOLDER/activity_shuffled.parquet (the same rows in random order). A few activities belong to no lead, a few
lie after `now`; 6 % of the leads have none. No two activities have the same instant, so "the latest" is one.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20261101
NOW_US = 1_793_487_600_000_000  # 2026-11-01T00:00 in Berlin
DAY_US = 86_400_000_000
KINDS = ["page_view", "pricing_view", "email_open", "email_click", "form", "webinar", "call", "demo", "unsubscribe", "ticket"]
SHARE = [0.42, 0.06, 0.26, 0.09, 0.04, 0.03, 0.04, 0.01, 0.01, 0.04]
COUNTRIES = ["US", "GB", "DE", "FR", "NL", "AT", "CH", "SE", "AU", "CA", "IN", "BR"]
ROW_GROUP = 250_000


def ids(numbers, mark):
    """18 characters, as a CRM has them; neighbours do not look alike at the end only."""
    spread = (numbers.astype(np.int64) * 7_919_317) % 10**12
    return pa.array(np.char.add(mark, np.char.mod("%012d", spread)))


def assets():
    pages = [f"/blog/{n}" for n in range(1200)] + [f"/product/{n}" for n in range(300)]
    return pages + [f"/docs/{n}" for n in range(400)] + [f"/jobs/{n}" for n in range(100)]


def leads_table(count, r):
    return pa.table({
        "id": ids(np.arange(count), "00Q5f0"),
        "country": pa.array(np.array(COUNTRIES)[r.integers(0, len(COUNTRIES), count)], mask=r.random(count) < 0.03),
        "employees": pa.array(np.clip(np.exp(r.normal(4.6, 1.9, count)), 1, 400_000).astype(np.int64), mask=r.random(count) < 0.15),
        "is_customer": pa.array(r.random(count) < 0.06),
    })


def activity_table(leads, count, r):
    """In the order of the leads and, for each, of time."""
    n = leads.num_rows
    is_active = np.flatnonzero(r.random(n) >= 0.06)
    who = is_active[np.minimum((r.random(count) ** 1.5 * len(is_active)).astype(np.int64), len(is_active) - 1)]
    spread = r.permutation(n)  # active leads stand anywhere in the file, not at its beginning
    who = spread[who]
    hot = (who * 2_654_435_761 % 97) < 20
    age = np.minimum(r.exponential(np.where(hot, 25, 80), count), 730) * DAY_US
    at = NOW_US - age.astype(np.int64)
    late = r.random(count) < 0.001
    at[late] = NOW_US + r.integers(1, 20 * DAY_US, int(late.sum()))
    kind = r.choice(len(KINDS), count, p=SHARE).astype(np.int8)
    order = np.lexsort((at, who))
    who, at, kind = who[order], at[order], kind[order]
    # Equal instants of one lead are moved apart, so that file order never decides.
    for _ in range(8):
        same = np.flatnonzero((who[1:] == who[:-1]) & (at[1:] <= at[:-1])) + 1
        if not len(same):
            break
        at[same] = at[same - 1] + 1
    orphan = r.random(count) < 0.002
    lead_id = pa.compute.if_else(pa.array(orphan), "00Q5f0999999999999", leads["id"].combine_chunks().take(pa.array(who)))
    names = assets()
    page = np.minimum((r.random(count) ** 2.2 * 1500).astype(np.int64), 1499)
    other = r.random(count)
    page = np.where(other < 0.07, 1500 + r.integers(0, 400, count), np.where(other < 0.09, 1900 + r.integers(0, 100, count), page))
    asset = pa.array(names).take(pa.array(page.astype(np.int32), mask=(kind != 0) & (kind != 1)))
    minutes = pa.array(r.integers(1, 75, count), mask=((kind != 5) & (kind != 6)) | (r.random(count) < 0.1))
    return pa.table({
        "lead_id": lead_id,
        "at": pa.array(at, pa.timestamp("us", "UTC")),
        "kind": pa.array(KINDS).take(pa.array(kind.astype(np.int32))),
        "asset": asset,
        "minutes": minutes,
    })


def make(folder, leads, events):
    import pyarrow.compute  # noqa: F401  (makes pa.compute known)

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    r = np.random.default_rng(SEED)
    people = leads_table(leads, r)
    pq.write_table(people, folder / "leads.parquet", compression="snappy", row_group_size=ROW_GROUP)
    rows = activity_table(people, events, r)
    pq.write_table(rows, folder / "activity_grouped.parquet", compression="snappy", row_group_size=ROW_GROUP)
    rows = rows.take(pa.array(r.permutation(events)))
    pq.write_table(rows, folder / "activity_shuffled.parquet", compression="snappy", row_group_size=ROW_GROUP)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    given = parser.parse_args()
    make(given.folder, given.leads, given.events)
