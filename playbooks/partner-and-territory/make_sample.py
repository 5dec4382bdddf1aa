#!/usr/bin/env python3
"""Writes leads.csv, partners.csv and registrations.csv: made-up leads for the sheets of make_territories.py.

Run it in this folder:  python3 make_sample.py
More leads somewhere else:  python3 make_sample.py 100000 /tmp/many
It always writes the same bytes. The sample is made for `now` = 2026-11-23 09:00 in Berlin.
"""

import csv
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True  # the import leaves no folder behind
from make_territories import DEPARTEMENTS, FIRST, LAST, PLZ, zip3

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.utc)  # 09:00 in Berlin
rng = random.Random(20261124)

COUNTRIES = ["US"] * 44 + ["DE"] * 18 + ["FR"] * 6 + ["AT"] * 5 + ["CH"] * 4 + ["GB"] * 5 + ["NL", "SE", "PL", "IT", "ES", "LI", "IE"]
COUNTRIES += ["IN", "IN", "JP", "SG", "AU", "BR", "CA", "CA", "MX", "ZA", "KE", "us", "de", "Germany", "USA", "", "", "KP"]
SOURCES = ["web"] * 5 + ["Web Form"] * 3 + ["event"] * 2 + ["Trade Show", "partner", "Partner Referral", "outbound", "outbound"]
NAMES_A = ["North", "Blue", "Iron", "Maple", "Summit", "Harbor", "Alpen", "Rhein", "Silver", "Delta", "Quanta", "Linden"]
NAMES_B = ["works", "soft", "foods", "freight", "bank", "health", "metal", "cloud", "paper", "energy", "tools", "media"]
AREAS = [area for area, _ in zip3()]
FIELDS = ["id", "email", "company", "domain", "country", "postal", "employees", "source", "account_owner", "opted_out", "created_at",
          "first_touch_at"]

# Leads to look at first. What the playbook makes of them is told in README.md.
SHOWN = [
    dict(company="Maplehealth", domain="maplehealth.example", country="US", postal="02139-4307", employees="5200", source="web", day=20, hour=14),
    dict(company="Maplehealth", domain="maplehealth.example", country="us", postal="2139", employees="5200", source="Web Form", day=20, hour=14),
    dict(company="Donaubank", domain="donaubank.example", country="AT", postal="1010", employees="3400", source="event", day=20, hour=15),
    dict(company="Ironfreight", domain="ironfreight.example", country="US", postal="60601", employees="800", source="Partner Referral", day=19, hour=9),
    dict(company="Orbitmedia", domain="orbitmedia.example", country="DE", postal="D-80331", employees="90", source="web", day=19, hour=16),
    dict(company="Key Account", domain="key-account-07.example", country="JP", postal="100-0001", employees="40", source="web", day=18, hour=3),
    dict(company="Isartools", domain="isartools.example", country="Germany", postal="80331", employees="250", source="web", day=18, hour=10),
    dict(company="Harborcloud", domain="harborcloud.example", country="", postal="10001", employees="unknown", source="event", day=17, hour=17),
    dict(company="Key Account", domain="key-account-11.example", country="GB", postal="EC1A 1BB", employees="2000", source="partner", day=17, hour=9),
    dict(company="Quantapress", domain="quantapress.example", country="CH", postal="8001", employees="99", source="partner", day=16, hour=9),
]


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ") if t else ""


def postal(country):
    """A postal code as people write it, and as spreadsheets maim it."""
    code = ""
    if country == "US":
        code = f"{rng.choice(AREAS):03}{rng.randint(1, 99):02}"
        if rng.random() < 0.1:
            code += f"-{rng.randint(1, 9999):04}"
        elif rng.random() < 0.03:
            code += f"{rng.randint(1, 9999):04}"  # nine digits without the dash
    elif country == "DE":
        code = ("D-" if rng.random() < 0.1 else "") + f"{rng.choice(PLZ):02}{rng.randint(1, 999):03}"
    elif country == "FR":
        code = f"{rng.choice(DEPARTEMENTS):02}{rng.choice([0, 100, 200, 500]):03}"
    elif country in ("AT", "CH"):
        code = ("A-" if country == "AT" and rng.random() < 0.2 else "") + str(rng.randint(1000, 9999))
    elif country == "GB":
        code = rng.choice(["EC1A 1BB", "M1 1AE", "SW1A 1AA", "EH1 1YZ"])
    if code.isdigit() and rng.random() < 0.3:
        code = str(int(code))  # a spreadsheet took it for a number
    return rng.choice(["", "", "n/a", "12"]) if rng.random() < 0.08 else code


def employees():
    if rng.random() < 0.12:
        return rng.choice(["", "unknown", "-1"])
    if rng.random() < 0.06:
        return rng.choice(["99", "100", "999", "1000", "1"])
    return str(max(1, int(rng.lognormvariate(5.0, 2.0))))


def lead_rows(count):
    rows = []
    for person in SHOWN:
        row = dict.fromkeys(FIELDS, "")
        row.update({k: v for k, v in person.items() if k in FIELDS})
        row["email"] = "buyer@" + person["domain"]
        row["created_at"] = stamp(datetime(2026, 11, person["day"], person["hour"], tzinfo=timezone.utc))
        rows.append(row)
    while len(rows) < count:
        company = rng.choice(NAMES_A) + rng.choice(NAMES_B)
        domain = company.lower() + ".example"
        if rng.random() < 0.05:
            domain = f"key-account-{rng.randint(1, 44):02}.example"
        country = rng.choice(COUNTRIES)
        created = NOW - timedelta(seconds=rng.randint(60, 21 * 86400))
        touched = created + timedelta(seconds=int(rng.expovariate(1 / 40_000)))
        rows.append({
            "email": f"{rng.choice(FIRST)}.{rng.choice(LAST)}@{domain}".lower() if rng.random() < 0.9 else "",
            "company": company if rng.random() < 0.96 else "", "domain": rng.choice([domain, domain, domain.upper(), ""]),
            "country": country, "postal": postal(country.upper()), "employees": employees(), "source": rng.choice(SOURCES),
            "account_owner": rng.choice(["Nina Berg", "Tom Seidel", "Aylin Demir"]) if rng.random() < 0.1 else "",
            "opted_out": rng.choices(["true", "false", ""], [4, 80, 16])[0], "created_at": stamp(created),
            "first_touch_at": stamp(touched) if touched < NOW and rng.random() < 0.8 else "",
        })
    for number, row in enumerate(rows, 1):
        row["id"] = f"L-{number:04}"
    return [[row[k] for k in FIELDS] for row in rows]


def partner_rows():
    rows = [["P-01", "Cloud Resellers", "Paula Prins", "active"], ["P-02", "Data Agency", "Omar Ost", "active"],
            ["P-03", "Old Friends", "Paula Prins", "suspended"], ["P-04", "Self Service", "", "active"]]
    while len(rows) < 14:
        rows.append([f"P-{len(rows) + 1:02}", f"Partner {len(rows) + 1}", rng.choice(["Paula Prins", "Omar Ost", "Lea Lang"]), "active"])
    return rows


def registration_rows(partners):
    rows = []

    def add(domain, partner, status, days_ago, days_left):
        rows.append([f"R-{len(rows) + 1:03}", domain, partner, status, stamp(NOW - timedelta(days=days_ago)),
                     (NOW + timedelta(days=days_left)).strftime("%Y-%m-%d")])

    add("ironfreight.example", "P-01", "approved", 40, 50)
    add("orbitmedia.example", "P-01", "approved", 60, 30)
    add("orbitmedia.example", "P-02", "approved", 20, 70)
    add("key-account-07.example", "P-03", "approved", 30, 60)
    add("key-account-11.example", "P-02", "approved", 30, 60)
    add("quantapress.example", "P-04", "approved", 10, 80)
    while len(rows) < 90:
        domain = (rng.choice(NAMES_A) + rng.choice(NAMES_B)).lower() + ".example"
        partner = rng.choice([p[0] for p in partners] + ["P-99"])  # P-99 left the programme: no such row
        add(domain, partner, rng.choice(["approved", "approved", "approved", "submitted", "rejected"]), rng.randint(-3, 100),
            rng.choice([-20, -1, 0, 0, 10, 40, 80]))
    rows.extend(list(row) for row in rows[6:9])  # sent twice by the portal, under the same id
    return rows


def write(folder, name, header, rows):
    with open(folder / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    partners = partner_rows()
    write(folder, "partners.csv", ["id", "name", "manager", "status"], partners)
    write(folder, "registrations.csv", ["id", "domain", "partner_id", "status", "registered_at", "expires_on"], registration_rows(partners))
    write(folder, "leads.csv", FIELDS, lead_rows(count))


if __name__ == "__main__":
    main()
