//! Cells on their way into fields: V1, V2, V3, M1, M5, M6, N4, E2.

use crate::fixture::*;
use revplay_ir::program::{Const, Field, FieldId, Mapping, Program, Range};
use revplay_ir::time::format_timestamp;
use revplay_ir::types::{Currency, Type};
use revplay_ir::value::Value;

#[test]
fn v3_text_is_trimmed_and_nfc_unless_verbatim() {
    let cell = " \u{a0}Zu\u{308}rich\t";
    assert_eq!(read_cell(field("x", Type::Text), cell).value(), Value::text("Z\u{fc}rich"));
    let verbatim = Field { verbatim: true, ..optional("x", Type::Text) };
    assert_eq!(read_cell(verbatim.clone(), cell).value(), Value::text(cell));
    assert_eq!(read_cell(verbatim, "  \t").value(), Value::Missing, "blank is missing in any case");
    assert_eq!(read_cell(field("x", Type::Text), "Case Is Kept").value(), Value::text("Case Is Kept"));
}

#[test]
fn v3_labels_and_spellings_match_trimmed_and_folded() {
    let mut program = program(vec![field("x", Type::Bool)]);
    let ty = with_enum(&mut program, &["web", "referral", "Großkunde"], &[("Web Form", 0), ("WEBSITE", 0)]);
    program.fields[0].ty = ty;
    let read = |cell: &str| read_csv(&program, format!("x\n\"{cell}\"\n")).unwrap();
    for (cell, index) in [("web", 0), (" WEB ", 0), ("web form", 0), ("Website", 0), ("Referral", 1), ("GROSSKUNDE", 2)]
    {
        assert_eq!(read(cell).value(), Value::Int(index), "{cell}");
    }
    assert_eq!(read("referal").reasons(), ["not one of the listed values; did you mean `referral`?"]);
    let reason = "not one of the listed values: `web`, `referral`, `Großkunde`, `Web Form`, `WEBSITE`";
    assert_eq!(read("other").reasons(), [reason], "promise M5: never silently `other`");
}

#[test]
fn m1_m5_what_counts_as_missing() {
    let employees = Field { missing: vec!["-1".into(), " Unknown ".into()], ..optional("x", Type::Int) };
    for cell in ["", "   ", "-1", " -1 ", "UNKNOWN", "unknown"] {
        assert_eq!(read_cell(employees.clone(), cell).value(), Value::Missing, "{cell:?}");
    }
    assert_eq!(read_cell(employees.clone(), "-10").value(), Value::Int(-10));
    assert_eq!(read_cell(employees, "n/a").reasons(), ["not a whole number"]);
    let mut mapped = program(vec![optional("x", Type::Text), optional("y", Type::Int)]);
    mapped.mappings = vec![Mapping { missing: vec!["N/A".into()], ..mapping("crm") }];
    let taken = read_mapped(&mapped, "x,y\nn/a,N/A\n").unwrap();
    assert_eq!(taken.rows, [[Value::Missing, Value::Missing]]);
}

#[test]
fn m6_defaults_absent_columns_and_required_fields() {
    let program = program(vec![
        field("id", Type::Text),
        defaulted("views", Type::Int, Const::Int(7)),
        defaulted("consent", Type::Bool, Const::Bool(false)),
        optional("title", Type::Text),
        field("country", Type::Text),
    ]);
    let text = "id,views,country,more\n1,,AT,x\n2,3,,x\n,3,DE,x\n";
    let taken = read_csv(&program, text).unwrap();
    let row = [Value::text("1"), Value::Int(7), Value::Bool(false), Value::Missing, Value::text("AT")];
    assert_eq!(taken.rows, [row]);
    assert_eq!(
        taken.reasons(),
        ["the value is missing, and the field has neither `?` nor a default", "the key is missing"]
    );
    assert_eq!((taken.rejects[0].line, taken.rejects[0].row, taken.rejects[0].column.as_str()), (3, 2, "country"));
    assert_eq!(taken.report.read.len(), 3);
    assert_eq!(taken.report.defaulted, ["consent"]);
    assert_eq!(taken.report.absent, ["title"]);
    assert_eq!(taken.report.unused, ["more"]);
    let error = read_csv(&program, "id,Contry\n1,x\n").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("E0606", "no column for the field `country`"));
    assert!(error.help.unwrap().starts_with("did you mean the column `Contry`? map it: `\"Contry\" -> country`; "));
}

#[test]
fn m6_out_of_range_is_bad_or_missing() {
    let range = Range { low: Some(Const::Int(1)), high: Some(Const::Int(10)), high_open: true };
    let bad = Field { range: Some(range.clone()), ..optional("x", Type::Int) };
    assert_eq!(read_cell(bad.clone(), "1").value(), Value::Int(1));
    assert_eq!(read_cell(bad.clone(), "10").reasons(), ["outside the range 1..<10"]);
    assert_eq!(read_cell(bad.clone(), "0").reasons(), ["outside the range 1..<10"]);
    let missing = Field { range_else_missing: true, ..bad };
    assert_eq!(read_cell(missing.clone(), "0").value(), Value::Missing);
    let filled = Field { default: Some(Const::Int(5)), optional: false, ..missing };
    assert_eq!(read_cell(filled, "0").value(), Value::Int(5), "missing, so the default");
    let money = Range { low: Some(Const::Int(1000)), high: None, high_open: false };
    let money = Field { range: Some(money), ..field("x", Type::Money(EUR)) };
    assert_eq!(read_cell(money, "9.99").reasons(), ["outside the range 10 EUR.."]);
}

#[test]
fn m6_only_columns_that_are_read_are_checked() {
    let program = program(vec![field("a", Type::Int)]);
    let taken = read_csv(&program, "a,n,dup,dup\n1,not a number,\u{fffd},\n").unwrap();
    assert_eq!(taken.rows.len(), 1);
    assert_eq!(taken.report.unused, ["n", "dup", "dup"]);
    let error = read_csv(&program, "a,b,a\n1,2,3\n").unwrap_err();
    assert_eq!((error.code, error.message.as_str()), ("E0605", "the header `a` stands over columns 1 and 3"));
    assert_eq!(read_csv(&program, " A,a \n1,2\n").unwrap_err().code, "E0605", "folded alike, none exact");
    assert_eq!(read_csv(&program, "A,a\n1,2\n").unwrap().rows, [[Value::Int(2)]], "the exact one wins");
}

#[test]
fn mappings_win_over_names() {
    let mut program =
        program(vec![field("source", Type::Text), optional("channel", Type::Text), optional("note", Type::Text)]);
    let headers = [("Lead Source", 0), ("Origin", 0), ("source", 1)].map(|(h, f)| (h.to_owned(), FieldId(f))).to_vec();
    program.mappings = vec![Mapping { headers, ..mapping("crm") }];
    let taken = read_mapped(&program, "source,origin,NOTE\nweb,fair,n\n").unwrap();
    assert_eq!(taken.rows, [["fair", "web", "n"].map(Value::text)]);
    assert_eq!(taken.report.read[0], ("source".to_owned(), "origin".to_owned()));
    let both = read_mapped(&program, "Origin,Lead Source\nsecond,first\n").unwrap();
    assert_eq!(both.rows[0][0], Value::text("first"), "the first header of the mapping");
    let error = read_mapped(&program, "source\nweb\n").unwrap_err();
    assert_eq!(
        error.message, "no column for the field `source`, which the mapping reads from `Lead Source`, `Origin`",
        "`source` belongs to another field"
    );
    let source = revplay_io::Source::Memory("m".into(), b"source\n".as_slice().into());
    let options = revplay_io::ReadOptions::default();
    let error = read_source(&program, &source, revplay_io::Format::Csv, Some("crn"), &options, 9).unwrap_err();
    assert_eq!(error.code, "E0612");
    assert_eq!(error.help.as_deref(), Some("did you mean `crm`? the record `lead` has `crm`"));
}

#[test]
fn v1_v2_numbers() {
    assert_eq!(read_cell(field("x", Type::Int), "1200").value(), Value::Int(1200));
    for bad in ["1,200", "1200.0", "1e3", "9223372036854775808", "∞"] {
        assert_eq!(read_cell(field("x", Type::Int), bad).rejected_rows, 1, "{bad}");
    }
    assert_eq!(read_cell(optional("x", Type::Number), "NaN").value(), Value::Missing);
    assert_eq!(read_cell(optional("x", Type::Number), "-Infinity").rejected_rows, 1);
    let percent = Field { percent_full: 100.0, ..field("x", Type::Percent) };
    assert_eq!(read_cell(percent.clone(), "12.3").value(), Value::Num(0.123));
    assert_eq!(read_cell(percent, "12.3 %").value(), Value::Num(0.123));
    assert_eq!(read_cell(field("x", Type::Bool), " YES ").value(), Value::Bool(true));
    assert_eq!(read_cell(field("x", Type::Bool), "perhaps").rejected_rows, 1);
}

#[test]
fn e2_money_cells() {
    let eur = field("x", Type::Money(EUR));
    assert_eq!(read_cell(eur.clone(), " €1200.5 ").value(), Value::Int(120_050));
    assert_eq!(read_cell(eur.clone(), "$5").reasons(), ["`$` is not EUR: amounts are not converted"]);
    assert_eq!(
        read_cell(eur.clone(), "5.005").reasons(),
        ["more than 2 decimals: nothing is rounded; if the point stands for thousands, let the mapping say it: \
         `numbers \"1.234,56\"`"]
    );
    assert!(read_cell(eur, "1,200").reasons()[0].starts_with("`,` between digits is not guessed"));
    let yen = field("x", Type::Money(Currency(*b"JPY")));
    assert_eq!(read_cell(yen, "¥500").value(), Value::Int(500));
}

fn stamp(program: &Program, mapped: bool, cell: &str) -> Result<String, String> {
    let text = format!("x\n{cell}\n");
    let taken = if mapped { read_mapped(program, &text) } else { read_csv(program, &text) }.unwrap();
    match taken.rows.first() {
        Some(row) => match row[0] {
            Value::Int(us) => Ok(format_timestamp(us)),
            _ => Err("missing".into()),
        },
        None => Err(taken.rejects[0].reason.clone()),
    }
}

#[test]
fn n4_stamps_without_a_zone() {
    let mut program = program(vec![field("x", Type::Timestamp)]);
    assert_eq!(stamp(&program, false, "2026-11-23 09:00").unwrap(), "2026-11-23T08:00:00Z");
    assert_eq!(stamp(&program, false, "2026-10-25T02:30").unwrap(), "2026-10-25T00:30:00Z", "the earlier");
    assert!(stamp(&program, false, "2026-03-29T02:30").unwrap_err().contains("the clock skips this time"));
    assert_eq!(stamp(&program, false, "2026-11-23T09:00:00-05:00").unwrap(), "2026-11-23T14:00:00Z");
    program.mappings = vec![Mapping { zone: Some("America/New_York".into()), ..mapping("crm") }];
    assert_eq!(stamp(&program, true, "2026-11-23 09:00").unwrap(), "2026-11-23T14:00:00Z");
    assert!(stamp(&program, true, "2026-03-08 02:30").unwrap_err().contains("the clock skips this time"));
    program.mappings[0].dates = vec!["m/d/yyyy h:MM am".into(), "dd.mm.yyyy".into()];
    assert_eq!(stamp(&program, true, "11/3/2026 3:04 PM").unwrap(), "2026-11-03T20:04:00Z");
    assert_eq!(stamp(&program, true, "03.11.2026").unwrap(), "2026-11-03T05:00:00Z");
    assert_eq!(stamp(&program, true, "2026-11-03").unwrap_err(), "not of the form `m/d/yyyy h:MM am`");
    program.mappings[0].dates = vec!["dd.mm.yyyy hh:mm".into()];
    assert_eq!(read_mapped(&program, "x\n").unwrap_err().code, "E0613");
    program.mappings[0] = Mapping { zone: Some("Mars/Base".into()), ..mapping("crm") };
    assert_eq!(read_mapped(&program, "x\n").unwrap_err().code, "E0617");
}

#[test]
fn e2_a_row_with_several_bad_cells_is_one_row_with_several_rejects() {
    let program = program(vec![field("a", Type::Int), field("b", Type::Int), field("c", Type::Text)]);
    let long = "é".repeat(300);
    let taken = read_csv(&program, format!("a,b,c\n1,2,ok\nx,\"{long}\",lost\n3,4,ok\n")).unwrap();
    assert_eq!((taken.rejects.len(), taken.rejected_rows), (2, 1));
    assert_eq!(taken.rejects[1].value.chars().count(), 200);
    assert_eq!(taken.numbers, [1, 3]);
    assert_eq!(taken.rows[1], [Value::Int(3), Value::Int(4), Value::text("ok")], "nothing of the bad row is left");
}
