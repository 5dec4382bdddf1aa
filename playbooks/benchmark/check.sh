#!/usr/bin/env bash
# The first 100,000 rows of the generated leads, decided by Revplay and by Polars, compared row by row.
#   check.sh BENCH_FOLDER WORK_FOLDER PYTHON      (PYTHON has polars, pyarrow and numpy)
set -euo pipefail
bench=$1 work=$2 python=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONDONTWRITEBYTECODE=1 "$python" "$bench/py/gen.py" 1000000 "$work" csv >/dev/null
head -n 100001 "$work/leads_1m.csv" > "$work/leads_100k.csv"
rm "$work/leads_1m.csv"
(cd "$root" && cargo run --quiet --package revplay -- run playbooks/benchmark/benchmark.play "$work/leads_100k.csv" \
  --now 2026-11-01 -o "$work/ours.csv")
BENCH_PYTHON=$python "$python" "$root/playbooks/benchmark/compare.py" "$work/ours.csv" "$work/leads_100k.csv" "$bench"
