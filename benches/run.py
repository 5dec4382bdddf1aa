"""The matrix of benchmarks: Revplay, the limit and the peers on the same work, in one run, as a page of Markdown.

    BENCH_DATA=FOLDER benches/run.py [options]                (see benches/README.md)

Every engine's answers are checked before its time counts; repeats are interleaved, medians are shown, single-thread runs are
pinned to one CPU. Only the standard library is imported here, so that this process is small (see measure.py).
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the repository stays as it is

import engines  # noqa: E402
import report  # noqa: E402
from measure import Measured, load, machine, versions  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PEERS = ["polars_cat", "duckdb_tuned", "chdb"]
MORE = ["polars", "duckdb", "datafusion", "pandas", "numpy_cat"]
WORKS = ["mem", "kpi", "parquet", "csv", "events", "record", "rules"]


def arguments():
    env = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=env("BENCH_DATA"), help="folder with leads_1m.{parquet,csv,arrow}, leads_10m.{parquet,csv} (default: BENCH_DATA)")
    parser.add_argument("--events", default=env("BENCH_EVENTS"), help="folder that events_rows.py wrote (default: BENCH_EVENTS)")
    parser.add_argument("--peers", default=env("BENCH_PEERS"), help="folder of the peers' programs, with py/bench.py (default: BENCH_PEERS)")
    parser.add_argument("--limit", default=env("BENCH_LIMIT"), help="the limit's program (default: BENCH_LIMIT)")
    parser.add_argument("--python", default=env("BENCH_PYTHON", sys.executable), help="Python that has the peers' libraries (default: BENCH_PYTHON)")
    parser.add_argument("--revplay", default=ROOT / "target/release/revplay")
    parser.add_argument("--parallel", default=ROOT / "target/release/parallel")
    parser.add_argument("--rules", default=ROOT / "target/release/rules")
    parser.add_argument("--territory", default=ROOT / "target/release/territory")
    parser.add_argument("--record", default=ROOT / "target/release/examples/record_speed")
    parser.add_argument("--works", default=",".join(WORKS), help=f"what to measure: {','.join(WORKS)}")
    parser.add_argument("--sizes", default="1m", help="files to decide, by name: 1m,10m (in memory it is always the first)")
    parser.add_argument("--engines", default=",".join(PEERS), help=f"peers, of {','.join(PEERS + MORE)}; `all` for every one")
    parser.add_argument("--orders", default="grouped,shuffled", help="orders of the activities")
    parser.add_argument("--repeats", type=int, default=3, help="rounds over all engines")
    parser.add_argument("--inner", type=int, default=3, help="runs within a process, in memory")
    parser.add_argument("-o", "--output", default=ROOT / "docs/benchmarks.md", help="where the page goes")
    parser.add_argument("--json", help="also write all figures to this file")
    given = parser.parse_args()
    if not given.data:
        parser.error("name the folder of the leads with --data or BENCH_DATA")
    return given


def known(name):
    """The answers for sizes that several implementations agreed on."""
    rows = {"1m": 1_000_000, "10m": 10_000_000}.get(name)
    return engines.KNOWN.get(rows, {}), engines.KNOWN_KPI.get(rows, {})


def rounds(names, repeats, once, agree):
    """Runs every engine once per round, one after the other; `agree` says what is wrong with an answer, given the first good one."""
    found, first = {name: Measured() for name in names}, None
    for turn in range(repeats):
        for name in names:
            measured = found[name]
            if measured.problem:
                continue
            try:
                seconds, rss, answer = once(name)
                wrong = agree(answer, first) if answer else ""
                if wrong:
                    raise engines.Problem(f"answers differ: {wrong}")
                first = first or answer
                measured.seconds.append(seconds)
                measured.rss_mb.append(rss)
                print(f"  {turn + 1}/{repeats} {name:<13} {seconds:8.3f} s  {rss:6.0f} MB", file=sys.stderr)
            except (engines.Problem, OSError, KeyError, TypeError, IndexError, json.JSONDecodeError) as problem:
                measured.problem = str(problem) or type(problem).__name__
                print(f"  {turn + 1}/{repeats} {name:<13} {measured.problem}", file=sys.stderr)
    return found


def checked(setup, kind, wanted, compare):
    """Says what is wrong in a result file: against what is known, and against the first engine's answers."""
    def agree(out, first):
        got = engines.answers(setup, kind, str(out))
        out.unlink()
        wrong = engines.differs(got, wanted)
        if not wrong and compare:
            wrong = engines.differs(got, compare[0])
        if not wrong and not compare:
            compare.append(got)
        return wrong
    return agree


def same_bytes(setup, name, ending, once):
    """Whether one thread and two threads of ours write the same file."""
    files = []
    for threads in (1, 2):
        _, _, out = once(setup, "ours", ending, name, threads)
        files.append(out)
    same = files[0].read_bytes() == files[1].read_bytes()
    for path in files:
        path.unlink()
    return same


def measure(given, setup, sizes, chosen):
    works = given.works.split(",")
    found = {}
    names = lambda extra=(): [n for n in ("ours", *extra, "limit", *chosen) if engines.has(setup, n)]

    def title(text):
        print(f"{text} (load {load():.1f})", file=sys.stderr)

    for mode in ("mem", "kpi"):
        if mode in works:
            wanted, kpis = known(sizes[0])
            wanted = {**wanted, **kpis}
            for threads in (1, 2):
                who = names(("ours_texts",)) if threads == 1 else [n for n in ("ours", "limit") if engines.has(setup, n)]
                title(f"{mode}, {threads} threads")
                once = lambda n, m=mode, t=threads: engines.in_memory(setup, n, m, sizes[0], t)
                found[mode, sizes[0], threads] = rounds(who, given.repeats, once, lambda got, first: engines.differs(got, wanted or {k: v for k, v in (first or {}).items() if k in got}))
    for ending in ("parquet", "csv"):
        for name in sizes if ending in works else ():
            if not setup.leads(name, ending).exists():
                print(f"no leads_{name}.{ending}", file=sys.stderr)
                continue
            compare = []
            for threads in (1, 2):
                title(f"{ending} {name}, {threads} threads")
                who = names() if threads == 1 else [n for n in ("ours", "limit") if engines.has(setup, n)]
                once = lambda n, e=ending, s=name, t=threads: engines.file_to_file(setup, n, e, s, t)
                found[ending, name, threads] = rounds(who, given.repeats, once, checked(setup, "leads", known(name)[0], compare))
            if not found[ending, name, 2]["ours"].problem:
                found["same", ending, name] = same_bytes(setup, name, ending, engines.file_to_file)
    if "events" in works and given.events:
        folder, compare = Path(given.events).resolve(), []
        for order in given.orders.split(","):
            for threads in (1, 2):
                title(f"events {order}, {threads} threads")
                once = lambda n, o=order, t=threads: engines.events(setup, n, folder, o, t)
                found["events", order, threads] = rounds(["ours", "polars", "duckdb"], given.repeats, once, checked(setup, "events", {}, compare))
    if "record" in works:
        title("one record")
        found["record"] = attempt(lambda: engines.one_record(setup))
    if "rules" in works:
        title("rules")
        found["rules"] = attempt(lambda: [engines.by_rules(setup, [24, 1_000, 10_000]) for _ in range(given.repeats)])
        found["territory"] = attempt(lambda: [engines.territories(setup) for _ in range(given.repeats)])
        found["check"] = attempt(lambda: [engines.check_of_rules(setup, 1_000) for _ in range(given.repeats)])
    return found


def attempt(work):
    try:
        return work()
    except (engines.Problem, OSError, KeyError, TypeError, IndexError, ValueError) as problem:
        print(f"  {problem}", file=sys.stderr)
        return None


def main():
    given = arguments()
    chosen = PEERS + MORE if given.engines == "all" else [e for e in given.engines.split(",") if e]
    sizes = given.sizes.split(",")
    where = lambda path: Path(path).resolve() if path else None
    with tempfile.TemporaryDirectory(prefix="revplay-bench-", dir=os.environ.get("BENCH_OUT")) as work:
        setup = engines.Setup(ROOT, where(given.data), Path(work), given.python, where(given.revplay), where(given.parallel), where(given.rules),
                              where(given.territory), where(given.record), where(given.limit), where(given.peers), given.inner)
        before = load()
        found = measure(given, setup, sizes, chosen)
        facts = {"machine": machine(), "versions": versions(setup.python, setup.revplay), "load": before, "repeats": given.repeats,
                 "sizes": sizes, "command": f"benches/run.py --sizes {given.sizes} --engines {given.engines} --repeats {given.repeats} --works {given.works}"}
    page = report.page(found, facts)
    Path(given.output).write_text(page, encoding="utf-8")
    if given.json:
        plain = {" ".join(map(str, k)) if isinstance(k, tuple) else k: {n: vars(m) for n, m in v.items()} if isinstance(k, tuple) and isinstance(v, dict) else v for k, v in found.items()}
        Path(given.json).write_text(json.dumps({"facts": facts, "found": plain}, indent=1), encoding="utf-8")
    bad = [f"{k}: {n}: {m.problem}" for k, v in found.items() if isinstance(k, tuple) and isinstance(v, dict) for n, m in v.items() if m.problem]
    print("\n".join(bad), file=sys.stderr)
    return 1 if any("answers differ" in line for line in bad) else 0


if __name__ == "__main__":
    sys.exit(main())
