#!/usr/bin/env python3
"""Writes territories.csv (3,000 rows) and named_accounts.csv: the sheets of a made-up sales organisation.

Run it in this folder:  python3 make_territories.py
It always writes the same bytes. Postal areas are real: the first three digits of US ZIP codes, the first two of
German and French postal codes, the first of Austrian and Swiss ones. The people are made up.
"""

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
ROWS = 3000
rng = random.Random(20261123)

# US ZIP codes: state, first three digits from, to. What lies between the ranges is not given to anybody.
ZIP3 = """MA 10 27|RI 28 29|NH 30 38|ME 39 49|VT 50 59|CT 60 69|NJ 70 89|NY 100 149|PA 150 196|DE 197 199|DC 200 205|MD 206 212
MD 214 219|VA 220 246|WV 247 268|NC 270 289|SC 290 299|GA 300 319|FL 320 342|FL 344 344|FL 346 347|FL 349 349|AL 350 352|AL 354 369
TN 370 385|MS 386 397|GA 398 399|KY 400 418|KY 420 427|OH 430 459|IN 460 479|MI 480 499|IA 500 516|IA 520 528|WI 530 532|WI 534 535
WI 537 549|MN 550 551|MN 553 567|SD 570 577|ND 580 588|MT 590 599|IL 600 620|IL 622 629|MO 630 631|MO 633 641|MO 644 658|KS 660 662
KS 664 679|NE 680 681|NE 683 693|LA 700 701|LA 703 708|LA 710 714|AR 716 729|OK 730 731|TX 733 733|OK 734 741|OK 743 749|TX 750 770
TX 772 799|CO 800 816|WY 820 831|ID 832 838|UT 840 847|AZ 850 853|AZ 855 857|AZ 859 860|AZ 863 865|NM 870 871|NM 873 875|NM 877 884
NV 889 891|NV 893 895|NV 897 898|CA 900 908|CA 910 928|CA 930 961|HI 967 968|OR 970 979|WA 980 994|AK 995 999"""
DIVISIONS = {"New England": "MA RI NH ME VT CT", "Mid-Atlantic": "NJ NY PA", "South Atlantic": "DE DC MD VA WV NC SC GA FL",
             "South Central": "AL TN MS KY LA AR OK TX", "Great Lakes": "OH IN MI WI IL", "Plains": "IA MN SD ND MO KS NE",
             "Mountain": "MT CO WY ID UT AZ NM NV", "Pacific": "CA HI OR WA AK"}
PLZ = [n for n in range(1, 100) if n not in (5, 11, 43, 62)]
DEPARTEMENTS = list(range(1, 96)) + [97]
COUNTRIES = {
    "amer": "AG AR BB BO BR BS BZ CA CL CO CR DM DO EC GD GT GY HN HT JM KN LC MX NI PA PE PY SR SV TT UY VC VE",
    "emea": "AD AE AL AM AO AZ BA BE BF BG BH BI BJ BW CD CF CG CI CM CV CY CZ DJ DK DZ EE EG ER ES ET FI GA GB GE GH GM GN GQ GR "
            "GW HR HU IE IL IQ IS IT JO KE KM KW LB LR LS LT LU LV LY MA MC MD ME MG MK ML MR MT MU MW MZ NA NE NG NL NO OM PL PT "
            "QA RO RS RW SA SC SE SI SK SL SM SN SO ST SZ TD TG TN TR TZ UA UG VA XK YE ZA ZM ZW",
    "dach": "LI",
    "apac": "AF AU BD BN BT CN FJ FM HK ID IN JP KG KH KI KR KZ LA LK MH MM MN MO MV MY NP NR NZ PG PH PK PW SB SG TH TJ TL TM TO TV TW UZ VN VU WS",
}
LARGE = "GB NL BE SE NO DK FI ES IT PL IE PT CZ IL AE SA ZA TR CA BR MX AR CL CO AU NZ IN JP KR SG HK TW ID MY TH PH VN".split()
FIRST = ["Amelia", "Bruno", "Chloe", "Dario", "Elena", "Farid", "Grace", "Henrik", "Ida", "Jamal", "Keiko", "Liam", "Mina", "Noah",
         "Olivia", "Pavel", "Quinn", "Rosa", "Sven", "Tara"]
LAST = ["Abbott", "Becker", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Hughes", "Ito", "Jensen", "Kaya", "Lindqvist",
        "Moreau", "Novak", "Okafor", "Patel", "Quist", "Rossi", "Shaw", "Tanaka"]
people = [f"{first} {last}" for first in FIRST for last in LAST]
rng.shuffle(people)


def zip3():
    """Every ZIP3 area with its state."""
    for part in ZIP3.replace("\n", "|").split("|"):
        state, low, high = part.split()
        for area in range(int(low), int(high) + 1):
            yield area, state


def us_rows():
    """Small companies of every area go to a pool; enterprises, and the mid-size of the larger areas, to a person."""
    division = {state: name for name, states in DIVISIONS.items() for state in states.split()}
    hunters = {name: [people.pop() for _ in range(3)] for name in DIVISIONS}
    mid = {state: people.pop() for state in sorted(division)}
    areas = list(zip3())
    rows = [["US", "", "", "", "inside_amer", "amer"]]
    for area, state in areas:
        rows.append(["US", area, "", "", "inside_amer", "amer"])
        rows.append(["US", area, "enterprise", hunters[division[state]][area % 3], "", "amer"])
    return rows, [["US", area, "mid", mid[state], "", "amer"] for area, state in areas]


def european_rows():
    """Germany by two digits, France by department, Austria and Switzerland by one digit."""
    rows = [["DE", "", "", "", "inside_emea", "dach"], ["FR", "", "", "", "inside_emea", "emea"]]
    large, mid = [people.pop() for _ in range(6)], [people.pop() for _ in range(10)]
    for area in PLZ:
        rows.append(["DE", area, "", "", "inside_emea", "dach"])
        rows.append(["DE", area, "mid", mid[area // 10], "", "dach"])
        rows.append(["DE", area, "enterprise", large[area // 17], "", "dach"])
    paris, province = people.pop(), [people.pop() for _ in range(4)]
    for area in DEPARTEMENTS:
        rows.append(["FR", area, "", "", "inside_emea", "emea"])
        rows.append(["FR", area, "enterprise", paris if area in (75, 77, 78, 91, 92, 93, 94, 95) else province[area % 4], "", "emea"])
    austria = people.pop()
    rows.append(["AT", "", "", "", "inside_emea", "dach"])
    # Without the third of these rows an enterprise in Vienna (area 1) would fit the other two, and neither says more.
    rows.append(["AT", 1, "", "Vera Wiener", "", "dach"])
    rows.append(["AT", "", "enterprise", austria, "", "dach"])
    rows.append(["AT", 1, "enterprise", "Vera Wiener", "", "dach"])
    swiss = {area: people.pop() if area in (1, 3, 8) else "" for area in range(1, 10)}
    rows.append(["CH", "", "", "", "inside_emea", "dach"])
    for area, rep in swiss.items():
        rows.append(["CH", area, "", rep, "" if rep else "inside_emea", "dach"])
    return rows


def country_rows():
    """All other countries as a whole; the large markets have people of their own for larger companies."""
    rows = []
    for region, codes in COUNTRIES.items():
        pool = {"amer": "inside_amer", "apac": "inside_apac"}.get(region, "inside_emea")
        for code in codes.split():
            rows.append([code, "", "", "", pool, region])
            if code in LARGE:
                hunter = people.pop()
                rows.append([code, "", "enterprise", hunter, "", region])
                rows.append([code, "", "mid", people.pop() if code in ("GB", "CA", "AU", "IN", "JP") else hunter, "", region])
    return rows


def named_rows():
    """Companies that belong to one person, wherever they write from."""
    owners = [people.pop() for _ in range(8)]
    return [[f"key-account-{n:02}.example", owners[n % 8]] for n in range(1, 41)]


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def main():
    us, us_mid = us_rows()
    others = european_rows() + country_rows()
    rest = ROWS - len(us) - len(others)
    rows = us + rng.sample(us_mid, rest) + others
    rng.shuffle(rows)  # a sheet that many hands have sorted: which row wins does not depend on the order
    write("territories.csv", ["country", "postal_area", "segment", "rep", "pool", "region"], rows)
    write("named_accounts.csv", ["domain", "owner"], named_rows())


if __name__ == "__main__":
    main()
