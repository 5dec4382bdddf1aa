//! The embedding API, as a program uses it.

mod batch;
mod cells;
mod examples;
mod json;
mod linked;
mod mistakes;
mod record;
mod threads;

use revplay_runtime::playbook::{Now, Playbook, Settings, Sources};

/// 2026-11-23T09:00Z.
const NOW: Now = Now::from_micros(1_795_424_400_000_000);
const HOUR: i64 = 3_600_000_000;

const DEMO: &str = r#"playbook demo for lead "Leads of the web site" {
  timezone "Europe/Berlin"
}
record lead {
  id          text key
  title       text?
  country     text? ignoring case
  employees   int? in 0..1000000 missing "unknown", "-1"
  capped      int? in 0..10 else missing
  revenue     money(EUR)?
  rate        number?
  share       percent(0..100)?
  source      enum(web ("Web Form"), referral, other)?
  consent     bool default false
  born        date?
  created_at  timestamp?
  waits       duration?
  note        text? verbatim
  account_id  text?
  unread      int?
}
record account { id text key, owner text?, tier enum(gold, silver)? }
record activity { lead_id text, at timestamp event time, kind enum(page_view, form) }
link lead.account    to one  account  by account.id = lead.account_id
link lead.activities to many activity by activity.lead_id = lead.id
mapping crm for lead {
  "Id" -> id,  "Employee Count" -> employees,  "properties.title" -> title,  "title" -> note
}
param enterprise = 1000 in 100..100000
list  dach = "DE", "AT", "CH"
queue nurture
score fit in 0..100 {
  +30 "Enterprise"      when employees >= enterprise
  +20 "Home market"     when country in dach
  +25 "Decision maker"  when title matches /\b(vp|chief)\b/i
}
score warmth in 0..100 in steps of 0.5 {
  +2.5 "Forms"          each activities within last 30 days where kind = form
  +10  "Gold"           when account.tier = gold
}
band tier of fit { A >= 50, B >= 25, C otherwise }
recommend content top 2 {
  "Calculator"          when employees >= 10
  "Guide"               when country is known
}
route desk {
  hold "No consent"     when not consent
  to person account.owner when account.owner is known
  to person "Anna"      when tier = A
  otherwise to queue nurture
}
handoff mql from marketing to sales { qualify "Fit" when fit >= 50 and consent }
output answer_by = now + 4 hours when mql
output age = now - created_at
output money_back = revenue
output fraction = share
output ratio = rate
output day = born
output from_where = source
output told = note
output few = capped
output longer = waits
"#;

fn demo() -> Playbook {
    compiled(DEMO)
}

#[track_caller]
fn compiled(text: &str) -> Playbook {
    Playbook::compile(Sources::new("demo.play", text), Settings::new()).unwrap_or_else(|e| panic!("{e}"))
}
