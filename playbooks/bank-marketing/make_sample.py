#!/usr/bin/env python3
"""Writes sample.csv: 40 made-up clients in the layout of the UCI file (semicolons, quoted text). None is copied from it.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes.
"""

import random
from pathlib import Path

HEADER = ["age", "job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week", "duration",
          "campaign", "pdays", "previous", "poutcome", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m",
          "nr.employed", "y"]
TEXT = {"job", "marital", "education", "default", "housing", "loan", "contact", "month", "day_of_week", "poutcome", "y"}
JOBS = ["admin.", "blue-collar", "entrepreneur", "housemaid", "management", "retired", "self-employed", "services", "student",
        "technician", "unemployed", "unknown"]
EDUCATION = ["basic.4y", "basic.6y", "basic.9y", "high.school", "professional.course", "university.degree", "unknown"]


def client(rng):
    previous = rng.choice([0, 0, 0, 1, 2])
    outcome = rng.choice(["failure", "success"]) if previous else "nonexistent"
    days = str(rng.randint(1, 20)) if outcome == "success" else "999"
    likely = {"success": 0.6, "failure": 0.2, "nonexistent": 0.1}[outcome]
    return {
        "age": rng.randint(18, 85), "job": rng.choice(JOBS), "marital": rng.choice(["married", "single", "divorced"]),
        "education": rng.choice(EDUCATION), "default": rng.choice(["no", "no", "no", "unknown"]),
        "housing": rng.choice(["yes", "no", "unknown"]), "loan": rng.choice(["no", "no", "yes"]),
        "contact": rng.choice(["cellular", "cellular", "telephone"]),
        "month": rng.choice(["mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        "day_of_week": rng.choice(["mon", "tue", "wed", "thu", "fri"]), "duration": rng.randint(5, 1500),
        "campaign": rng.choice([1, 1, 1, 2, 2, 3, 4, 6, 9]), "pdays": days, "previous": previous, "poutcome": outcome,
        "emp.var.rate": round(rng.uniform(-3, 1.5), 1), "cons.price.idx": round(rng.uniform(92, 95), 3),
        "cons.conf.idx": round(rng.uniform(-51, -26), 1), "euribor3m": round(rng.uniform(0.6, 5), 3),
        "nr.employed": round(rng.uniform(4963, 5229), 1), "y": "yes" if rng.random() < likely else "no",
    }


def main():
    rng = random.Random(222)
    lines = [";".join(f'"{name}"' for name in HEADER)]
    for _ in range(40):
        row = client(rng)
        lines.append(";".join(f'"{row[name]}"' if name in TEXT else str(row[name]) for name in HEADER))
    Path(__file__).with_name("sample.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
