#!/usr/bin/env python3
"""Writes made-up exports in the layouts of Salesforce, HubSpot, Marketo, Dynamics 365 and Odoo, and what the example
playbooks beside them must decide, computed here a second time.

Run it in this folder:  python3 make_exports.py
It always writes the same bytes. The exports are made for `now` = 2026-11-23 09:00 in Berlin.
"""

import csv
import io
import json
import random
import re
import zipfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
UTC = timezone.utc
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 09:00 in Berlin
BUYER = re.compile(r"\b(vp|chief|c[eft]o|head of|director)\b", re.I)
TITLES = ["VP Sales", "CEO", "CFO", "CTO", "Head of Operations", "Director Sales", "Director of IT", "Sales Manager", "Marketing Manager",
          "Team Lead Support", "Analyst", "Consultant", "Student", ""]
FIRST = ["Anna", "Ben", "Carla", "Deniz", "Elif", "Felix", "Greta", "Hugo", "Inès", "Jonas", "Kaja", "Luca", "Mara", "Nils", "Zoë", "Paul"]
LAST = ["Adler", "Berger", "Conrad", "Dietz", "Ebert", "Fuchs", "Groß", "Hahn", "Jansen", "Keller", "Müller", "Maier", "Novák", "O'Neil", "Peters"]
COMPANIES = [("Nordwerk GmbH", "nordwerk"), ("Alpen Soft AG", "alpensoft"), ("Rhein & Söhne KG", "rheinsoehne"), ("Hanse, Logistik GmbH", "hanselogistik"),
             ('Blue "Data" Ltd', "bluedata"), ("Silverbank plc", "silverbank"), ("Atlas Pharma", "atlaspharma"), ("Delta Energie", "deltaenergie")]
PLACES = [("DE", "Germany", "BY", "Bavaria", "München", "80331"), ("DE", "Germany", "HH", "Hamburg", "Hamburg", "20095"),
          ("AT", "Austria", "", "", "Wien", "1010"), ("CH", "Switzerland", "ZH", "Zurich", "Zürich", "8001"),
          ("GB", "United Kingdom", "", "", "London", "EC1A 1BB"), ("US", "United States", "CA", "California", "San José", "95112"), ("", "", "", "", "", "")]


def people(rng, count):
    """What the five systems have in common: persons at companies, some of it unknown."""
    found = []
    for number in range(count):
        first, last = rng.choice(FIRST), rng.choice(LAST)
        company, domain = rng.choice(COMPANIES)
        host = rng.choice(["gmail.com", "gmx.de"]) if rng.random() < 0.15 else domain + ".example"
        plain = (first + "." + last).lower().translate(str.maketrans("èëßüá'", "eesua_")).replace("_", "")
        found.append({
            "number": number, "first": first, "last": last, "company": company, "domain": domain,
            "email": f"{plain}@{host}" if rng.random() < 0.9 else "", "title": rng.choice(TITLES), "place": rng.choice(PLACES),
            "employees": rng.choice([None, 0, 12, 60, 199, 200, 450, 999, 1000, 2500, 12000]),
            "revenue": rng.choice([None, 250_000, 4_800_000, 9_999_999, 10_000_000, 85_000_000]),
            "created": NOW - timedelta(days=rng.randint(5, 200), minutes=rng.randint(0, 1439)),
        })
    return found


def berlin(t):
    """The clock in Berlin at an instant of 2026."""
    summer = datetime(2026, 3, 29, 1, tzinfo=UTC) <= t < datetime(2026, 10, 25, 1, tzinfo=UTC)
    return (t + timedelta(hours=2 if summer else 1)).replace(tzinfo=None)


def write(path, header, rows, *, quoting=csv.QUOTE_MINIMAL, newline="\n", encoding="utf-8"):
    text = io.StringIO()
    out = csv.writer(text, quoting=quoting, lineterminator=newline)
    out.writerow(header)
    out.writerows(["" if cell is None else cell for cell in row] for row in rows)
    (HERE / path).write_bytes(text.getvalue().encode(encoding))


def iso(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ") if t else ""


def money(amount):
    """An amount in cents as results show it."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}"


def number(x):
    """A number as results show it."""
    return "" if x is None else repr(int(x)) if x == int(x) else repr(x)


def band(score, *steps):
    return next(label for least, label in steps if score >= least)


# ---- Salesforce --------------------------------------------------------------------------------------------------------
SF_INDUSTRY = ["Technology", "Banking", "Finance", "Manufacturing", "Food & Beverage", "Not For Profit", "Other", ""]
SF_SOURCE = ["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other", ""]
SF_STAGES = [("Prospecting", 10, "Pipeline"), ("Qualification", 10, "Pipeline"), ("Needs Analysis", 20, "Pipeline"), ("Value Proposition", 50, "BestCase"),
             ("Id. Decision Makers", 60, "BestCase"), ("Perception Analysis", 70, "BestCase"), ("Proposal/Price Quote", 75, "Forecast"),
             ("Negotiation/Review", 90, "Forecast"), ("Closed Won", 100, "Closed"), ("Closed Lost", 0, "Omitted")]
USERS = [("005", "Nina Berg"), ("005", "Tom Seidel"), ("005", "Aylin Demir")]


def sf_id(prefix, number):
    """An id of 18 characters: the last three say which of the others are capitals."""
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    tail, rest = "", 7_919_003 + number * 104_729
    while rest:
        tail, rest = signs[rest % 62] + tail, rest // 62
    plain = prefix + "5g0" + tail.rjust(9, "0")
    check = ""
    for block in (plain[0:5], plain[5:10], plain[10:15]):
        check += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[sum(1 << i for i, c in enumerate(block) if c.isupper())]
    return plain + check


def sf_time(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S.000Z") if t else ""


def sf_fit(lead, industry, home, source, rating, bounced):
    company = 30 if (lead["employees"] or 0) >= 1000 else 20 if (lead["employees"] or 0) >= 200 else 0
    company += 20 if industry in ("Technology", "Banking", "Finance") else 0
    company += 10 if (lead["revenue"] or 0) >= 10_000_000 else 0
    score = min(company, 50) + (10 if home else 0) + (15 if BUYER.search(lead["title"]) else 0)
    score += {"Hot": 10, "Warm": 5}.get(rating, 0) + (5 if source in ("Web", "Phone Inquiry") else 0) - (20 if bounced else 0)
    return max(0, min(100, score))


def salesforce():
    rng = random.Random(20261101)
    users = [sf_id(prefix, 10 + i) for i, (prefix, _) in enumerate(USERS)]
    queue = sf_id("00G", 1)
    leads, history, deals, steps, report = [], [], [], [], []
    lead_results, report_results = [], []
    won_by = {}

    def deal(number, name, created, amount, last):
        """An opportunity that went through its stages up to one, and its rows of history."""
        key, owner = sf_id("006", number), rng.choice(users)
        walked = [*range(rng.randint(0, 2), min(last, 8)), last]
        at, close, dates, seen = created, created.date() + timedelta(days=60), [], []
        for place in walked:
            if rng.random() < 0.3 and dates:
                close += timedelta(days=30)
            stage, chance, forecast = SF_STAGES[place]
            value = amount if place >= 3 or amount is None else amount // 2
            dates.append(close)
            seen.append(value)
            steps.append([sf_id("008", len(steps)), key, owner, sf_time(at), stage, "" if value is None else f"{value}.0",
                          "" if value is None else f"{value * chance / 100}", close.isoformat(), f"{chance}.0", forecast, sf_time(at), "false"])
            changed, at = at, min(at + timedelta(days=rng.randint(2, 25), minutes=rng.randint(0, 600)), NOW - timedelta(hours=1))
        stage, chance, forecast = SF_STAGES[last]
        closed, overdue, step = last >= 8, rng.random() < 0.3, rng.choice(["", "Call the CFO", "Send the contract, signed"])
        deals.append([key, sf_id("001", number % 8), name, stage, dates[-1].isoformat(), "" if amount is None else f"{amount}.0", f"{chance}.0",
                      "" if amount is None else f"{amount * chance / 100}", rng.choice(["New Customer", "Existing Customer - Upgrade", ""]),
                      rng.choice(SF_SOURCE), step, str(closed).lower(), str(last == 8).lower(), forecast,
                      {"BestCase": "Best Case", "Forecast": "Commit"}.get(forecast, forecast), sf_id("701", 1) if number % 2 else "", owner, sf_id("003", number), "4", "2026", "2026 4", sf_time(changed), "false",
                      str(overdue).lower(), rng.choice(["", 'They said: "later"\nand then nothing']), sf_time(created),
                      changed.date().isoformat() if number % 3 else "", "false"])
        risk = min(45, 15 * (len(set(dates)) - 1))
        if not closed:
            risk += 25 if (NOW.date() - berlin(changed).date()).days > 30 else 0
            risk += (20 if overdue else 0) + (10 if not step else 0) + (10 if dates[-1] < NOW.date() else 0)
        known = [v for v in seen if v is not None]
        weighted = None if closed or amount is None else amount * chance
        deal_results.append([key, risk, band(risk, (50, "high"), (20, "some"), (0, "none")), money(weighted),
                             money(max(known) * 100 if known else None), len(walked)])
        return key, amount if last == 8 else None

    deal_results = []
    for p in people(rng, 40):
        n, key = p["number"], sf_id("00Q", p["number"])
        code, country, state_code, state, city, zip_code = p["place"]
        industry, source, rating = rng.choice(SF_INDUSTRY), rng.choice(SF_SOURCE), rng.choice(["Hot", "Warm", "Cold", "", ""])
        status = rng.choice(["Open - Not Contacted", "Working - Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"])
        owner = queue if status == "Open - Not Contacted" and rng.random() < 0.7 else rng.choice(users)
        opted, bounced = rng.random() < 0.15, rng.random() < 0.1
        bad = n == 7
        if bad:
            source = "Customer Event"  # a value that this org added to the picklist, and the mapping does not have
        worked = None if status == "Open - Not Contacted" else p["created"] + timedelta(minutes=6 * rng.randint(1, 700))
        won = deal_key = None
        if status == "Closed - Converted":
            deal_key, won = deal(n, p["company"] + " - " + p["last"], worked + timedelta(days=2), rng.choice([12000, 48000, 120000]), rng.choice([3, 6, 8, 8, 9]))
        text = rng.choice(["", "", "Met at the fair.\nSaid \"call me\", twice; in May.", "No budget before Q2"])
        street = "Hauptstraße 12\nHinterhaus" if city and n % 3 == 0 else "High Street 7" if city else ""
        leads.append([key, p["first"], p["last"], p["title"], p["company"], p["email"], "+49 (40) 555-01" + f"{n:02d}", "+49 151 555 01" + f"{n:02d}" if n % 2 else "",
                      "www." + p["domain"] + ".example" if n % 3 else "", street, city, state, state_code, zip_code,
                      country, code, industry, p["employees"], "" if p["revenue"] is None else f"{p['revenue']}.0", source, status, rating, owner,
                      str(opted).lower(), "false", sf_time(p["created"] + timedelta(days=1)) if bounced else "",
                      "550 user unknown" if bounced else "", text, sf_time(p["created"]), sf_time(worked or p["created"]), sf_time(worked or p["created"]),
                      worked.date().isoformat() if worked else "", str(deal_key is not None).lower(),
                      (worked + timedelta(days=2)).date().isoformat() if deal_key else "", sf_id("001", n % 8) if deal_key else "",
                      sf_id("003", n) if deal_key else "", deal_key, "false", "", str(worked is None).lower(), "Pending", ""])

        def change(at, field, kind, old, new):
            history.append([sf_id("017", len(history)), "false", key, users[0], sf_time(at), field, kind, old, new])

        change(p["created"], "created", "Text", "", "")
        owners = 0
        if owner != queue:
            name = USERS[users.index(owner)][1]
            change(p["created"] + timedelta(minutes=5), "Owner", "Text", "New leads", name)
            change(p["created"] + timedelta(minutes=5), "Owner", "EntityId", queue, owner)
            owners = 1
        if worked:
            change(worked, "Status", "DynamicEnum", "Open - Not Contacted", "Working - Contacted")
            if status != "Working - Contacted":
                change(worked + timedelta(days=2), "Status", "DynamicEnum", "Working - Contacted", status)
        if deal_key:
            change(worked + timedelta(days=2), "leadConverted", "Text", "", "")

        fit = sf_fit(p, industry, code in ("DE", "AT", "CH"), source, rating, bounced)
        desk = "hold" if opted or status.startswith("Closed") else f"person {owner}" if owner.startswith("005") else "queue new_leads"
        if not bad:
            lead_results.append([key, fit, band(fit, (60, "A"), (30, "B"), (0, "C")), number((worked - p["created"]).total_seconds() / 3600) if worked else "",
                                 owners, money(won * 100 if won else None), desk])
        if n in range(12) and not bad:
            name = "New leads" if owner == queue else USERS[users.index(owner)][1]
            local = berlin(p["created"])
            report.append([key[:15], p["first"], p["last"], p["title"], p["company"], p["email"], street, city, state, zip_code, country, industry, p["employees"],
                           "" if p["revenue"] is None else f"{p['revenue']:,}.00", source, status, rating or "-", name, str(int(opted)), "0", text,
                           f"{local.month}/{local.day}/{local.year} {local.hour % 12 or 12}:{local.minute:02d} {'PM' if local.hour > 11 else 'AM'}",
                           f"{local.month}/{local.day}/{local.year}", str(int(deal_key is not None))])
            fit = sf_fit(p, industry, country in ("Germany", "Austria", "Switzerland"), source, rating, False)
            call = "" if not status.startswith("Open") else "call now" if fit >= 30 and not opted else "wait"
            report_results.append([key[:15], fit, call, "" if deal_key else (NOW.date() - local.date()).days])
    for n in range(40, 60):
        created = NOW - timedelta(days=rng.randint(20, 160), minutes=rng.randint(0, 1439))
        deal(n, f"Deal {n}, renewal" if n % 4 == 0 else f"Deal {n}", created, rng.choice([None, 9000, 30000, 75000]), rng.randint(0, 9))

    every = csv.QUOTE_ALL  # Data Loader quotes every cell
    write("salesforce/leads.csv", ["Id", "FirstName", "LastName", "Title", "Company", "Email", "Phone", "MobilePhone", "Website", "Street", "City", "State", "StateCode",
          "PostalCode", "Country", "CountryCode", "Industry", "NumberOfEmployees", "AnnualRevenue", "LeadSource", "Status", "Rating", "OwnerId",
          "HasOptedOutOfEmail", "DoNotCall", "EmailBouncedDate", "EmailBouncedReason", "Description", "CreatedDate", "LastModifiedDate", "SystemModstamp",
          "LastActivityDate", "IsConverted", "ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId", "IsDeleted",
          "MasterRecordId", "IsUnreadByOwner", "CleanStatus", "CompanyDunsNumber"], leads, quoting=every)
    write("salesforce/lead_history.csv", ["Id", "IsDeleted", "LeadId", "CreatedById", "CreatedDate", "Field", "DataType", "OldValue", "NewValue"], history, quoting=every)
    write("salesforce/opportunities.csv", ["Id", "AccountId", "Name", "StageName", "CloseDate", "Amount", "Probability", "ExpectedRevenue", "Type", "LeadSource",
          "NextStep", "IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", "CampaignId", "OwnerId", "ContactId", "FiscalQuarter", "FiscalYear", "Fiscal",
          "LastStageChangeDate", "HasOpenActivity", "HasOverdueTask", "Description", "CreatedDate", "LastActivityDate", "IsDeleted"], deals, quoting=every)
    write("salesforce/opportunity_history.csv", ["Id", "OpportunityId", "CreatedById", "CreatedDate", "StageName", "Amount", "ExpectedRevenue", "CloseDate",
          "Probability", "ForecastCategory", "SystemModstamp", "IsDeleted"], steps, quoting=every)
    # A report goes out in the old Western encoding unless somebody asks for UTF-8.
    write("salesforce/leads_report.csv", ["Lead ID", "First Name", "Last Name", "Title", "Company / Account", "Email", "Street", "City", "State/Province", "Zip/Postal Code",
          "Country", "Industry", "No. of Employees", "Annual Revenue", "Lead Source", "Lead Status", "Rating", "Lead Owner", "Email Opt Out", "Do Not Call",
          "Description", "Create Date", "Last Activity", "Converted"], report, quoting=every, newline="\r\n", encoding="iso-8859-1")
    names = ["id", "fit", "tier", "hours_to_work", "owners_so_far", "won", "desk"]
    write("salesforce/expected.csv", names, lead_results)
    write("salesforce/expected_report.csv", ["id", "fit", "first_call", "days_old"], report_results)
    write("salesforce/expected_deals.csv", ["id", "risk", "worry", "weighted", "best_seen", "changes"], deal_results)


# ---- HubSpot -----------------------------------------------------------------------------------------------------------
HS_SOURCE = ["Organic Search", "Paid Search", "Email Marketing", "Organic Social", "Referrals", "Direct Traffic", "Offline Sources", "Paid Social", ""]
HS_STAGES = [("Appointment Scheduled", 0.2), ("Qualified To Buy", 0.4), ("Presentation Scheduled", 0.6), ("Decision Maker Bought-In", 0.8),
             ("Contract Sent", 0.9), ("Closed Won", 1.0), ("Closed Lost", 0.0)]
HS_LIFE = ["Subscriber", "Lead", "Marketing Qualified Lead", "Sales Qualified Lead", "Opportunity", "Customer", "Evangelist", "Other", ""]


def hubspot():
    rng = random.Random(20261102)
    contacts, results, deals, deal_results, open_sums = [], [], [], [], {}

    def stamp(t):
        return berlin(t).strftime("%Y-%m-%d %H:%M") if t else ""  # the account's clock, without a zone, to the minute

    for n in range(26):
        stage, chance = rng.choice(HS_STAGES)
        amount, created = rng.choice([None, 8000, 25000, 50000, 90000]), NOW - timedelta(days=rng.randint(5, 150), minutes=rng.randint(0, 1439))
        close = NOW + timedelta(days=rng.choice([-40, -3, 2, 13, 16, 60]), minutes=rng.randint(0, 300))
        company, ids = 9_876_543_210 + rng.randint(0, 7), ";".join(str(151 + 50 * rng.randint(0, 39)) for _ in range(rng.randint(1, 2)))
        is_open, lost = not stage.startswith("Closed"), stage == "Closed Lost"
        reason = rng.choice(["Price too high; went with a cheaper one", "No budget", "Went silent", ""]) if lost else ""
        label = stage + (" (Sales Pipeline)" if n % 5 == 0 else "")
        deals.append([f"{7_100_000_000 + n}", f"{COMPANIES[n % 8][0]} - New Deal", "Sales Pipeline", label, amount, stamp(close), stamp(created),
                      str(stage == "Closed Won").lower(), f"{chance}", reason, "Nina Berg", ids, str(company), COMPANIES[n % 8][0], "EUR"])
        urgency = 0
        if is_open:
            urgency += (40 if close < NOW else 0) + (20 if NOW <= close <= NOW + timedelta(days=14) else 0) + (20 if (amount or 0) >= 50000 else 0)
            if amount is not None:
                open_sums[company] = open_sums.get(company, 0) + amount
        urgency += 10 if ";" in ids else 0
        deal_results.append([f"{7_100_000_000 + n}", urgency, money(round(chance * amount * 100)) if is_open and amount is not None else "",
                             (NOW.date() - berlin(created).date()).days if is_open else "",
                             str(bool(re.search("price|budget", reason, re.I))).lower() if lost and reason else ""])
    for p in people(rng, 42):
        _, country, _, state, city, zip_code = p["place"]
        products = rng.choice(["", "Scoring", "Scoring;Routing", "Routing;KPI", "Routing;Scoring", "Scoring Lite;KPI"])
        source, life = rng.choice(HS_SOURCE), rng.choice(HS_LIFE)
        pages, forms, clicks = rng.choice(["", 0, 4, 18, 35]), rng.choice(["", 0, 1, 3]), rng.choice(["", 0, 2, 9])
        closing, bounce = rng.choice(["", "0.031", "0.25", "0.4182"]), rng.choice(["", "", "", "", "Unknown user"])
        company = "" if p["number"] % 6 == 0 else 9_876_543_210 + rng.randint(0, 7)
        mql = p["created"] + timedelta(minutes=30 * rng.randint(1, 900)) if HS_LIFE.index(life) in range(2, 7) else None
        size = {None: "", 12: "11-50", 60: "51-200", 2500: "1,001-5,000", 12000: "10,001+"}.get(p["employees"], p["employees"])
        least = {12: 11, 60: 51, 2500: 1001, 12000: 10001}.get(p["employees"], p["employees"]) or 0
        email = p["email"].upper() if p["number"] % 9 == 0 else p["email"]
        contacts.append([f"{151 + 50 * p['number']}", p["first"], p["last"], email, "+44 20 7946 0" + f"{p['number']:03d}", p["company"], p["title"], city, state, country,
                         zip_code, "COMPUTER_SOFTWARE", size, p["revenue"], life, rng.choice(["New", "Open", "In Progress", "Attempted to Contact", "Bad Timing", ""]),
                         source, rng.choice(["Nina Berg", "Tom Seidel", ""]), products, forms, pages, rng.choice(["", 3]), rng.choice(["", 7]), clicks, rng.choice(["", "12.5"]),
                         closing, rng.choice(["Low", "Medium", "High", "Very high", "(No value)", ""]), rng.choice(["true", "false", ""]), bounce, stamp(p["created"]),
                         stamp(p["created"] + timedelta(days=1)), stamp(p["created"] + timedelta(days=3)) if p["number"] % 2 else "", stamp(mql),
                         stamp(mql and mql + timedelta(days=2)) if HS_LIFE.index(life) in range(3, 7) else "", company, p["company"], "Bring a \"plan B\",\nthen call"])
        fit = (30 if least >= 1000 else 20 if least >= 200 else 0) + (20 if BUYER.search(p["title"]) else 0)
        fit += (15 if "Scoring" in products.split(";") else 0) + (10 if source in ("Organic Search", "Direct Traffic", "Referrals") else 0)
        fit -= 30 if email.lower().endswith(("@gmail.com", "@gmx.de")) else 0
        fit = max(0, min(100, fit))
        interest = min(20, pages or 0) + min(30, 15 * (forms or 0)) + min(20, 5 * (clicks or 0)) + (10 if float(closing or 0) >= 0.25 else 0)
        interest = max(0, min(100, interest - (50 if bounce else 0)))
        grade = "ABC"[0 if fit >= 40 else 1 if fit >= 20 else 2] + "123"[0 if interest >= 40 else 1 if interest >= 15 else 2]
        # A missing stage is no customer.
        qualified = grade in ("A1", "A2", "A3", "B1") and life not in ("Customer", "Evangelist", "Other")
        status = "no" if not qualified else "ready" if email else "held"
        total = money(open_sums.get(company, 0) * 100)
        results.append([f"{151 + 50 * p['number']}", fit, interest, grade, total, number((mql - p["created"]).total_seconds() / 3600) if mql else "",
                        str(qualified).lower(), status, {"no": "", "ready": "Grade", "held": "email is missing"}[status]])
    write("hubspot/contacts.csv", ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Company Name", "Job Title", "City", "State/Region", "Country/Region",
          "Postal Code", "Industry", "Number of Employees", "Annual Revenue", "Lifecycle Stage", "Lead Status", "Original Traffic Source", "Contact owner",
          "Products of interest", "Number of Form Submissions", "Number of Page Views", "Number of Sessions", "Marketing emails opened", "Marketing emails clicked",
          "HubSpot Score", "Likelihood to close", "Contact priority", "Unsubscribed from all email", "Email hard bounce reason", "Create Date", "Last Modified Date",
          "Last Activity Date", "Became a Marketing Qualified Lead Date", "Became a Sales Qualified Lead Date", "Primary Associated Company ID", "Associated Company",
          "Message"], contacts, quoting=csv.QUOTE_ALL)
    write("hubspot/deals.csv", ["Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Close Date", "Create Date", "Is Closed Won", "Deal probability",
          "Closed Lost Reason", "Deal owner", "Associated Contact IDs", "Associated Company IDs (Primary)", "Associated Company (Primary)", "Currency"], deals,
          quoting=csv.QUOTE_ALL)
    write("hubspot/expected.csv", ["id", "fit", "interest", "priority_now", "open_deals", "hours_to_mql", "mql", "mql_status", "mql_reason"], results)
    write("hubspot/expected_deals.csv", ["id", "urgency", "weighted", "days_open", "lost_to_price"], deal_results)


# ---- Marketo -----------------------------------------------------------------------------------------------------------
PAGES = ["/", "/product", "/pricing", "/pricing?plan=team&utm_source=mail", "/blog/lead-scoring"]


def pacific(t):
    """The date in California at an instant of 2026."""
    summer = datetime(2026, 3, 8, 10, tzinfo=UTC) <= t < datetime(2026, 11, 1, 9, tzinfo=UTC)
    return (t - timedelta(hours=7 if summer else 8)).date()


def marketo():
    rng = random.Random(20261103)
    persons, log, results, guid = [], [], [], 0

    def null(cell):
        return "null" if cell in ("", None) else cell  # as the bulk extract writes nothing

    for p in people(rng, 32):
        key, unsubscribed, inferred = str(2_000_100 + p["number"]), rng.random() < 0.12, rng.choice(["", "Germany", "France"])
        _, country, _, state, city, zip_code = p["place"]
        own = rng.choice([None, 0, 15, 85, -5])
        persons.append([null(c) for c in [
            key, p["first"], p["last"], p["email"], p["title"], "Sales" if p["number"] % 2 else "", "", p["company"], "Software", p["employees"],
            None if p["revenue"] is None else f"{p['revenue']}.0", "", "", "https://www." + p["domain"] + ".example", "Line 1\nLine 2" if city and p["number"] % 5 == 0 else "",
            city, state, zip_code, country, "", inferred, rng.choice(["Web", "Webinar", "List Import", ""]), "Web page visit", rng.choice(["New", "Nurture", ""]), own,
            str(unsubscribed).lower(), "false", "", iso(p["created"]), iso(NOW - timedelta(days=1))]])
        mine = []
        for _ in range(rng.choice([0, 1, 3, 6, 12])):
            kind = rng.choice([1, 1, 1, 2, 3, 10, 10, 11, 22, 22, 46, 6])
            at = NOW - timedelta(days=rng.choice([1, 2, 2, 15, 30, 60, 89, 91, 120]), minutes=rng.choice([0, 0, 30, 300]))
            asset = {1: rng.choice(PAGES), 2: "Demo, short form", 3: "/product", 10: "Newsletter \"May\"", 11: "Newsletter \"May\"", 22: "Lead Score", 46: "Web",
                     6: "Newsletter \"May\""}[kind]
            step = rng.choice(["+5", "+10", "-3"])
            more = {1: {"Client IP Address": "192.0.2.7", "Webpage URL": asset}, 22: {"Change Value": step, "New Value": "25", "Old Value": "20", "Reason": "Changed by flow"},
                    2: {"Form Fields": '{"Email":"x@y.example"}', "Webpage ID": 41}}.get(kind, {})
            guid += 1
            row = [str(guid), key, iso(at), str(kind), "1012" if kind in (6, 10, 11) else "null", str(500 + kind), asset, json.dumps(more, separators=(",", ":"))]
            log.append(row)
            mine.append((kind, at, asset, int(step)))
            if rng.random() < 0.05:
                log.append(row)  # the log hands a few rows over twice
        recent = [m for m in mine if m[1] >= NOW - timedelta(days=90)]
        forms = sum(20 * 2 ** (-((NOW - at).total_seconds() / 86400) / 30) for kind, at, _, _ in recent if kind == 2)
        opens = {pacific(at) for kind, at, _, _ in recent if kind == 10}
        clicks = {pacific(at) for kind, at, _, _ in recent if kind in (3, 11)}
        points = min(40.0, forms) + min(20, 2 * sum(m[0] == 1 for m in recent)) + min(20, 5 * len(opens)) + min(20, 10 * len(clicks))
        priced = any(kind == 1 and at >= NOW - timedelta(days=14) and asset.startswith("/pricing") for kind, at, asset, _ in mine)
        points = round(max(0.0, min(100.0, points + (15 if priced else 0) - (40 if unsubscribed else 0))) + 1e-9, 2)
        size = p["employees"] or 0
        fit = (30 if size >= 1000 else 15 if size >= 200 else 0) + (20 if BUYER.search(p["title"]) else 0) + (10 if country or inferred else 0)
        seen = [at for kind, at, _, _ in mine if kind in (1, 2, 3, 10, 11)]
        results.append([key, f"{points:.2f}", fit, band(points, (50, "hot"), (20, "warm"), (0, "cold")), "" if own is None else own,
                        sum(step for kind, _, _, step in mine if kind == 22), iso(max(seen)) if seen else ""])
    rng.shuffle(log)
    write("marketo/people.csv", ["id", "firstName", "lastName", "email", "title", "department", "leadRole", "company", "industry", "numberOfEmployees", "annualRevenue",
          "phone", "mobilePhone", "website", "address", "city", "state", "postalCode", "country", "inferredCompany", "inferredCountry", "leadSource",
          "originalSourceType", "leadStatus", "leadScore", "unsubscribed", "doNotCall", "doNotCallReason", "createdAt", "updatedAt"], persons)
    write("marketo/activities.csv", ["marketoGUID", "leadId", "activityDate", "activityTypeId", "campaignId", "primaryAttributeValueId", "primaryAttributeValue",
          "attributes"], log)
    write("marketo/expected.csv", ["id", "engagement", "fit", "heat", "own_score", "points_given", "last_seen"], results)


# ---- Dynamics 365 ------------------------------------------------------------------------------------------------------
DY_INDUSTRY = ["Financial", "Insurance", "Consulting", "Business Services", "Durable Manufacturing", "Design, Direction and Creative Management",
               "Doctor's Offices and Clinics", ""]
DY_SOURCE = ["Seminar", "Trade Show", "Web", "Word of Mouth", "External Referral", ""]
DY_HEAD = ["(Do Not Modify) Lead", "(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On", "Name", "Topic", "Status Reason", "Created On", "Job Title",
           "Company Name", "Email", "Business Phone", "City", "Country/Region", "Industry", "No. of Employees", "Annual Revenue", "Lead Source", "Rating", "Status", "Owner",
           "Do not allow Emails", "Do not allow Phone Calls", "Description"]


def workbook(path, header, rows):
    """A static worksheet: its first three columns are hidden, and a second sheet, hidden too, is for the importer."""
    def cell(value):
        if isinstance(value, datetime):
            serial = (value - datetime(1899, 12, 30)).total_seconds() / 86400
            return f'<c s="1"><v>{serial!r}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        if value in (None, ""):
            return "<c/>"
        safe = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    top = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def sheet(lines, columns=""):
        data = "".join("<row>" + "".join(cell(c) for c in line) + "</row>" for line in lines)
        return f'{top}<worksheet xmlns="{main}">{columns}<sheetData>{data}</sheetData></worksheet>'

    hidden = '<cols><col min="1" max="3" width="0" hidden="1" customWidth="1"/></cols>'
    files = {
        "[Content_Types].xml": f'{top}<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kind}.worksheet+xml"/>' for i in (1, 2))
        + f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        "_rels/.rels": f'{top}<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{top}<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="All Leads" sheetId="1" r:id="rId1"/>'
        '<sheet name="hiddenSheet" sheetId="2" state="veryHidden" r:id="rId2"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{top}<Relationships xmlns="{packages}/relationships">'
        + "".join(f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in (1, 2))
        + f'<Relationship Id="rId3" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{top}<styleSheet xmlns="{main}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet([header, *rows], hidden),
        "xl/worksheets/sheet2.xml": sheet([["lead:AbC+/=:checksum"]]),
    }
    with zipfile.ZipFile(HERE / path, "w", zipfile.ZIP_STORED) as out:
        for name, text in files.items():
            out.writestr(zipfile.ZipInfo(name, (2026, 11, 23, 9, 0, 0)), text)


def dynamics():
    rng = random.Random(20261104)
    typed, texts, results = [], [], []
    for p in people(rng, 36):
        key = f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-ee11-{rng.getrandbits(16):04x}-{rng.getrandbits(48):012x}"
        checksum = "".join(rng.choice("ABCDEFabcdef0123456789+/") for _ in range(86)) + "=="
        created = p["created"].replace(second=0)
        modified = created + (NOW - created) * rng.choice([0.0, 0.5, 0.9])
        modified = modified.replace(second=0, microsecond=0)
        industry, source, rating = rng.choice(DY_INDUSTRY), rng.choice(DY_SOURCE), rng.choice(["Hot", "Warm", "Cold", ""])
        state, reason = rng.choice([("Open", "New"), ("Open", "New"), ("Open", "Contacted"), ("Qualified", "Qualified"), ("Disqualified", "No Longer Interested")])
        owner, no_mail, no_calls = rng.choice(["Nina Berg", "Tom Seidel", ""]), rng.random() < 0.3, rng.random() < 0.3
        words = {True: "Do Not Allow", False: "Allow"}
        row = [key, checksum, berlin(modified), f"{p['first']} {p['last']}", "Interest in scoring, 2026", reason, berlin(created), p["title"], p["company"], p["email"],
               "040 555 01" + f"{p['number']:02d}", p["place"][4], p["place"][1], industry, p["employees"], p["revenue"], source, rating, state, owner,
               words[no_mail], words[no_calls], rng.choice(["", "Called.\nWill \"think\" about it"])]
        typed.append(row)

        def shown(cell, column):
            if isinstance(cell, datetime):
                return f"{cell.month}/{cell.day}/{cell.year} {cell.hour % 12 or 12}:{cell.minute:02d} {'PM' if cell.hour > 11 else 'AM'}"
            if column == "Annual Revenue" and cell is not None:
                return f"€{cell:,}.00"
            return f"{cell:,}" if isinstance(cell, int) else cell

        texts.append([shown(cell, column) for cell, column in zip(row, DY_HEAD)])
        size = p["employees"] or 0
        company = (30 if size >= 1000 else 20 if size >= 200 else 0) + (20 if industry in ("Financial", "Insurance", "Consulting", "Business Services") else 0)
        company += 10 if (p["revenue"] or 0) >= 10_000_000 else 0
        fit = min(50, company) + (20 if BUYER.search(p["title"]) else 0) + (15 if source in ("Seminar", "Trade Show") else 0) + {"Hot": 10, "Cold": -10}.get(rating, 0)
        fit = max(0, min(100, fit))
        tier = band(fit, (60, "A"), (30, "B"), (0, "C"))
        desk = "hold" if state != "Open" or (no_mail and no_calls) else f"person {owner}" if owner and tier != "C" else "queue marketing"
        stale = (NOW.date() - berlin(modified).date()).days > 30 and state == "Open"
        results.append([key, fit, tier, desk, str(stale).lower()])
    workbook("dynamics/leads.xlsx", DY_HEAD, typed)
    # The same sheet, saved by Excel as "CSV UTF-8": with a byte order mark, and cells as they were shown.
    write("dynamics/leads.csv", DY_HEAD, texts, newline="\r\n", encoding="utf-8-sig")
    write("dynamics/expected.csv", ["id", "fit", "tier", "desk", "stale"], results)


# ---- Odoo --------------------------------------------------------------------------------------------------------------
def odoo():
    rng = random.Random(20261105)
    rows, results = [], []
    for p in people(rng, 34):
        code, country, _, state, city, zip_code = p["place"]
        key = f"__export__.crm_lead_{p['number'] + 11}_{rng.getrandbits(32):08x}"
        kind, stage = rng.choice(["Lead", "Opportunity", "Opportunity"]), rng.choice(["New", "Qualified", "Proposition", "Won"])
        kind = "Opportunity" if stage == "Won" else kind
        active = rng.random() > 0.2 or stage == "Won"
        revenue, chance = rng.choice([0, 4500, 12000, 99999.5]), 100.0 if stage == "Won" else 0.0 if not active else rng.choice([12.5, 40.0, 75.0])
        tags = rng.choice(["", "Product", "Training", "Product,Training", "Training Material", "Other,Training"])
        priority, quality = rng.choice(["Low", "Medium", "High", "Very High"]), rng.choice(["", "Correct", "Incorrect"])
        deadline = NOW.date() + timedelta(days=rng.choice([-60, -1, 0, 30])) if rng.random() < 0.7 else None
        moved = p["created"] + (NOW - p["created"]) * rng.choice([0.2, 0.9])
        full = f"{p['first']} {p['last']}"
        mail = f'"{full}" <{p["email"]}>' if p["email"] and p["number"] % 3 == 0 else p["email"]

        def stamp(t):
            return berlin(t).strftime("%Y-%m-%d %H:%M:%S") if t else ""

        rows.append([key, kind, f"{p['company']}'s inquiry", full, f"{p['company']}, {full}", p["company"], mail,
                     # A cell that begins with +, - or = gets an apostrophe, lest a spreadsheet take it for a formula.
                     f"'+43 1 555 01{p['number']:02d}", p["title"], city, zip_code, f"{state} ({code})" if state else "", country, rng.choice(["Mitchell Admin", "Marc Demo", ""]),
                     "Sales", stage, priority, tags, f"{chance}", f"{rng.choice([9.1, 33.33, 88.0])}", f"{float(revenue)}", f"{revenue * chance / 100:.2f}",
                     "49.0" if p["number"] % 4 == 0 else "0.0", "Monthly" if p["number"] % 4 == 0 else "", rng.choice(["", "Website", "Email"]), "" if active else "Too expensive", str(active), quality, ["", "Correct", "Incorrect"][p["number"] % 3],
                     stamp(p["created"] + timedelta(hours=5)), stamp(moved), stamp(moved) if stage == "Won" else "", deadline.isoformat() if deadline else "", "0.21", "0.0", "<p>Please \"call\" me<br></p>\n<p>Thanks</p>", stamp(p["created"])])
        fit = (30 if BUYER.search(p["title"]) else 0) + (20 if country in ("Germany", "Austria", "Switzerland") else 0) + (15 if "Training" in tags.split(",") else 0)
        fit += (15 if priority in ("High", "Very High") else 0) - (20 if quality == "Incorrect" else 0)
        fit -= 30 if p["email"].endswith(("@gmail.com", "@gmx.de")) else 0
        fit = max(0, min(100, fit))
        step = "lost" if not active else "won" if stage == "Won" else "lead" if kind == "Lead" else "proposal" if stage == "Proposition" else "opportunity"
        weighted = money(int(revenue * 100 * chance / 100 + 0.5)) if kind == "Opportunity" and active else ""
        overdue = "" if deadline is None and active and stage != "Won" else str(deadline is not None and deadline < NOW.date() and active and stage != "Won").lower()
        stalled = str(active and stage != "Won" and (NOW.date() - berlin(moved).date()).days > 30).lower()
        results.append([key, fit, band(fit, (50, "A"), (25, "B"), (0, "C")), step, weighted, overdue, stalled])
    write("odoo/crm_leads.csv", ["External ID", "Type", "Opportunity", "Contact Name", "Customer", "Company Name", "Email", "Phone", "Job Position", "City", "Zip", "State",
          "Country", "Salesperson", "Sales Team", "Stage", "Priority", "Tags", "Probability", "Automated Probability", "Expected Revenue", "Prorated Revenue",
          "Recurring Revenues", "Recurring Plan", "Source", "Lost Reason", "Active", "Email Quality", "Phone Quality", "Assignment Date", "Last Stage Update",
          "Closed Date", "Expected Closing", "Days to Assign", "Days to Close", "Notes", "Created on"], rows, quoting=csv.QUOTE_ALL, newline="\r\n")
    write("odoo/expected.csv", ["id", "fit", "tier", "step", "weighted", "overdue", "stalled"], results)


if __name__ == "__main__":
    salesforce()
    hubspot()
    marketo()
    dynamics()
    odoo()
