#!/usr/bin/env python3
"""Writes sample.csv (40 made-up deals in the layout of the Salvirt file: semicolons, CRLF) and expected.csv, what the playbook must
decide for them, worked out here without Revplay. No row is copied from the real file.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes.
"""

import random
from pathlib import Path

YES_NO = ["No", "Yes"]
ASKED = ["No", "Yes", "Unknown"]
COLUMNS = {
    "Product": ["Desk", "Suite", "Cloud"], "Seller": ["Ana", "Bor", "Cene"], "Authority": ["Low", "Mid", "High"],
    "Comp_size": ["Small", "Mid", "Big"], "Competitors": ASKED, "Purch_dept": ASKED, "Partnership": YES_NO, "Budgt_alloc": ASKED,
    "Forml_tend": YES_NO, "RFI": YES_NO, "RFP": YES_NO, "Growth": ["Slow down", "Stable", "Growth", "Unknown"],
    "Posit_statm": ["No", "Neutral", "Yes"], "Source": ["Joint past", "Referral", "Event", "Online form", "Unknown"],
    "Client": ["Current", "New", "Past"], "Scope": ["Low", "Few questions", "Clear"],
    "Strat_deal": ["Unimportant", "Average important", "Very important"], "Cross_sale": YES_NO, "Up_sale": YES_NO,
    "Deal_type": ["Project", "Solution", "Maintenance", "Consulting"], "Needs_def": ["No", "Poor", "Info gathering", "Yes"],
    "Att_t_client": ["Normal", "Strategic account", "First deal", "Bad client"], "Status": ["Won", "Lost"],
}
QUESTIONS = ["Competitors", "Purch_dept", "Budgt_alloc", "Growth", "Source"]


def decided(deal):
    points = (2 * (deal["Client"] == "Current") + 2 * (deal["Up_sale"] == "Yes") - 2 * (deal["Competitors"] == "Yes")
              + (deal["Posit_statm"] == "Yes") + (deal["Att_t_client"] == "Strategic account"))
    grade = "A" if points >= 4 else "B" if points >= 2 else "C"
    questions = sum(deal[name] == "Unknown" for name in QUESTIONS)
    if questions >= 4:
        queue = "requalify"
    elif deal["Competitors"] == "Yes" and deal["Client"] == "New":
        queue = "competitive-response"
    elif grade == "A":
        queue = "fast-track"
    elif deal["Strat_deal"] == "Very important":
        queue = "manager-review"
    else:
        queue = "standard"
    held = "Unknown" in (deal["Budgt_alloc"], deal["Purch_dept"], deal["Competitors"])
    return [points, grade, questions, f"queue {queue}", "held" if held else "ready"]


def main():
    rng = random.Random(448)
    lines, expected = [";".join(COLUMNS)], ["row,points,grade_of_deal,open_questions,desk,gate_status"]
    for row in range(1, 41):
        deal = {name: rng.choice(values) for name, values in COLUMNS.items()}
        if row % 10 == 0:
            deal.update({name: "Unknown" for name in rng.sample(QUESTIONS, 4)})
        lines.append(";".join(deal.values()))
        expected.append(",".join(str(cell) for cell in [row, *decided(deal)]))
    here = Path(__file__)
    here.with_name("sample.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    here.with_name("expected.csv").write_text("\n".join(expected) + "\n", encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
