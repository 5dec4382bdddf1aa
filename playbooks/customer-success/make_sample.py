#!/usr/bin/env python3
"""Writes accounts.csv, usage.csv and tickets.csv: 150 made-up customers, how much they use, and what they ask support.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2026-11-23 09:00 in Berlin.
"""

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 8)  # in UTC: 09:00 in Berlin
TODAY = date(2026, 11, 23)
ACCOUNT = ["id", "name", "segment", "plan", "csm", "seats", "arr", "arr_year_ago", "started_on", "renewal_on", "churned_on",
           "invoice_days_late", "nps", "sponsor_left", "last_contact_at"]
FIRST = ["Nord", "Alpen", "Rhein", "Hanse", "Blue", "Silver", "Atlas", "Delta", "Falken", "Linden", "Ober", "Quanta", "Sued", "Elb", "Wald"]
SECOND = ["werk", "soft", "bank", "logistik", "data", "metall", "pharma", "energie", "cloud", "handel", "bau", "druck"]
CSMS = ["nina", "tom", "aylin", "jana"]

# Customers to look at first: what differs from an ordinary one, and how many people used it in the last twelve weeks.
# What becomes of them is told in README.md.
SHOWN = [
    (dict(segment="enterprise", plan="premium", csm="nina", seats=500, arr=240_000, days=27, nps="3", sponsor_left="true", contact=100), [300] * 12),
    (dict(segment="mid_market", plan="pro", csm="tom", seats=100, arr=48_000, days=200, nps="9", contact=3), [80] * 8 + [95] * 4),
    (dict(segment="Mid-Market", plan="pro", csm="aylin", seats=200, arr=60_000, days=150, contact=45), [100] * 8 + [70] * 4),
    (dict(segment="mid", plan="pro", csm="aylin", seats=200, arr=60_000, days=150, contact=45), [100] * 8 + [71] * 4),
    (dict(segment="small", plan="basic", seats=20, arr=9_000, days=90, contact=45), [8] * 12),
    (dict(segment="small", plan="basic", seats=20, arr=9_000, days=91, contact=45), [8] * 12),
    (dict(segment="small", plan="basic", seats=20, arr=9_000, days=-3, nps="6", contact=45), [4] * 12),
    (dict(segment="mid_market", plan="pro", csm="jana", seats=80, arr=40_000, days=300, contact=20), []),
    (dict(segment="enterprise", plan="premium", csm="tom", seats=300, arr=0, year_ago=180_000, churned=30), [200] * 4 + [0] * 2),
    (dict(segment="small", plan="basic", csm="jana", seats=10, arr=4_800, days=None, nps="10", contact=10), [9] * 12),
    (dict(segment="mid_market", plan="pro", csm="nina", seats=40, arr=36_000, days=60, late=31, contact=30), [28] * 12),
    (dict(segment="mid_market", plan="pro", csm="nina", seats=40, arr=36_000, days=60, late=30, contact=31), [28] * 12),
]


def money(cents_free, rng):
    return f"{cents_free}.{rng.choice(['00', '00', '50'])}" if cents_free else "0"


def account(rng, number, shown):
    size = shown.get("segment") or rng.choices(["small", "mid_market", "Mid-Market", "enterprise", ""], [40, 25, 10, 20, 5])[0]
    seats = shown.get("seats") or {"small": rng.randint(3, 30), "enterprise": rng.randint(120, 900)}.get(size, rng.randint(25, 200))
    arr = shown["arr"] if "arr" in shown else seats * rng.randint(250, 700)
    started = TODAY - timedelta(days=900 if shown else rng.randint(5, 1500))
    churned = shown.get("churned") if shown else (rng.randint(0, 300) if rng.random() < 0.08 else None)
    if churned is not None:
        started = min(started, TODAY - timedelta(days=churned + 400))
    year_ago = shown.get("year_ago") or (int(arr * rng.choice([0.7, 0.85, 1, 1, 1, 1.2, 1.5])) if (TODAY - started).days >= 365 else None)
    arr = 0 if churned is not None else arr
    days = shown["days"] if "days" in shown else rng.choice([rng.randint(-10, 365), rng.randint(0, 120), None])
    contact = shown.get("contact") if shown else (rng.randint(0, rng.choice([30, 30, 80, 80, 200])) if rng.random() < 0.95 else None)
    return {
        "id": f"C-{number:03}", "name": rng.choice(FIRST) + rng.choice(SECOND), "segment": size,
        "plan": shown.get("plan") or rng.choice(["basic", "pro", "pro", "premium"]),
        "csm": shown.get("csm", "") if shown else rng.choices(["", *CSMS], [15, 25, 25, 20, 15])[0],
        "seats": seats, "arr": money(arr, rng) if not shown else str(arr), "arr_year_ago": "" if year_ago is None else str(year_ago),
        "started_on": started, "renewal_on": "" if days is None else TODAY + timedelta(days=days),
        "churned_on": "" if churned is None else TODAY - timedelta(days=churned),
        "invoice_days_late": shown.get("late", "") if shown else rng.choices(["", 0, rng.randint(1, 30), rng.randint(31, 90)], [30, 50, 15, 5])[0],
        "nps": shown.get("nps", "") if shown else rng.choice(["", "", "-", "", str(rng.randint(0, 10)), str(rng.randint(6, 10))]),
        "sponsor_left": shown.get("sponsor_left", "") if shown else rng.choices(["", "false", "true"], [50, 40, 10])[0],
        "last_contact_at": "" if contact is None else (NOW - timedelta(days=contact)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def weeks(rng, row, shown_usage):
    """How many people used it, week by week; the last week ends this morning."""
    if shown_usage is not None:
        return shown_usage
    if rng.random() < 0.06:
        return []
    level, drift = rng.choice([0.1, 0.3, 0.5, 0.75, 0.75, 0.85, 0.85, 0.95]), rng.choice([-0.09, -0.03, 0, 0, 0, 0.01, 0.03])
    out = []
    for _ in range(12):
        out.append(max(0, min(row["seats"], round(row["seats"] * level * rng.uniform(0.9, 1.1)))))
        level *= 1 + drift
    return [n for n in out if rng.random() < 0.97]  # now and then a report is lost


def main():
    rng = random.Random(2026)
    accounts, usage, tickets = [], [], []
    for number in range(1, 151):
        shown, shown_usage = SHOWN[number - 1] if number <= len(SHOWN) else ({}, None)
        row = account(rng, number, shown)
        accounts.append([row[k] for k in ACCOUNT])
        reports = weeks(rng, row, shown_usage)
        for back, active in enumerate(reversed(reports)):
            at = NOW - timedelta(hours=2, days=7 * back)
            usage.append([row["id"], at.strftime("%Y-%m-%dT%H:%M:%SZ"), active])
        for _ in range(0 if shown else int(rng.expovariate(1 / 2.2))):
            at = NOW - timedelta(minutes=rng.randint(30, 150 * 1440))
            severity = rng.choices(["low", "normal", "urgent", "P1"], [35, 45, 14, 6])[0]
            closed = at + timedelta(hours=rng.randint(1, 400))
            tickets.append([row["id"], at, severity, closed if closed <= NOW and rng.random() < 0.9 else None])
    usage.append(["C-777", "2026-11-16T06:00:00Z", 5])  # nobody of this file
    usage.sort(key=lambda row: (row[1], row[0]))
    tickets.sort(key=lambda row: (row[1], row[0]))
    fmt = "%Y-%m-%dT%H:%M:%SZ"
    lines = [[f"T-{n:04}", a, t.strftime(fmt), s, c.strftime(fmt) if c else ""] for n, (a, t, s, c) in enumerate(tickets, 1)]
    lines += [list(row) for row in rng.sample(lines, 4)]  # sent twice, under the same id
    for name, header, rows in (("accounts.csv", ACCOUNT, accounts), ("usage.csv", ["account_id", "at", "active_users"], usage),
                               ("tickets.csv", ["id", "account_id", "at", "severity", "closed_at"], lines)):
        with open(HERE / name, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(header)
            out.writerows(rows)


if __name__ == "__main__":
    main()
