"""How each engine is started for each piece of work, and how its time and answers are read."""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from measure import run

NOW = "2026-11-01T00:00"
#: What eleven implementations agree on (the benchmark's README).
KNOWN = {
    1_000_000: {"sum_fit": 29_270_470, "sum_eng": 16_722_205.24, "mql": 7_221, "routes": [61399, 60606, 879, 10558, 52800, 92045, 2088, 84387, 61498, 306931, 15649, 169521, 81639]},
    10_000_000: {"sum_fit": 292_417_255, "sum_eng": 167_314_610.71, "mql": 72_857},
}
KNOWN_KPI = {1_000_000: {"groups": 72, "sum_opp": 41_494_758.74, "sum_med": 745.225}}
LIMIT_LINES = {"mem": "chunked SIMD, fresh output", "kpi": r"chunked SIMD \+ KPI"}
OURS_LINES = {"mem": "decide", "kpi": r"decide \+ KPIs"}


@dataclass
class Setup:
    """Where everything is; nothing of it appears in the report."""

    root: Path
    data: Path
    work: Path
    python: str
    revplay: Path
    parallel: Path
    rules: Path
    territory: Path
    record: Path
    limit: Path | None
    peers: Path | None
    inner: int

    def leads(self, name, ending):
        return self.data / f"leads_{name}.{ending}"


class Problem(Exception):
    """Why a time is not believed, in a few words."""


def finished(done, what):
    if done.code != 0:
        tail = (done.err.strip() or done.out.strip()).splitlines()[-1:] or ["no message"]
        raise Problem(f"{what} failed: {re.sub(r'/[^ ]*/', '', tail[0])[:120]}")
    return done


def answers(setup, kind, path):
    done = finished(run([setup.python, setup.root / "benches/answers.py", kind, path], 1), "reading the result")
    return json.loads(done.out)


def differs(got, wanted):
    """The first answer that is not the wanted one; sums of binary numbers may differ in the last cent."""
    for name in wanted:
        if name in got and (abs(got[name] - wanted[name]) > 0.02 if isinstance(wanted[name], float) else got[name] != wanted[name]):
            return f"{name} is {got[name]}, not {wanted[name]}"
    return ""


def in_memory(setup, engine, mode, name, threads):
    """Seconds for all rows in memory, decisions only (`mem`) or with KPIs (`kpi`), and the answers where they are printed."""
    if engine.startswith("ours"):
        return ours_in_memory(setup, engine, mode, name, threads)
    if engine == "limit":
        done = finished(run([setup.limit, "mem", setup.leads(name, "arrow"), threads, setup.inner], threads), "limit")
        rows = int(re.search(r"rows (\d+)", done.out)[1])
        found = re.search(LIMIT_LINES[mode] + r".*?([\d.]+) ns/row", done.out)
        check = re.search(r"CHECK sum_fit=(\d+) sum_eng=([\d.]+) mql=(\d+) routes=\[([\d, ]+)\]", done.out)
        got = {"sum_fit": int(check[1]), "sum_eng": float(check[2]), "mql": int(check[3]), "routes": [int(n) for n in check[4].split(",")]}
        kpi = re.search(r"KPI groups=(\d+) sum_opp=([\d.]+) .*?sum_of_medians=([\d.]+)", done.out)
        got |= {"groups": int(kpi[1]), "sum_opp": float(kpi[2]), "sum_med": float(kpi[3])}
        return float(found[1]) * rows / 1e9, done.rss_mb, got
    line, done = peer(setup, engine, mode, name, threads, setup.inner)
    return line["wall"], done.rss_mb, line["check"] or {}


def ours_in_memory(setup, engine, mode, name, threads):
    """`parallel` prints a line for each kind of columns and work, and after each a line with its answers."""
    columns = "texts" if engine == "ours_texts" else "dictionaries"
    done = finished(run([setup.parallel, setup.leads(name, "parquet"), 65_536, setup.inner, threads], threads), "parallel")
    many = "1 thread" if threads == 1 else f"{threads} threads"
    found = re.search(rf"^{OURS_LINES[mode]}, {columns}, {many}\s+(\d+) rows\s+median ([\d.]+) ns/row.*\nCHECK (.*)$", done.out, re.M)
    return float(found[2]) * int(found[1]) / 1e9, done.rss_mb, json.loads(found[3])


def peer(setup, engine, mode, name, threads, repeats):
    """The peers' program wants its input under a name of whole millions."""
    folder = setup.work / "peers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for ending in ("parquet", "csv", "arrow"):
        if setup.leads(name, ending).exists():
            (folder / f"leads_1m.{ending}").symlink_to(setup.leads(name, ending).resolve())
    env = {"BENCH_DATA": str(folder), "BENCH_OUT": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = finished(run([setup.python, "bench.py", engine, mode, 1, threads, repeats], threads, env, setup.peers / "py"), engine)
    return json.loads(done.out.strip().splitlines()[-1]), done


def file_to_file(setup, engine, ending, name, threads):
    """Seconds from file to file, the peak of memory, and the result file. Ours and the limit: the whole process; the others:
    without starting Python and loading their library."""
    mode = {"parquet": "pq", "csv": "csv"}[ending]
    source, out = setup.leads(name, ending), setup.work / f"out_{engine}_{threads}.{ending}"
    if engine == "ours":
        command = [setup.revplay, "run", setup.root / "playbooks/benchmark/benchmark.play", source, "--now", NOW, "--threads", threads, "--no-progress", "-o", out]
        done = finished(run(command, threads), "revplay")
        return done.wall, done.rss_mb, out
    if engine == "limit":
        done = finished(run([setup.limit, mode, source, out, threads], threads), "limit")
        return done.wall, done.rss_mb, out
    line, done = peer(setup, engine, mode, name, threads, 1)
    return line["wall"], done.rss_mb, setup.work / "peers" / f"out_{engine}.{ending}"


def events(setup, engine, folder, order, threads):
    """Seconds of the workload of events from Parquet to Parquet, the peak of memory, and the result file."""
    out = setup.work / f"events_{engine}_{order}_{threads}.parquet"
    if engine == "ours":
        command = [setup.revplay, "run", setup.root / "benches/events.play", folder / "leads.parquet", "--data", f"activity={folder / f'activity_{order}.parquet'}",
                   "--now", NOW, "--threads", threads, "--no-progress", "-o", out]
        done = finished(run(command, threads), "revplay")
        return done.wall, done.rss_mb, out
    command = [setup.python, setup.root / "benches/events_peers.py", engine, folder, order, out, threads]
    done = finished(run(command, threads, {"PYTHONDONTWRITEBYTECODE": "1"}), engine)
    return json.loads(done.out.strip().splitlines()[-1])["wall"], done.rss_mb, out


def one_record(setup):
    """Nanoseconds a record: {engine: {what: ns}}; what is not there is left out."""
    found = {}
    if setup.record.exists():
        done = finished(run([setup.record], 1), "the record's program")
        found["ours"] = {m[1].strip(): float(m[2]) for m in re.finditer(r"^(.+?)\s{2,}([\d.]+) ns\b", done.out, re.M)}
    sample = setup.work / "sample.jsonl"
    if setup.peers and setup.leads("1m", "parquet").exists():
        env = {"BENCH_DATA": str(setup.data), "BENCH_OUT": str(setup.work), "PYTHONDONTWRITEBYTECODE": "1"}
        finished(run([setup.python, "sample.py", 20_000], 1, env, setup.peers / "py"), "sample.py")
        if setup.limit:
            done = finished(run([setup.limit, "single", sample], 1), "limit")
            # Each is measured twice; the second time its caches are warm.
            found["limit"] = {m[1]: float(m[2]) for m in re.finditer(r"^single (.+?): mean (\d+) ns", done.out, re.M)}
        for engine in ("python", "zen"):
            done = run([setup.python, "rules_bench.py", engine, 20_000], 1, env, setup.peers / "py")
            if done.code == 0:
                found[engine] = {"parsed record, median": json.loads(done.out.strip().splitlines()[-1])["p50_us"] * 1e3}
    return found


def by_rules(setup, numbers):
    """(rules, ms to the program, ms to native code, ms of the first batch, ns per rule and row)."""
    done = finished(run([setup.rules, 100_000, *numbers], 1), "rules")
    pattern = r"(\d+) rules\s+source to program ([\d.]+) ms\s+to native ([\d.]+) ms\s+first batch ([\d.]+) ms\s+run ([\d.]+) ns"
    return [(int(m[1]), *(float(x) for x in m.groups()[1:])) for m in re.finditer(pattern, done.out)]


def territories(setup):
    """ns a lead that a table of 40,000 rows costs more: {how it is looked up: ns}."""
    done = finished(run([setup.territory], 1), "territory")
    return {m[1].strip(): float(m[2]) for m in re.finditer(r"^(.+?)\s{2,}([\d.-]+) ns a lead more", done.out, re.M)}


def check_of_rules(setup, count):
    """Seconds of `revplay check` on a playbook of so many rules, two comparisons each."""
    lines = ["playbook many for lead", "record lead {", "  id int key", *(f"  c{n} int?" for n in range(40)), "}", "score points {"]
    state = 0x9E3779B9
    def below(n):
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (state >> 33) % n
    for n in range(count):
        lines.append(f'  +{below(20) + 1} "Rule {n}" when c{below(40)} >= {below(100_000)} and c{below(40)} < {below(100_000)}')
    path = setup.work / "many.play"
    path.write_text("\n".join([*lines, "}"]) + "\n", encoding="ascii")
    done = run([setup.revplay, "check", path], 1)
    if done.code not in (0, 1):
        raise Problem("check failed")
    return done.wall


def has(setup, engine):
    """Whether an engine can be asked."""
    if engine.startswith("ours"):
        return True
    if engine == "limit":
        return setup.limit is not None and os.access(setup.limit, os.X_OK)
    return setup.peers is not None
