"""The page of figures: one table for each kind of work, and a line for each bar."""

import datetime
import statistics

ENDINGS = {"k": 1_000, "m": 1_000_000}
#: The lines of `record_speed` that the bars are about, and the limit's.
TYPED, UNCHANGED, JSON = "three fields set, decided, one output read", "decided", "JSON to JSON"
LIMIT_TYPED, LIMIT_JSON = "raw struct", "JSON text -> decision -> JSON text"
NAMES = {
    "ours": "Revplay", "ours_texts": "Revplay, texts without a dictionary", "limit": "the limit (hand-written Rust)", "polars_cat": "Polars, categoricals",
    "duckdb_tuned": "DuckDB, tuned", "chdb": "chDB", "polars": "Polars", "duckdb": "DuckDB", "datafusion": "DataFusion", "pandas": "pandas",
    "numpy_cat": "numpy, categoricals", "python": "plain Python", "zen": "ZEN",
}
NOT_PEERS = ("ours", "ours_texts", "limit")


def name(engine):
    return NAMES.get(engine, engine)


def rows_of(label):
    """`1m` and `100k` are the names of files and say how many rows they hold."""
    return int(label[:-1]) * ENDINGS[label[-1]]


def size(label):
    return f"{rows_of(label):,} rows"


def best_peer(measured):
    """The fastest engine that is neither ours nor the limit, and its time."""
    good = [(m.median, engine) for engine, m in measured.items() if engine not in NOT_PEERS and m.median]
    return min(good, default=(None, None))


def at(found, key, engine="ours"):
    measured = found.get(key, {}).get(engine)
    return measured.median if measured else None


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(r) + " |" for r in rows)])


def speeds(found, key, unit):
    """Engines by time, with the ratio to ours: above 1 they take longer."""
    measured, ours = found[key], at(found, key)
    rows = []
    for engine, m in sorted(measured.items(), key=lambda item: (item[1].median is None, item[1].median or 0)):
        if m.median is None:
            rows.append([name(engine), "-", "-", "-", m.problem])
            continue
        ratio = f"{m.median / ours:.2f}" if ours else "-"
        rows.append([name(engine), unit(m.median), ratio, f"{m.peak:.0f}", m.note])
    return table(["engine", "median", "times ours", "peak MB", "remark"], rows)


def bar(text, value, wanted, at_least=True, unit=""):
    """A line for a bar: met, or by how much it is missed."""
    goal = f"{'at least' if at_least else 'at most'} {wanted:,}{unit}"
    if value is None:
        return [text, goal, "not measured", ""]
    met = value >= wanted if at_least else value <= wanted
    away = f"{1 - value / wanted:.0%} short" if at_least else f"{value / wanted - 1:.0%} over"
    return [text, goal, f"{value:,.0f}{unit}" if value >= 100 else f"{value:.3g}{unit}", "met" if met else f"**not met**, {away}"]


def over(a, b):
    return a / b if a and b else None


def bars(found, sizes):
    first, last = sizes[0], sizes[-1]
    rows = []
    for mode, what, times in (("mem", "in memory, decisions", 6), ("kpi", "in memory, decisions and KPIs", 8)):
        key = (mode, first, 1)
        if mode == "mem":
            rows.append(bar(f"{what}: ours / the limit", over(at(found, key), at(found, key, "limit")), 1.25, False))
        rows.append(bar(f"{what}: best peer / ours", over(best_peer(found.get(key, {}))[0], at(found, key)), times))
    for ending, times in (("parquet", 3), ("csv", 3.5)):
        for label in sizes:
            key = (ending, label, 1)
            rows.append(bar(f"{ending} to {ending}, {size(label)}: best peer / ours", over(best_peer(found.get(key, {}))[0], at(found, key)), times))
    rows.append(bar("2 threads, in memory: 1 thread / 2 threads", over(at(found, ("mem", first, 1)), at(found, ("mem", first, 2))), 1.9))
    for ending in ("parquet", "csv"):
        rows.append(bar(f"2 threads, {ending}, {size(last)}: 1 thread / 2 threads", over(at(found, (ending, last, 1)), at(found, (ending, last, 2))), 1.7))
        same = found.get(("same", ending, last))
        rows.append([f"2 threads, {ending}: the same bytes", "yes", {True: "yes", False: "no", None: "not measured"}[same], {True: "met", False: "**not met**", None: ""}[same]])
    for ending in ("parquet", "csv"):
        peaks = [m.peak for label in sizes for threads in (1, 2) if (m := found.get((ending, label, threads), {}).get("ours"))]
        peaks = [p for p in peaks if p]
        rows.append(bar(f"peak memory, {ending}, largest of all runs", max(peaks, default=None), 192, False, " MB"))
        ends = [found.get((ending, label, 1), {}).get("ours") for label in (first, last)]
        if first != last and all(ends) and all(e.peak for e in ends):
            rows.append(bar(f"peak memory, {ending}: {size(last)} / {size(first)}", ends[1].peak / ends[0].peak, 1.1, False))
    for order in sorted({k[1] for k in found if k[0] == "events"}):
        for threads in (1, 2):
            engines = found.get(("events", order, threads), {})
            rows.append(bar(f"activities, {order}, {threads} thread{'s' * (threads > 1)}: best peer / ours", over(best_peer(engines)[0], at(found, ("events", order, threads))), 3))
    rows += record_bars(found.get("record") or {})
    compiled = {r: statistics.median(to_program + native for run in found.get("rules") or [] for (n, to_program, native, *_) in run if n == r) for r in sorted({line[0] for run in found.get("rules") or [] for line in run})}
    for rules, goal in ((24, 15), (1_000, 150), (10_000, 2_000)):
        rows.append(bar(f"source to native code, {rules:,} rules", compiled.get(rules), goal, False, " ms"))
    speeds_of = [ns for run in found.get("rules") or [] for (n, *_, ns) in run if n == 10_000]
    rows.append(bar("10,000 rules, per rule and row", statistics.median(speeds_of) if speeds_of else None, 0.5, False, " ns"))
    lookups = found.get("territory") or []
    for what in sorted({w for run in lookups for w in run}):
        rows.append(bar(f"a table of 40,000 rows, by {what}, more per lead", statistics.median(run[what] for run in lookups), 30, False, " ns"))
    check = found.get("check")
    rows.append(bar("`revplay check` of 1,000 rules", statistics.median(check) if check else None, 1, False, " s"))
    return table(["bar", "wanted", "measured", "verdict"], rows)


def record_bars(record):
    ours, limit = record.get("ours", {}), record.get("limit", {})
    return [
        bar("one record, typed, with both patterns: ours / the limit", over(ours.get(TYPED), limit.get(LIMIT_TYPED)), 1, False),
        bar("one record, JSON to JSON: ours / the limit", over(ours.get(JSON), limit.get(LIMIT_JSON)), 1, False),
        bar("one record whose texts did not change", ours.get(UNCHANGED), 300, False, " ns"),
    ]


def page(found, facts):
    first = facts["sizes"][0]
    today = datetime.date.today().isoformat()
    parts = [
        "# Benchmarks",
        f"Measured on {today} by `benches/run.py`; [benches/README.md](../benches/README.md) says how to repeat it. Absolute figures move with the machine; the ratios are from this one run.",
        f"- Machine: {facts['machine']}. Load before the run: {facts['load']:.1f}.\n- Versions: {', '.join(facts['versions'])}.\n- Command: `{facts['command']}`\n"
        f"- Medians of {facts['repeats']} interleaved rounds. One thread means pinned to one CPU. Every engine's answers were checked in every round; a time with wrong answers is not shown.\n"
        "- From file to file, ours and the limit are whole processes; the peers' times leave out starting Python and loading their library, their memory does not.\n"
        "- The columns of texts that the peers and the limit have in memory are coded (categoricals, enums), and so are ours unless the line says otherwise.\n"
        "- The limit uses fused multiply-add, checks no cell and rejects nothing.",
        "## The bars", bars(found, facts["sizes"]),
    ]
    per_row = lambda seconds: f"{seconds * 1e9 / rows_of(first):.1f} ns/row"
    whole = lambda seconds: f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.2f} s"
    for mode, what in (("mem", "Decisions in memory"), ("kpi", "Decisions in memory and KPIs by 72 groups, with exact medians")):
        for threads in (1, 2):
            if (mode, first, threads) in found:
                parts += [f"## {what}, {size(first)}, {threads} thread{'s' * (threads > 1)}", speeds(found, (mode, first, threads), per_row)]
    for ending in ("parquet", "csv"):
        for label in facts["sizes"]:
            for threads in (1, 2):
                if (ending, label, threads) in found:
                    title = {"parquet": "Parquet to Parquet", "csv": "CSV to CSV"}[ending]
                    parts += [f"## {title}, {size(label)}, {threads} thread{'s' * (threads > 1)}", speeds(found, (ending, label, threads), whole)]
    for key in [k for k in found if k[0] == "events"]:
        if ("events", key[1], 1) == key:
            note = "Twelve rules over the activities of each lead, with windows, half-lives and rate limits (`benches/events.play`), from Parquet to Parquet."
            parts += [f"## Activities, {key[1]}", note]
        parts += [f"{key[2]} thread{'s' * (key[2] > 1)}:", speeds(found, key, whole)]
    if found.get("record"):
        rows = [[name(engine), what, f"{ns:.0f} ns"] for engine, lines in found["record"].items() for what, ns in lines.items()]
        parts += ["## One record", table(["engine", "what", "time"], rows)]
    if found.get("rules"):
        rows = [[f"{r:,}", f"{a:.1f} ms", f"{b:.1f} ms", f"{c:.1f} ms", f"{d:.3f} ns"] for r, a, b, c, d in sorted(found["rules"], key=lambda run: sum(line[2] for line in run))[len(found["rules"]) // 2]]
        parts += ["## Number of rules", table(["rules", "source to program", "to native code", "first batch of 100,000 rows", "per rule and row"], rows)]
    return "\n\n".join(parts) + "\n"
