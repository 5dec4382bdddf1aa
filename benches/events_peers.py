"""What Polars and DuckDB make of the workload of events (`events.play`), each as an expert would write it.

    events_peers.py ENGINE FOLDER ORDER OUT THREADS      -> one JSON line: engine, wall (s), rss_mb

The same plan for both, because it is the fastest that was found for both: every activity is joined to the number of its lead
once; its points after decay become an integer of 2^-20 steps (as in the language), so sums are exact; a rate limit is an
aggregation by one integer key of lead, kind and period; the totals of a lead are joined to the leads at the end.
Days and weeks of Berlin come from a table of the clock's changes, which is several times faster than either engine's time
zones. What may differ from Revplay: 2^-x is e^(-x ln 2) by the platform's `exp` here and a printed polynomial there, and the
product with 2^20 steps is rounded twice; both can move an event by 2^-20 steps, and a score by a step only if its sum lies
that close to a half.
"""

import functools
import json
import math
import os
import resource
import sys
import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from events_rows import DAY_US, KINDS, NOW_US

UNIT = 1 << 20
STEPS = 100  # in one point
# Kind: points, half-life in days, window in days (none: all), times a period, period, cap in points.
BY_KIND = {
    "page_view": (1, 14, 30, 3, "day", 20),
    "pricing_view": (3, 21, 60, 1, "day", 15),
    "form": (8, 30, 90, 1, "day", 24),
    "email_open": (1, 60, 180, 1, "day", 10),
    "email_click": (2, 30, 120, 2, "day", 14),
    "unsubscribe": (-4, 120, 365, None, None, 12),
    "webinar": (12, 45, 180, None, None, 36),
    "call": (None, 60, 90, 1, "week", 15),  # a fifth of the minutes
    "demo": (25, 15, 60, 1, "week", 40),
    "ticket": (-1, 7, None, None, None, 8),
}
DOCS = (2, 30, 90, 12)
JOBS_DAYS, JOBS_LEAST, JOBS_POINTS, JOBS_CAP = 60, 2, -10, 20
BAND = [("A", 60), ("B", 30), ("C", 10)]
SITE, MAIL = ("page_view", "pricing_view", "form", "docs"), ("email_open", "email_click", "unsubscribe")
RULES = [*KINDS, "docs", "jobs"]  # the number of a rule is its place
NEGATIVE = ("unsubscribe", "ticket", "jobs")
NUMBER = {name: at for at, name in enumerate(RULES)}
CAPS = [BY_KIND[k][5] * STEPS * UNIT for k in KINDS] + [DOCS[3] * STEPS * UNIT, JOBS_CAP * STEPS * UNIT]
SIGNS = [-1 if name in NEGATIVE else 1 for name in RULES]
GROUPS = [0 if name in SITE else 1 if name in MAIL else 2 for name in RULES]


def at_most(n):
    """Numbers of the rules whose events are limited to so many a period."""
    found = [NUMBER[k] for k in KINDS if BY_KIND[k][3] == n]
    return [*found, NUMBER["docs"]] if n == 1 else found


@functools.cache
def offsets():
    """(from, offset) in microseconds: how far Berlin's clock is ahead of UTC, newest first."""
    zone, found, last = ZoneInfo("Europe/Berlin"), [], None
    at = datetime(2024, 1, 1, tzinfo=timezone.utc)
    while at < datetime(2027, 1, 1, tzinfo=timezone.utc):
        ahead = int(at.astimezone(zone).utcoffset().total_seconds()) * 1_000_000
        if ahead != last:
            found.append((int(at.timestamp()) * 1_000_000, ahead))
            last = ahead
        at += timedelta(hours=1)
    return found[::-1]


def polars(folder, order, out):
    import polars as pl

    c, when, lit = pl.col, pl.when, pl.lit
    offsets()
    start = time.perf_counter()
    leads = pl.scan_parquet(f"{folder}/leads.parquet").select("id", "is_customer").with_row_index("row").collect()
    rule = [BY_KIND[k] for k in KINDS]
    # One value a kind, taken by the kind's number: a chain of `when` would compute every branch for every row.
    table = lambda values, dtype: lit(pl.Series(values, dtype=dtype)).gather(c("code"))
    ahead = when(c("at") >= offsets()[0][0]).then(lit(offsets()[0][1], pl.Int64))
    for since, offset in offsets()[1:]:
        ahead = ahead.when(c("at") >= since).then(lit(offset, pl.Int64))
    ahead = ahead.otherwise(3_600_000_000)
    day = ((c("at") + ahead) // DAY_US).cast(pl.Int32)
    decayed = lambda rate: (c("age").cast(pl.Float64) * rate).exp()  # 2^-x as e^(-x ln 2)
    rate = lambda half_life: -math.log(2) / (half_life * DAY_US)
    units = lambda points, decay: (points * decay * float(STEPS * UNIT) + 0.5).floor().cast(pl.Int64)
    rows = (
        pl.scan_parquet(f"{folder}/activity_{order}.parquet")
        .with_columns(at=c("at").dt.timestamp("us"), code=c("kind").cast(pl.Enum(KINDS)).to_physical())
        .filter(c("at") <= NOW_US)
        .join(leads.lazy().select("id", "row"), left_on="lead_id", right_on="id", how="inner")
        .select("row", "at", "code", "minutes", day=day, age=NOW_US - c("at"), docs=c("asset").str.starts_with("/docs"), jobs=c("asset").str.starts_with("/jobs"))
        .collect(engine="streaming")
    ).lazy()
    week = (c("day") + 3) // 7
    code = c("code").cast(pl.Int64)
    is_daily, is_weekly = ([NUMBER[k] for k in KINDS if BY_KIND[k][4] == p] for p in ("day", "week"))
    period = when(c("code").is_in(is_daily)).then(c("day")).when(c("code").is_in(is_weekly)).then(week).otherwise(0).cast(pl.Int64)
    points = when(c("code") == NUMBER["call"]).then(c("minutes") / 5).otherwise(table([float(abs(v[0] or 0)) for v in rule], pl.Float64))
    hits = (
        rows.filter((c("age") <= table([(v[2] or 4000) * DAY_US for v in rule], pl.Int64)) & ((c("code") != NUMBER["webinar"]) | (c("minutes") >= 20).fill_null(False)))
        .select("code", key=(c("row").cast(pl.Int64) * 16 + code) * 65_536 + period,
                units=units(points, decayed(table([rate(v[1]) for v in rule], pl.Float64))).fill_null(0))
        .collect(engine="streaming")
    )
    by_week = (c("row").cast(pl.Int64) * 16) * 65_536 + week
    docs = rows.filter(c("docs") & (c("age") <= DOCS[2] * DAY_US)).select(
        code=lit(NUMBER["docs"], pl.UInt8), key=by_week + NUMBER["docs"] * 65_536, units=units(DOCS[0], decayed(rate(DOCS[1]))))
    jobs = (
        rows.filter(c("jobs") & (c("age") <= JOBS_DAYS * DAY_US)).select(key=by_week + NUMBER["jobs"] * 65_536).group_by("key").agg(pl.len())
        .filter(c("len") >= JOBS_LEAST).select(lead_rule=c("key") // 65_536, units=lit(-JOBS_POINTS * STEPS * UNIT, pl.Int64))
    )
    lead_rule = (c("key") // 65_536).alias("lead_rule")
    once = pl.concat([hits.lazy().filter(c("code").is_in(at_most(1))), docs]).group_by("key").agg(c("units").max()).select(lead_rule, "units")
    several = []
    for n in sorted({v[3] for v in rule if v[3] and v[3] > 1}):
        # Sorted by size in each period, the n largest are those that stand less than n behind another key.
        part = hits.lazy().filter(c("code").is_in(at_most(n))).select("key", "units").sort("key", "units", descending=[False, True])
        several.append(part.filter(c("key").ne_missing(c("key").shift(n))).select(lead_rule, "units"))
    free = hits.lazy().filter(c("code").is_in(at_most(None))).select(lead_rule, "units")
    by_number = lambda values: lit(pl.Series(values, dtype=pl.Int64)).gather(c("lead_rule") % 16)
    steps = ((pl.min_horizontal("units", by_number(CAPS)) + UNIT // 2) // UNIT) * by_number(SIGNS)
    group = lambda n: when(c("group") == n).then(c("steps")).otherwise(0).sum()
    totals = (
        pl.concat([once, *several, free, jobs]).group_by("lead_rule").agg(c("units").sum())
        .select(row=(c("lead_rule") // 16).cast(pl.UInt32), group=by_number(GROUPS), steps=steps)
        .group_by("row").agg(site=group(0), mail=group(1), alone=group(2))
    )
    facts = rows.group_by("row").agg(
        last_seen=c("at").max(),
        demos_7=((c("code") == NUMBER["demo"]) & (c("age") <= 7 * DAY_US)).sum(),
        talk=when((c("code") == NUMBER["call"]) & (c("age") <= 90 * DAY_US)).then(c("minutes")).sum(),
        last_pricing=when(c("code") == NUMBER["pricing_view"]).then(c("at")).max(),
    )
    bonus = lambda cond, points: when(cond).then(lit(points * STEPS)).otherwise(lit(0))
    steps = (
        c("site").fill_null(0).clip(None, 40 * STEPS) + c("mail").fill_null(0).clip(None, 20 * STEPS) + c("alone").fill_null(0)
        + bonus(c("demos_7") >= 1, 10)
        + bonus((c("last_pricing") == c("last_seen")) & (c("last_seen") >= NOW_US - 30 * DAY_US), 5)
        + bonus(c("talk") >= 60, 5)
        + bonus(c("last_seen").is_null() | (NOW_US - c("last_seen") > 60 * DAY_US), -15)
    ).clip(0, 100 * STEPS)
    tier = when(c("steps") >= BAND[0][1] * STEPS).then(lit("A")).when(c("steps") >= BAND[1][1] * STEPS).then(lit("B")).when(c("steps") >= BAND[2][1] * STEPS).then(lit("C")).otherwise(lit("D"))
    (
        leads.lazy().join(totals, on="row", how="left", maintain_order="left").join(facts, on="row", how="left", maintain_order="left")
        .with_columns(steps=steps).with_columns(tier=tier)
        .select("id", engagement=c("steps") / STEPS, tier="tier", ready=((c("tier") == "A") | (c("demos_7").fill_null(0) >= 1)) & ~c("is_customer"))
        .sink_parquet(out, compression="snappy")
    )
    return time.perf_counter() - start


def duckdb(folder, order, out, threads):
    import duckdb as engine

    con = engine.connect()
    con.execute(f"SET threads={threads}; SET preserve_insertion_order=false; SET enable_progress_bar=false")
    case = lambda pairs, rest="NULL": "CASE " + " ".join(f"WHEN {cond} THEN {value}" for cond, value in pairs) + f" ELSE {rest} END"
    kinds = ",".join(f"'{k}'" for k in KINDS)
    is_kind = lambda k: f"kind='{k}'"
    over = lambda choose: case((is_kind(k), choose(k, v)) for k, v in BY_KIND.items())
    code = over(lambda k, v: NUMBER[k])
    size = over(lambda k, v: "minutes/5.0::DOUBLE" if v[0] is None else f"{abs(v[0])}.0::DOUBLE")
    rate = over(lambda k, v: f"{-math.log(2) / (v[1] * DAY_US)!r}::DOUBLE")
    window = over(lambda k, v: (v[2] or 4000) * DAY_US)
    period = over(lambda k, v: {"day": "day", "week": "(day+3)//7", None: "0"}[v[4]])
    ahead = case((f"us>={since}", offset) for since, offset in offsets())
    units = lambda points, rate: f"CAST(floor({points}*exp(age::DOUBLE*{rate})*{STEPS * UNIT}.0::DOUBLE+0.5) AS BIGINT)"
    by_number = lambda values: case((f"code={n}", value) for n, value in enumerate(values))
    chosen = lambda n: ",".join(map(str, at_most(n)))
    start = time.perf_counter()
    con.execute(f"CREATE TYPE kinds AS ENUM ({kinds})")
    con.execute(f"CREATE TEMP TABLE leads AS SELECT file_row_number AS n, id, is_customer FROM read_parquet('{folder}/leads.parquet', file_row_number=true)")
    con.execute(f"""CREATE TEMP TABLE rows AS SELECT n, kind::kinds AS kind, minutes, us, {NOW_US}-us AS age, (us+{ahead})//{DAY_US} AS day,
        starts_with(asset,'/docs') AS docs, starts_with(asset,'/jobs') AS jobs
      FROM (SELECT lead_id, epoch_us("at") AS us, kind, asset, minutes FROM '{folder}/activity_{order}.parquet') JOIN leads ON lead_id=id WHERE us<={NOW_US}""")
    con.execute(f"""CREATE TEMP TABLE hits AS SELECT (n*16+{code})*65536+{period} AS key, {code} AS code, coalesce({units(size, rate)},0) AS units
      FROM rows WHERE age<={window} AND (kind<>'webinar' OR minutes>=20)""")
    week = "n*16*65536+(day+3)//7"
    docs = f"""SELECT {week}+{NUMBER["docs"] * 65_536} AS key, {NUMBER["docs"]} AS code, {units(f"{DOCS[0]}.0::DOUBLE", f"{-math.log(2) / (DOCS[1] * DAY_US)!r}::DOUBLE")} AS units
      FROM rows WHERE docs AND age<={DOCS[2] * DAY_US}"""
    parts = [f"SELECT key//65536 AS lead_rule, max(units) AS units FROM (SELECT * FROM hits WHERE code IN ({chosen(1)}) UNION ALL {docs}) GROUP BY key"]
    for n in sorted({v[3] for v in BY_KIND.values() if v[3] and v[3] > 1}):
        parts.append(f"SELECT key//65536, CAST(list_sum(max(units,{n})) AS BIGINT) FROM hits WHERE code IN ({chosen(n)}) GROUP BY key")
    parts.append(f"SELECT key//65536, units FROM hits WHERE code IN ({chosen(None)})")
    parts.append(f"""SELECT key//65536, {-JOBS_POINTS * STEPS * UNIT} FROM (SELECT {week}+{NUMBER["jobs"] * 65_536} AS key FROM rows
      WHERE jobs AND age<={JOBS_DAYS * DAY_US}) GROUP BY key HAVING count(*)>={JOBS_LEAST}""")
    group = lambda n: f"sum(steps) FILTER (WHERE code IN ({','.join(str(i) for i, g in enumerate(GROUPS) if g == n)}))"
    con.execute(f"""COPY (WITH
      summed AS (SELECT lead_rule//16 AS n, lead_rule%16 AS code, CAST(sum(units) AS BIGINT) AS units FROM ({" UNION ALL ".join(parts)}) GROUP BY lead_rule),
      totals AS (SELECT n, {group(0)} AS site, {group(1)} AS mail, {group(2)} AS alone FROM
        (SELECT n, code, ((least(units,{by_number(CAPS)})+{UNIT // 2})//{UNIT})*{by_number(SIGNS)} AS steps FROM summed) GROUP BY n),
      f AS (SELECT n, max(us) AS last_seen, count(*) FILTER (WHERE kind='demo' AND age<={7 * DAY_US}) AS demos_7,
        sum(minutes) FILTER (WHERE kind='call' AND age<={90 * DAY_US}) AS talk, max(us) FILTER (WHERE kind='pricing_view') AS last_pricing FROM rows GROUP BY n),
      s AS (SELECT id, is_customer, demos_7, greatest(0,least({100 * STEPS}, least(coalesce(site,0),{40 * STEPS})+least(coalesce(mail,0),{20 * STEPS})+coalesce(alone,0)
        +CASE WHEN demos_7>=1 THEN {10 * STEPS} ELSE 0 END
        +CASE WHEN last_pricing=last_seen AND last_seen>={NOW_US - 30 * DAY_US} THEN {5 * STEPS} ELSE 0 END
        +CASE WHEN talk>=60 THEN {5 * STEPS} ELSE 0 END
        -CASE WHEN last_seen IS NULL OR {NOW_US}-last_seen>{60 * DAY_US} THEN {15 * STEPS} ELSE 0 END)) AS steps
        FROM leads LEFT JOIN totals USING (n) LEFT JOIN f USING (n)),
      t AS (SELECT *, {case(((f"steps>={at * STEPS}", f"'{name}'") for name, at in BAND), "'D'")} AS tier FROM s)
      SELECT id, steps/{STEPS}.0 AS engagement, tier, (tier='A' OR coalesce(demos_7,0)>=1) AND NOT is_customer AS ready FROM t
      ) TO '{out}' (FORMAT parquet, COMPRESSION snappy)""")
    return time.perf_counter() - start


def main():
    engine, folder, order, out, threads = sys.argv[1:6]
    os.environ["POLARS_MAX_THREADS"] = threads
    wall = polars(folder, order, out) if engine == "polars" else duckdb(folder, order, out, int(threads))
    print(json.dumps({"engine": engine, "wall": wall, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


if __name__ == "__main__":
    main()
