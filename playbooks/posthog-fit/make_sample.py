#!/usr/bin/env python3
"""Writes sample.csv: 200 made-up leads, with every end of every row of the score among them.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2026-11-23 in UTC.
"""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

HEADER = ["id", "email", "employees", "estimated_revenue", "role", "sub_role", "country", "converted", "created_at"]
NOW = datetime(2026, 11, 23)
JOBS = [("engineering", "software_engineer"), ("engineering", "web_engineer"), ("engineering", "data_science_engineer"),
        ("engineering", "devops_engineer"), ("engineering", ""), ("product", "product_manager"), ("product", ""),
        ("leadership", "founder"), ("leadership", "ceo"), ("Leadership", "cto"), ("marketing", "growth_marketer"),
        ("sales", "account_executive"), ("other", ""), ("", ""), ("", "founder")]
COUNTRIES = ["USA", "United States", "US", "UK", "United Kingdom", "Germany", "germany", "France", "Canada", "Sweden", "Austria",
             "Netherlands", "Poland", "Australia", "Singapore", "Brazil", "India", "Spain", "", ""]

# Leads to look at first: the ends of the rows, and what is known of nobody. What becomes of them is told in README.md.
EDGES = [
    ("1000", "", "", "", ""), ("1001", "", "", "", ""), ("999", "", "", "", ""), ("10", "", "", "", ""), ("11", "", "", "", ""),
    ("0", "0", "", "", ""), ("", "1000000", "", "", ""), ("", "10000000.00", "", "", ""), ("", "100000000", "", "", ""),
    ("", "999999.99", "", "", ""), ("", "100000000.01", "", "", ""), ("unknown", "unknown", "", "", ""),
    ("1000", "100000000", "engineering", "software_engineer", "USA"), ("4000", "250000000", "product", "product_manager", "USA"),
    ("1", "0", "engineering", "web_engineer", "Brazil"), ("5000", "900000000", "leadership", "ceo", "United States"),
]


def sizes(rng):
    if rng.random() < 0.12:
        return rng.choice(["", "unknown"]), rng.choice(["", "2500000", "unknown"])
    employees = max(1, int(rng.lognormvariate(4.6, 2.0)))
    if rng.random() < 0.15:
        return str(employees), ""
    return str(employees), f"{employees * rng.randint(40_000, 260_000)}.{rng.choice(['00', '50'])}"


def converted(rng, row):
    """Whether it became business: size and job help, as they should."""
    if rng.random() < 0.15:
        return ""
    size = int(row[1]) if row[1].isdigit() else 0
    chance = 0.08 + 0.15 * (size > 200) + 0.15 * (size > 1500) + 0.12 * (row[3].lower() in ("engineering", "product", "leadership"))
    return "true" if rng.random() < chance else "false"


def main():
    rng = random.Random(70)
    rows = []
    for number in range(1, 201):
        known = EDGES[number - 1] if number <= len(EDGES) else (*sizes(rng), *rng.choice(JOBS), rng.choice(COUNTRIES))
        email = f"lead{number}@company{rng.randint(1, 120)}.example" if rng.random() < 0.9 else ""
        created = NOW - timedelta(minutes=rng.randint(60, 200 * 1440))
        row = [f"P-{number:03}", email, *known, "", created.strftime("%Y-%m-%dT%H:%M:%SZ")]
        row[7] = converted(rng, [row[0], row[2], row[3], row[4]])
        rows.append(row)
    with open(Path(__file__).with_name("sample.csv"), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(rows)


if __name__ == "__main__":
    main()
