#!/usr/bin/env python3
"""Writes accounts.csv, contacts.csv and activities.csv: made-up people at made-up companies.

Run it in this folder:  python3 make_sample.py
It always writes the same bytes. The sample is made for `now` = 2026-11-23 09:00 in London.
"""

import csv
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)  # 09:00 in London
rng = random.Random(20261125)

NAMES_A = ["North", "Blue", "Iron", "Maple", "Summit", "Harbor", "Alpen", "Rhein", "Silver", "Delta", "Quanta", "Linden", "Orbit"]
NAMES_B = ["works", "soft", "foods", "freight", "bank", "health", "metal", "cloud", "paper", "energy", "tools", "media"]
OWNERS = ["Nina Berg", "Tom Seidel", "Aylin Demir", "Peter Lang", "Grace Hughes"]
FIRST = ["ana", "ben", "cleo", "dan", "eve", "finn", "gita", "hal", "iris", "jon", "kim", "lee", "maya", "ned", "opal", "pat"]
LAST = ["adler", "brook", "chan", "diaz", "ekman", "ford", "gray", "hill", "ito", "jones", "king", "lund", "moss", "novak"]
# What the CRM says of a person, with the spellings that the teams use, and what stands on the business card.
PEOPLE = [("Decision Maker", "CEO"), ("decision_maker", "Managing Director"), ("", "VP Operations"), ("", "Head of Sales"),
          ("Champion", "Sales Operations Manager"), ("champion", "Team Lead"), ("champion", "RevOps Analyst"),
          ("Economic Buyer", "CFO"), ("finance", "Financial Controller"), ("", "VP Finance"), ("", "Head of Procurement"),
          ("Technical Buyer", "Solution Architect"), ("technical", "CTO"), ("", "Director of IT"), ("", "Security Engineer"),
          ("End User", "Sales Representative"), ("Influencer", "CFO"), ("other", "Consultant"), ("", "Office Assistant"), ("", "")]
ACCOUNT_FIELDS = ["id", "name", "owner", "segment", "is_customer", "ready_at", "accepted_at"]


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ") if t else ""


def ago(days):
    """An instant that many days before now, on a full second."""
    return NOW - timedelta(seconds=int(days * 86400))


# Accounts to look at first: name, owner, segment, customer, and per person the role, the title, whether she has left, and what she did,
# as (days ago, what). What the playbook makes of them is told in README.md.
D, C, F, T = "Decision Maker", "Champion", "Economic Buyer", "Technical Buyer"
MONTH = 30
SHOWN = [
    ("Maplehealth", "Nina Berg", "enterprise", "", [(D, "CEO", 0, [(3, "meeting")]), (C, "Team Lead", 0, [(1, "form")]), (F, "CFO", 0, [(12, "webinar")])]),
    ("Ironfreight", "", "mid", "", [(D, "CEO", 0, [(3, "meeting")]), (C, "Analyst", 0, [(1, "form")]), (F, "CFO", 0, [(9, "page_view")]),
                                    (T, "CTO", 0, [(2, "page_view")])]),
    ("Silverbank", "Tom Seidel", "enterprise", "", [(D, "CEO", 0, [(3, "meeting")]), (C, "Analyst", 0, [(1, "form")]), (F, "CFO", 0, [(MONTH + 1 / 86400, "form")])]),
    ("Bluesoft", "Tom Seidel", "Mid-Market", "", [(D, "CEO", 0, [(3, "meeting")]), (C, "Analyst", 1, [(1, "form")]), (T, "CTO", 0, [(4, "form")])]),
    ("Northpaper", "Peter Lang", "SMB", "", [(D, "Owner", 0, [(MONTH, "meeting")]), (C, "Clerk", 0, [(MONTH, "form")]), (T, "CTO", 0, [(MONTH, "webinar")])]),
    ("Harborcloud", "Peter Lang", "enterprise", "true", [(D, "CEO", 0, [(3, "meeting")]), (C, "Analyst", 0, [(1, "form")]), (F, "CFO", 0, [(2, "form")])]),
    ("Rheinmetal", "Aylin Demir", "mid", "", [("", "Managing Director", 0, [(6, "meeting")]), ("", "VP Finance", 0, [(5, "webinar")]), ("", "Director of IT", 0, [(4, "form")])]),
    ("Deltatools", "Aylin Demir", "", "", []),
    ("Quantamedia", "Grace Hughes", "small", "", [(C, "Analyst", 0, [(1, "form")])] * 5),
    ("Lindenfoods", "Grace Hughes", "enterprise", "", [(D, "CEO", 0, [(1, "email_open")]), (C, "Analyst", 0, [(2, "email_open")]), (F, "CFO", 0, [(-7, "meeting")])]),
]


def contact(account, role, title, left):
    return {"account_id": account, "email": f"{rng.choice(FIRST)}.{rng.choice(LAST)}@company.example" if rng.random() < 0.92 else "",
            "title": title, "role": role, "left_company": left}


def sample():
    accounts, contacts, events = [], [], []
    for name, owner, segment, customer, people in SHOWN:
        account = f"A-{len(accounts) + 1:03}"
        accounts.append(dict.fromkeys(ACCOUNT_FIELDS, "") | {"id": account, "name": name, "owner": owner, "segment": segment, "is_customer": customer})
        for role, title, left, did in people:
            contacts.append(contact(account, role, title, "true" if left else ""))
            events.extend((len(contacts), ago(days), kind) for days, kind in did)
    accounts[0]["ready_at"] = stamp(NOW - timedelta(days=2, hours=17))  # Friday afternoon
    while len(accounts) < 150:
        account = f"A-{len(accounts) + 1:03}"
        accounts.append({
            "id": account, "name": rng.choice(NAMES_A) + rng.choice(NAMES_B) if rng.random() < 0.97 else "",
            "owner": rng.choice(OWNERS) if rng.random() < 0.8 else "", "segment": rng.choice(["enterprise", "mid", "Mid-Market", "small", "SMB", ""]),
            "is_customer": rng.choices(["true", "false", ""], [12, 60, 28])[0], **facts(),
        })
        warm = rng.random()
        for _ in range(rng.choice([0, 2, 3, 4, 5, 6, 8, 10])):
            role, title = rng.choice(PEOPLE)
            contacts.append(contact(account, role, title, rng.choices(["true", "false", ""], [8, 50, 42])[0]))
            for _ in range(int(rng.expovariate(1 / (0.3 + 14 * warm)))):
                kind = rng.choices(["email_open", "page_view", "webinar", "form", "meeting"], [40, 35, 10, 8, 7])[0]
                events.append((len(contacts), ago(rng.triangular(-2, 90, 3)), kind))
    for number in range(6):  # people of companies that are not in the file, and one without any company
        contacts.append(contact(f"A-9{number:02}" if number else "", *rng.choice(PEOPLE), ""))
        events.append((len(contacts), ago(5), "form"))
    return accounts, contacts, events


def facts():
    """When the CRM noted a ready group, and when sales took it."""
    if rng.random() > 0.3:
        return {"ready_at": "", "accepted_at": ""}
    ready = NOW.replace(hour=rng.randint(9, 16), minute=rng.randint(0, 59)) - timedelta(days=rng.randint(1, 100))
    ready -= timedelta(days=max(0, ready.weekday() - 4))  # on a Friday instead of on a weekend
    accepted = ready + timedelta(seconds=int(rng.expovariate(1 / 30_000)))
    return {"ready_at": stamp(ready), "accepted_at": stamp(accepted) if accepted < NOW and rng.random() < 0.8 else ""}


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    accounts, contacts, events = sample()
    rows = [[f"E-{number:05}", f"C-{who:04}", stamp(at), kind] for number, (who, at, kind) in enumerate(events, 1)]
    rows.extend(list(row) for row in rng.sample(rows, 10))  # sent twice, under the same id
    rows.append(["E-99999", "C-9999", stamp(ago(2)), "form"])  # somebody who was deleted
    rows.sort(key=lambda row: (row[2], row[0]))
    write("accounts.csv", ACCOUNT_FIELDS, [[a[k] for k in ACCOUNT_FIELDS] for a in accounts])
    fields = ["account_id", "email", "title", "role", "left_company"]
    write("contacts.csv", ["id", *fields], [[f"C-{n:04}", *(c[k] for k in fields)] for n, c in enumerate(contacts, 1)])
    write("activities.csv", ["id", "contact_id", "at", "kind"], rows)


if __name__ == "__main__":
    main()
