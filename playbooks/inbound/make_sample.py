#!/usr/bin/env python3
"""Writes leads.csv, accounts.csv and activities.csv: made-up people at made-up companies.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2026-11-23 09:00 in Berlin.
"""

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.utc)  # 09:00 in Berlin
rng = random.Random(20261123)

COUNTRIES = ["DE"] * 30 + ["AT"] * 8 + ["CH"] * 8 + ["GB"] * 12 + ["FR"] * 10 + ["NL"] * 7 + ["SE"] * 4 + ["PL"] * 4
COUNTRIES += ["US"] * 10 + ["ES"] * 3 + ["IT"] * 3 + ["de"]
STATES = {"DE": ["BW", "BY", "NW", "BE", "HE", "HH", ""], "CH": ["ZH", "GE", "VD", "BE"], "US": ["CA", "NY", "TX", "MA"]}
TITLES = ["VP Sales", "VP Marketing", "CEO", "Chief Revenue Officer", "CFO", "CTO", "Head of Operations", "Director Sales",
          "Director of IT", "Sales Manager", "Marketing Manager", "Team Lead Support", "Principal Engineer",
          "Software Engineer", "Analyst", "Consultant", "Student", "Marketing Intern", "Office Assistant", ""]
INDUSTRIES = ["software", "SaaS", "Computer Software", "finance", "Banking", "manufacturing", "other", "other", ""]
SOURCES = ["web"] * 6 + ["Web Form"] * 4 + ["Website"] * 2 + ["webinar"] * 4 + ["referral"] * 2 + ["Partner Referral"]
SOURCES += ["outbound"] * 3 + ["other"] * 2
FIRST = ["anna", "ben", "carla", "deniz", "elif", "felix", "greta", "hugo", "ines", "jonas", "kaja", "luca", "mara",
         "nils", "olga", "paul", "rosa", "sami", "tilda", "viktor"]
LAST = ["adler", "berger", "conrad", "dietz", "ebert", "fuchs", "graf", "hahn", "jansen", "keller", "lorenz", "maier",
        "novak", "ortega", "peters", "rossi", "schulz", "thoma", "urban", "weiss"]
NAMES_A = ["Nord", "Alpen", "Rhein", "Hanse", "Blue", "Silver", "Atlas", "Delta", "Falken", "Linden", "Ober", "Quanta"]
NAMES_B = ["werk", "soft", "bank", "logistik", "data", "metall", "pharma", "energie", "cloud", "handel"]
FREE = ["gmail.com", "gmx.de", "web.de", "outlook.com", "yahoo.com", "icloud.com"]
OWNERS = ["Nina Berg", "Tom Seidel", "Aylin Demir", "Peter Lang"]
PAGES = ["/pricing", "/product", "/blog/lead-scoring", "/customers", "/docs", "/"]
JOBS = ["/jobs/sales", "/jobs/engineering", "/jobs"]


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ") if t else ""


def ago(days):
    """An instant that many days before now, on a full second."""
    return NOW - timedelta(seconds=int(days * 86400))


def account_rows():
    rows, seen = [], set()
    while len(rows) < 60:
        name = rng.choice(NAMES_A) + rng.choice(NAMES_B)
        if name in seen:
            continue
        seen.add(name)
        status = rng.choices(["prospect", "working", "customer"], [6, 3, 2])[0]
        owner = rng.choice(OWNERS) if status != "prospect" and rng.random() < 0.9 else ""
        rows.append({"id": f"A-{len(rows) + 1:03}", "domain": name.lower() + ".example", "owner": owner, "status": status,
                     "name": name})
    return rows


LEAD_FIELDS = ["id", "email", "company", "title", "country", "state", "industry", "employees", "annual_revenue", "source",
               "page_views_30d", "consent", "is_customer", "created_at", "last_activity_at", "mql_at", "first_touch_at",
               "sql_at", "account_id"]

# People to look at first. What the playbook makes of them is told in README.md.
SHOWN = [
    dict(id="L-0001", email="eva.adler@alpenbank.example", company="Alpenbank", title="VP Sales", country="AT", industry="finance",
         employees="2000", annual_revenue="480000000.00", source="web", page_views_30d="14", consent="true", created=12, last=0.125),
    dict(id="L-0002", email="max.spion@rivalsoft.example", company="Rivalsoft", title="Director Product", country="DE", state="BE",
         industry="software", employees="900", source="Web Form", page_views_30d="22", consent="true", created=5, last=0.5),
    dict(id="L-0003", company="Hansesoft", title="Head of Operations", country="DE", state="HH", industry="SaaS", employees="1400",
         source="webinar", page_views_30d="9", consent="true", created=9, last=1),
    dict(id="L-0004", email="pia.keller@rheinwerk.example", company="Rheinwerk", title="CFO", country="DE", state="NW",
         industry="manufacturing", employees="5200", annual_revenue="1250000000.00", source="referral", page_views_30d="6",
         consent="true", is_customer="true", created=400, last=2),
    dict(id="L-0005", email="student99@gmail.com", title="Student", country="DE", state="BW", source="Website", page_views_30d="30",
         consent="true", created=20, last=0.25),
    dict(id="L-0006", email="tom.weiss@blueenergie.example", company="Blueenergie", title="CTO", country="CH", state="ZH",
         industry="other", employees="unknown", source="outbound", page_views_30d="2", created=30, last=25),
]


def shown_rows():
    rows = []
    for person in SHOWN:
        row = dict.fromkeys(LEAD_FIELDS, "")
        row.update({k: v for k, v in person.items() if k in LEAD_FIELDS})
        row["created_at"] = stamp(ago(person["created"]))
        row["last_activity_at"] = stamp(ago(person["last"]))
        row["_warm"] = 0.5
        rows.append(row)
    return rows


def employees_cell():
    if rng.random() < 0.14:
        return rng.choice(["", "-1", "unknown"])
    return str(max(1, int(rng.lognormvariate(5.2, 1.7))))


def lead_row(number, accounts):
    country = rng.choice(COUNTRIES)
    state = rng.choice(STATES.get(country.upper(), [""]))
    account = rng.choice(accounts) if rng.random() < 0.35 else None
    company = account["name"] if account else rng.choice(NAMES_A) + rng.choice(NAMES_B)
    domain = rng.choice(FREE) if rng.random() < 0.2 else company.lower() + ".example"
    email = f"{rng.choice(FIRST)}.{rng.choice(LAST)}@{domain}" if rng.random() < 0.93 else ""
    employees = employees_cell()
    revenue = ""
    if employees.isdigit() and rng.random() < 0.7:
        revenue = f"{int(employees) * rng.randint(60_000, 240_000)}.00"
    created = ago(rng.uniform(0.2, 240))
    warm = rng.random()
    last = ago(rng.uniform(0, 1) ** (1 + 3 * warm) * 200) if rng.random() < 0.85 else None
    if last and last < created:
        last = created
    row = {"id": f"L-{number:04}", "email": email, "company": company if rng.random() < 0.95 else "", "title": rng.choice(TITLES),
           "country": country if rng.random() < 0.96 else "", "state": state, "industry": rng.choice(INDUSTRIES),
           "employees": employees, "annual_revenue": revenue, "source": rng.choice(SOURCES),
           "page_views_30d": "" if rng.random() < 0.05 else str(int(rng.expovariate(1 / (2 + 12 * warm)))),
           "consent": rng.choices(["true", "false", ""], [80, 15, 5])[0],
           "is_customer": "true" if account and account["status"] == "customer" else rng.choice(["false", "false", ""]),
           "created_at": stamp(created), "last_activity_at": stamp(last), "account_id": account["id"] if account else "",
           "mql_at": "", "first_touch_at": "", "sql_at": "", "_warm": warm}
    facts(row, created, warm)
    return row


def facts(row, created, warm):
    """What the CRM recorded about the handover: the warmer the lead, the more likely."""
    if rng.random() > 0.06 + 0.25 * warm or row["is_customer"] == "true":
        return
    mql = created + timedelta(seconds=rng.randint(3600, 20 * 86400))
    if mql > NOW:
        return
    row["mql_at"] = stamp(mql)
    touch = mql + timedelta(seconds=int(rng.expovariate(1 / 30_000)))
    if rng.random() < 0.9 and touch <= NOW:
        row["first_touch_at"] = stamp(touch)
        sql = touch + timedelta(seconds=rng.randint(86400, 40 * 86400))
        if rng.random() < 0.45 and sql <= NOW:
            row["sql_at"] = stamp(sql)


def activity_rows(leads, wanted=1500):
    rows = []

    def add(lead_id, at, kind, asset=""):
        rows.append([f"E-{len(rows) + 1:05}", lead_id, stamp(at), kind, asset])

    add("L-0001", ago(0.125), "demo_request", "/demo")
    add("L-0001", ago(4), "webinar", "webinar-october")
    add("L-0002", ago(0.5), "demo_request", "/demo")
    add("L-0003", ago(1), "demo_request", "/demo")
    add("L-0003", ago(9), "webinar", "webinar-october")
    for day in (3, 4, 5, 6):
        add("L-0005", ago(day), "page_view", rng.choice(JOBS))
    for _ in range(12):
        add(f"L-9{rng.randint(100, 999)}", ago(rng.uniform(1, 90)), "email_open", "newsletter")  # leads that were deleted
    for _ in range(8):
        add(rng.choice(leads)["id"], NOW + timedelta(days=rng.randint(1, 30)), "webinar", "webinar-december")  # still to come
    plain = [lead for lead in leads if lead["id"] > "L-0006"]
    weights = [0.1 + lead["_warm"] ** 3 for lead in plain]
    while len(rows) < wanted - 10:
        lead = rng.choices(plain, weights)[0]
        kind = rng.choices(["page_view", "email_open", "webinar", "form", "demo_request"], [47, 30, 10, 8, 5])[0]
        asset = {"page_view": rng.choice(PAGES), "email_open": "newsletter", "webinar": "webinar-october", "form": "/whitepaper",
                 "demo_request": "/demo"}[kind]
        if kind == "page_view" and rng.random() < 0.04:
            asset = rng.choice(JOBS)
        add(lead["id"], ago(rng.uniform(0, 1) ** 2.5 * 180), kind, asset)
    rows.extend(list(row) for row in rng.sample(rows, 10))  # sent twice by the marketing tool, under the same event id
    rows.sort(key=lambda row: (row[2], row[0]))
    return rows


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    accounts = account_rows()
    leads = shown_rows()
    while len(leads) < 300:
        leads.append(lead_row(len(leads) + 1, accounts))
    write("accounts.csv", ["id", "domain", "owner", "status"], [[a[k] for k in ("id", "domain", "owner", "status")] for a in accounts])
    write("leads.csv", LEAD_FIELDS, [[lead[k] for k in LEAD_FIELDS] for lead in leads])
    write("activities.csv", ["id", "lead_id", "at", "kind", "asset"], activity_rows(leads))


if __name__ == "__main__":
    main()
