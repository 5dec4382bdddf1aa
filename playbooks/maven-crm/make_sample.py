#!/usr/bin/env python3
"""Writes the four sample files: made-up deals of made-up people with made-up companies, headers as in the Maven files.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2017-12-31.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent / "sample"
TODAY = date(2017, 12, 31)
PRODUCTS = [("GTX Basic", "GTX", 550), ("GTX Pro", "GTX", 4821), ("MG Special", "MG", 55), ("GTK 500", "GTK", 26768)]
SOLD_AS = ["GTX Basic", "GTX Basic", "GTXPro", "MG Special", "GTK 500"]  # GTXPro: the misspelling of the real file
ACCOUNTS = [("Birch Tools", "retail", 1996, 11.2, 120, "United States", ""),
            ("Copper Lane", "technolgy", 2001, 402.5, 800, "United States", ""),
            ("Dune Media", "entertainment", 1988, 1290.04, 2500, "United States", ""),
            ("Elm Health", "medical", 1979, 2714.9, 4100, "United States", ""),
            ("Fjord Data", "software", 2010, 88.61, 499, "Norway", ""),
            ("Kumo Denki", "telecommunications", 1992, 7708.38, 9000, "Japan", ""),
            ("Marl Bank", "finance", 1999, 1223.72, 2499, "United States", ""),
            ("Palm Foods", "retail", 2004, 61.5, 310, "Philipines", "Birch Tools")]
AGENTS = [("Ada Finch", "Noor Haddad", "West"), ("Bo Larkin", "Noor Haddad", "West"), ("Cy Moreno", "Ines Wolf", "East"),
          ("Di Okafor", "Ines Wolf", "East"), ("Ed Petrov", "Sam Quill", "Central"), ("Flo Reyes", "Sam Quill", "Central")]


def deal(number, rng):
    account = rng.choice(ACCOUNTS)
    stage = rng.choice(["Won", "Won", "Lost", "Engaging", "Engaging", "Prospecting"])
    engage = close = value = ""
    if stage != "Prospecting":
        start = TODAY - timedelta(days=rng.randint(1, 300))
        engage = start.isoformat()
        if stage in ("Won", "Lost"):
            close = min(TODAY, start + timedelta(days=rng.randint(1, 130))).isoformat()
            value = 0 if stage == "Lost" else rng.randint(50, 6000)
    name = "" if stage in ("Engaging", "Prospecting") and rng.random() < 0.4 else account[0]
    return [f"O-{number:03}", rng.choice(AGENTS[:5])[0], rng.choice(SOLD_AS), name, stage, engage, close, value]


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(rows)


def main():
    HERE.mkdir(exist_ok=True)
    rng = random.Random(8800)
    write("accounts.csv", "account,sector,year_established,revenue,employees,office_location,subsidiary_of", ACCOUNTS)
    write("products.csv", "product,series,sales_price", PRODUCTS)
    write("sales_teams.csv", "sales_agent,manager,regional_office", AGENTS)
    write("sales_pipeline.csv", "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
          [deal(n, rng) for n in range(1, 61)])


if __name__ == "__main__":
    main()
