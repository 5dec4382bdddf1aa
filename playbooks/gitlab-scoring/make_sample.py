#!/usr/bin/env python3
"""Writes leads.csv and activities.csv: 200 made-up people and what they did, with the score that a tool has added up on the way.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2026-11-23 09:00 in UTC.

`recorded_score` is what a tool holds that adds points as events arrive, and sets a score below 0 back to 0 every night. For
a few people it added the points of the title twice (once when the title was set, once in the night), for a few it knows nothing.
"""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 9)
LEAD = ["id", "email", "company", "title", "target_account", "titled_by_trigger", "do_not_route", "partner_managed", "recorded_score", "created_at"]
ACTIVITY = ["id", "lead_id", "at", "kind", "page"]
TITLES = ["VP Engineering", "Director of IT", "CTO", "CIO", "Head of Platform", "Chief Architect", "Software Engineer", "Engineering Manager",
          "Student", "Consultant", "Team Lead", "DevOps Engineer", "", ""]
SENIOR = {"VP Engineering", "Director of IT", "CTO", "CIO", "Head of Platform", "Chief Architect"}
FREE = ["gmail.com", "outlook.com", "gmx.de"]
# kind as it is written in the file: points, how often they count, how often it happens
KINDS = {
    "contact_sales": (100, "day", 2), "trial": (100, "day", 2), "follow_up": (100, "", 1), "demo_request": (90, "day", 2),
    "high_intent_content": (90, "", 1), "owned_event": (75, "", 1), "event attended": (75, "", 1), "workshop": (50, "", 1),
    "meeting": (50, "", 1), "survey": (45, "", 1), "booth": (30, "", 3), "download": (30, "", 10), "webcast": (15, "", 7),
    "registered": (15, "", 7), "syndication": (15, "", 3), "newsletter": (10, "week", 26), "on_demand": (-5, "", 4),
    "unsubscribe": (-25, "day", 4), "back_to_nurture": (20, "week", 2), "visit": (0, "", 24),
}
PAGES = ["/free-trial", "/jobs", "/jobs/engineering", "/pricing", "/", "/docs"]


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def on(day, hour=10, minute=0):
    """A time so many days before the day of `now`."""
    return datetime(NOW.year, NOW.month, NOW.day) - timedelta(days=day) + timedelta(hours=hour, minutes=minute)


# People to look at first: who they are and what they did. What becomes of them is told in README.md.
SHOWN = [
    (dict(email="eva@gmail.com", company="Alpenbank"), [(1, "demo_request", "")]),
    (dict(email="ben@nordwerk.example", company="Nordwerk"), [(1, "demo_request", "")]),
    (dict(email="ida@hansesoft.example", company="Hansesoft"), [(30, "registered", ""), (10, "owned_event", "")]),
    (dict(email="tom@blueco.example", company="Blueco"), [(0, "download", ""), (0, "download", ""), (0, "download", "")]),
    (dict(email="una@deltaag.example", company="Delta AG", title="CTO"), [(9, "trial", ""), (1, "unsubscribe", "")]),
    (dict(email="max@quanta.example", company="Quanta"), [(700 - 7 * n, "newsletter", "") for n in range(9)]),
    (dict(email="lea@atlas.example", company="Atlas"), [(9, "unsubscribe", ""), (2, "trial", "")]),
    (dict(email="jon@atlas.example", company="Atlas"), [(9, "trial", ""), (2, "unsubscribe", "")]),
    (dict(email="kim@lindenhof.example", company="Lindenhof", title="Director of IT", twice=True), [(20, "webcast", ""), (3, "survey", "")]),
    (dict(email="pat@falken.example", company="Falken", title="Student"), [(5, "visit", "/jobs"), (4, "visit", "/jobs"), (3, "visit", "/jobs/engineering"), (3, "trial", "")]),
    (dict(company="Rheinwerk", title="CIO", target_account="true"), [(4, "contact_sales", "")]),
    (dict(email="sam@ober.example", title="VP Engineering", target_account="true"), [(0, "meeting", "")]),
    (dict(email="zoe@silver.example", company="Silver", partner_managed="true"), [(2, "trial", "")]),
    (dict(email="new@silver.example", company="Silver", unknown=True), []),
    (dict(email="oli@nordwerk.example", company="Nordwerk"), [(0, "visit", "/free-trial"), (1, "visit", "/free-trial")]),
]


def events_of(rng, created):
    warm = rng.random()
    kinds, weights = list(KINDS), [KINDS[k][2] for k in KINDS]
    rows = []
    for _ in range(int(rng.expovariate(1 / (1 + 8 * warm)))):
        at = created + (NOW - created) * rng.random() ** 0.7
        kind = rng.choices(kinds, weights)[0]
        page = rng.choice(PAGES) if kind == "visit" else ""
        rows.append((at.replace(microsecond=0), kind, page))
        if page.startswith("/jobs") and rng.random() < 0.5:  # who looks for a job looks more than once
            rows += [(at.replace(microsecond=0) + timedelta(hours=n), kind, page) for n in (1, 2, 26)]
        if kind in ("contact_sales", "trial", "newsletter") and rng.random() < 0.3:  # the same again
            rows.append((at.replace(microsecond=0) + timedelta(minutes=rng.randint(1, 900)), kind, ""))
    return [row for row in rows if row[0] <= NOW]


def week(day):
    return day - timedelta(days=day.weekday())


def recorded(row, events, twice):
    """The score of a tool that adds up as it goes and lifts scores below 0 to 0 every night."""
    senior = 50 if row["title"] in SENIOR else 0
    score = senior * (2 if twice else 1) + (20 if row["target_account"] == "true" else 0)
    score -= 5 if row["email"].split("@")[-1] in FREE else 0
    seen, jobs, last = set(), {}, None
    for at, kind, page in sorted(events):
        if last is not None and at.date() != last:
            score = max(score, 0)
        last = at.date()
        points, limit, _ = KINDS[kind]
        if page == "/free-trial":
            points, limit, kind = 50, "day", "free trial"
        elif page.startswith("/jobs"):
            jobs[week(last)] = jobs.get(week(last), 0) + 1
            points = -25 if jobs[week(last)] == 3 else 0
        period = (kind, last if limit == "day" else week(last))
        if limit and period in seen:
            continue
        seen.add(period)
        score += points
    return max(score, 0)


def main():
    rng = random.Random(90)
    leads, activities = [], []
    for number in range(1, 201):
        row = dict.fromkeys(LEAD, "")
        row["id"] = f"M-{number:03}"
        created = NOW - timedelta(minutes=rng.randint(1440, 900 * 1440))
        twice = unknown = False
        if number <= len(SHOWN):
            who, what = SHOWN[number - 1]
            row.update({k: v for k, v in who.items() if k in LEAD})
            twice, unknown = who.get("twice", False), who.get("unknown", False)
            created = on(800)
            events = [(on(day, 7, n), kind, page) for n, (day, kind, page) in enumerate(what)]
        else:
            company = f"Company {rng.randint(1, 70)}" if rng.random() < 0.9 else ""
            domain = rng.choice(FREE) if rng.random() < 0.2 else "company.example"
            row["company"], row["title"] = company, rng.choice(TITLES)
            row["email"] = f"person{number}@{domain}" if rng.random() < 0.92 else ""
            row["target_account"] = rng.choices(["true", "false", ""], [15, 70, 15])[0]
            row["do_not_route"] = "true" if rng.random() < 0.04 else ""
            row["partner_managed"] = "true" if rng.random() < 0.05 else "false"
            events = events_of(rng, created)
            twice, unknown = rng.random() < 0.08, rng.random() < 0.05
        row["titled_by_trigger"] = rng.choice(["true", "false"]) if row["title"] in SENIOR else ""
        row["created_at"] = stamp(created)
        row["recorded_score"] = "" if unknown else str(recorded(row, events, twice))
        leads.append([row[k] for k in LEAD])
        activities += [[row["id"], stamp(at), kind, page] for at, kind, page in events]
    activities.append(["M-014", stamp(NOW + timedelta(days=3)), "registered", ""])  # still to come
    activities.append(["M-999", stamp(on(4)), "newsletter", ""])  # nobody of this file
    activities.sort(key=lambda row: (row[1], row[0], row[2], row[3]))
    rows = [[f"E-{n:04}", *row] for n, row in enumerate(activities, 1)]
    rows += [list(row) for row in rng.sample(rows, 6)]  # sent twice, under the same id
    for name, header, lines in (("leads.csv", LEAD, leads), ("activities.csv", ACTIVITY, rows)):
        with open(HERE / name, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(header)
            out.writerows(lines)


if __name__ == "__main__":
    main()
