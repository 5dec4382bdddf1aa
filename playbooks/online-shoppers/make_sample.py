#!/usr/bin/env python3
"""Writes sample.csv (40 made-up visits in the layout of the UCI file: commas, CRLF) and expected.csv, what the playbook must decide
for them, worked out here without Revplay. No row is copied from the real file.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes.
"""

import random
from pathlib import Path

HEADER = ["Administrative", "Administrative_Duration", "Informational", "Informational_Duration", "ProductRelated",
          "ProductRelated_Duration", "BounceRates", "ExitRates", "PageValues", "SpecialDay", "Month", "OperatingSystems", "Browser",
          "Region", "TrafficType", "VisitorType", "Weekend", "Revenue"]
MONTHS = ["Feb", "Mar", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
VISITORS = ["Returning_Visitor", "Returning_Visitor", "New_Visitor", "Other"]


def visit(rng):
    admin, info, products = rng.choice([0, 0, 1, 4]), rng.choice([0, 0, 1, 2]), rng.choice([1, 19, 20, 44])
    value = rng.choice(["0", "0", f"{rng.uniform(1, 60):.6f}"])
    likely = 0.05 if value == "0" else 0.6
    return [admin, round(admin * rng.uniform(10, 60), 4), info, round(info * rng.uniform(10, 60), 4), products,
            rng.choice([0, 599.5, 600, round(products * rng.uniform(20, 50), 6)]), rng.choice(["0", "0.01", "0.099999", "0.1", "0.2"]),
            rng.choice(["0.01", "0.05", "0.2"]), value, rng.choice(["0", "0", "0", "0.2", "0.4", "0.8", "1"]), rng.choice(MONTHS),
            rng.randint(1, 4), rng.randint(1, 6), rng.randint(1, 9), rng.randint(1, 12), rng.choice(VISITORS),
            rng.choice(["TRUE", "FALSE", "FALSE"]), "TRUE" if rng.random() < likely else "FALSE"]


def decided(cells):
    row = dict(zip(HEADER, cells))
    score = (30 * (float(row["PageValues"]) > 0) + 10 * (row["ProductRelated"] >= 20) + 10 * (row["ProductRelated_Duration"] >= 600)
             + 10 * (row["VisitorType"] == "New_Visitor") - 20 * (float(row["BounceRates"]) >= 0.1)
             + 5 * (row["Month"] in ("Oct", "Nov")) + 5 * (row["Administrative"] > 0 and row["Informational"] > 0))
    tier = "hot" if score >= 50 else "warm" if score >= 30 else "cool" if score >= 10 else "cold"
    if tier == "hot":
        offer = "chat"
    elif tier in ("warm", "cool") and float(row["SpecialDay"]) >= 0.4:
        offer = "gift guide"
    else:
        offer = "reminder" if tier == "warm" else "none"
    return [score, tier, offer]


def main():
    rng = random.Random(468)
    lines, expected = [",".join(HEADER)], ["row,intent,tier,offer"]
    for row in range(1, 41):
        cells = visit(rng)
        lines.append(",".join(str(cell) for cell in cells))
        expected.append(",".join(str(cell) for cell in [row, *decided(cells)]))
    here = Path(__file__)
    here.with_name("sample.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    here.with_name("expected.csv").write_text("\n".join(expected) + "\n", encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
