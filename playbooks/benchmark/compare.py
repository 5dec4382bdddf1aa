#!/usr/bin/env python3
"""Compares Revplay's decisions with those of Polars on the same leads, row by row.

    python3 compare.py OUR_OUTPUT.csv LEADS.csv [BENCH_FOLDER]

OUR_OUTPUT.csv is what `revplay run benchmark.play LEADS.csv --now 2026-11-01 -o OUR_OUTPUT.csv` wrote.
BENCH_FOLDER holds `py/bench.py`, the peers of the benchmark (default: the variable REVPLAY_BENCH).
Instead of LEADS.csv, Polars' own answers may be given: a CSV whose header has the column `queue`.

Needs `pip install polars` for the Python that runs bench.py (this one, or the one named by BENCH_PYTHON).
Exit code: 0 all rows equal, 1 some differ, 2 could not compare.
"""

import csv
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from itertools import zip_longest
from pathlib import Path

COLUMNS = ["fit", "engagement", "grade", "route", "mql", "due_at"]
SHOWN_MAX = 10


def stop(message):
    print(message, file=sys.stderr)
    sys.exit(2)


def polars_answers(leads, bench, folder):
    """Runs bench.py's Polars engine, CSV to CSV, as it is. It reads `leads_1m.csv`, whatever the number of rows."""
    script = Path(bench) / "py" / "bench.py"
    if not script.exists():
        stop(f"there is no {script}: give the benchmark folder as the third argument or in REVPLAY_BENCH")
    (folder / "leads_1m.csv").symlink_to(Path(leads).resolve())
    env = dict(os.environ, BENCH_DATA=str(folder), BENCH_OUT=str(folder), PYTHONDONTWRITEBYTECODE="1")
    python = os.environ.get("BENCH_PYTHON", sys.executable)
    run = subprocess.run([python, "bench.py", "polars", "csv", "1", "2", "1"], cwd=script.parent, env=env, capture_output=True, text=True)
    if run.returncode != 0:
        stop(f"bench.py failed:\n{run.stderr}")
    return folder / "out_polars.csv"


def hundredths(text):
    """`45.7` -> 4570: the decimals of a score, exactly."""
    whole, _, part = text.partition(".")
    if len(part) > 2 and set(part[2:]) != {"0"}:
        raise ValueError(f"more than two decimals in {text}")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole)) * 100 + int((part + "00")[:2]))


def instant(text):
    """A timestamp in microseconds since 1970, None for an empty cell."""
    if not text:
        return None
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def queue_number(text):
    """`queue r07_dach` -> 7, and Polars' `7` -> 7."""
    name = text.split()[-1] if text else ""
    return int(name[1:3]) if name.startswith("r") else int(name)


def nearest_hundredths(text):
    """Polars computes with binary64 and prints 8.790000000000001 for what it rounded to 8.79."""
    return round(float(text) * 100)


def values(row, route, points):
    return {
        "lead_id": int(row["lead_id"]),
        "fit": points(row["fit"]),
        "engagement": points(row["engagement"]),
        "grade": row["grade"],
        "route": queue_number(row[route]),
        "mql": {"true": True, "false": False}.get(row["mql"].lower(), row["mql"]),
        "due_at": instant(row["due_at"]),
    }


def header(path):
    with open(path, newline="", encoding="utf-8") as file:
        return next(csv.reader(file), [])


def check_header(path, wanted):
    lacking = [name for name in wanted if name not in header(path)]
    if lacking:
        stop(f"{path} has no column {', '.join(lacking)}")


def compare(ours_path, theirs_path):
    """Counts rows and differences, prints the first ones (points in hundredths, times in microseconds)."""
    rows, different = 0, dict.fromkeys(["lead_id", *COLUMNS], 0)
    shown = 0
    with open(ours_path, newline="", encoding="utf-8") as a, open(theirs_path, newline="", encoding="utf-8") as b:
        for ours, theirs in zip_longest(csv.DictReader(a), csv.DictReader(b)):
            rows += 1
            if ours is None or theirs is None:
                different["lead_id"] += 1
                continue
            mine, other = values(ours, "route", hundredths), values(theirs, "queue", nearest_hundredths)
            for name in different:
                if mine[name] != other[name]:
                    different[name] += 1
                    if shown < SHOWN_MAX:
                        shown += 1
                        print(f"lead {mine['lead_id']}: {name} is {mine[name]}, Polars says {other[name]}")
    return rows, different


def main():
    if len(sys.argv) not in (3, 4):
        stop(__doc__)
    ours, leads = sys.argv[1], sys.argv[2]
    bench = sys.argv[3] if len(sys.argv) == 4 else os.environ.get("REVPLAY_BENCH", "")
    check_header(ours, ["lead_id", *COLUMNS])
    with tempfile.TemporaryDirectory() as folder:
        theirs = leads if "queue" in header(leads) else polars_answers(leads, bench, Path(folder))
        rows, different = compare(ours, theirs)
    print(f"{rows} rows compared")
    for name, count in different.items():
        print(f"  {name:<11} {'equal' if count == 0 else f'{count} differ'}")
    sys.exit(1 if any(different.values()) else 0)


if __name__ == "__main__":
    main()
