//! Decision graphs of GoRules: tables, expressions and linked lists.

use super::{cases, file, fixture};
use revplay_tests::case::Case;
use serde_json::{Value as Json, json};

/// The cases of a graph.
fn graph<'a>(file: &'a Json, id: &str) -> &'a [Json] {
    let graph = cases(&file["graphs"]).iter().find(|g| g["id"] == id).unwrap_or_else(|| panic!("no graph {id}"));
    cases(&graph["cases"])
}

/// Decides every case of a graph with a fixture, and compares columns with paths of the output.
fn check(id: &str, name: &str, columns: &[(&str, &str)], linked: impl Fn(Case, &Json) -> Case) {
    let Some(graphs) = file("gorules-decision-graphs") else { return };
    for case in graph(&graphs, id) {
        let out = linked(fixture::case(name, &case["input"]), &case["input"]).run();
        let pairs: Vec<(&str, &Json)> =
            columns.iter().map(|(column, path)| (*column, at(&case["output"], path))).collect();
        fixture::same(&out, &case.to_string(), &pairs);
    }
}

/// The value at `a.b`.
fn at<'a>(json: &'a Json, path: &str) -> &'a Json {
    path.split('.').fold(json, |json, name| &json[name])
}

fn alone(case: Case, _: &Json) -> Case {
    case
}

/// Rows of a linked record that all belong to record 1.
fn rows(head: &str, items: &[Json], cells: impl Fn(&Json) -> Vec<String>) -> String {
    let lines: String = items.iter().map(|item| format!("1,{}\n", cells(item).join(","))).collect();
    format!("{head}\n{}", lines.replace("1,\n", "1\n"))
}

#[test]
fn shipping() {
    let columns = [("fee_price", "price"), ("fee_group", "group")];
    check("decision-table-shipping", "gorules-shipping", &columns, |case, input| {
        let item = |i: &Json| vec![i["unitPrice"].to_string(), i["quantity"].to_string()];
        let tag = |t: &Json| vec![t.as_str().expect("a tag").to_string()];
        case.rows("item", &rows("request,price,quantity", cases(&input["cart"]["items"]), item))
            .rows("tag", &rows("request,name", cases(&input["customer"]["tags"]), tag))
    });
}

/// Each discount that was collected is of one of two kinds.
#[test]
fn discounts() {
    let Some(graphs) = file("gorules-decision-graphs") else { return };
    for case in graph(&graphs, "decision-table-discounts") {
        let purchases = rows("request", cases(&case["input"]["customer"]["pastPurchases"]), |_| vec![String::new()]);
        let out = fixture::case("gorules-discounts", &case["input"]).rows("purchase", &purchases).run();
        let of = |kind: &str| {
            let values = cases(&case["output"]).iter().map(|d| d["discount"][kind].clone()).filter(|v| !v.is_null());
            Json::from(values.collect::<Vec<_>>())
        };
        fixture::same(&out, &case.to_string(), &[("percentage", &of("percentage")), ("flat", &of("flat"))]);
    }
}

#[test]
fn company_analysis() {
    let columns = [
        ("company_type", "flag.companyType"),
        ("turnover_flag", "flag.turnover"),
        ("country_flag", "flag.country"),
        ("overall", "overall"),
    ];
    check("company-analysis", "gorules-company", &columns, alone);
}

#[test]
fn customer_service_escalation() {
    let columns = [
        ("escalation_level", "escalation.level"),
        ("escalation_description", "escalation.description"),
        ("escalation_priority", "escalation.priority"),
        ("escalation_sla_minutes", "escalation.slaMinutes"),
        ("escalation_team", "escalation.assignedTeam"),
    ];
    check("customer-service-escalation", "gorules-escalation", &columns, alone);
}

#[test]
fn product_listing_scoring() {
    let columns = [
        ("image_points", "breakdown.imageQuality.score"),
        ("image_category", "breakdown.imageQuality.category"),
        ("text_description", "breakdown.descriptionCompleteness.score"),
        ("text_category", "breakdown.descriptionCompleteness.category"),
        ("text_keywords", "breakdown.keywordOptimization.score"),
        ("text_inventory", "breakdown.inventoryAvailability.score"),
        ("text_pricing", "breakdown.pricingCompetitiveness.score"),
        ("total", "totalScore"),
        ("overall", "overallScoreCategory"),
        ("maximum", "maximumPossibleScore"),
    ];
    check("product-listing-scoring", "gorules-listing", &columns, alone);
}

#[test]
fn service_level_agreement() {
    let columns = [
        ("is_downtime", "isDowntime"),
        ("measured_kind", "parameterType"),
        ("measured_value", "parameterValue"),
        ("breach_breached", "slaBreached"),
        ("breach_description", "breachDescription"),
        ("severity_level", "severityLevel"),
        ("severity_points", "severityScore"),
        ("escalation_required", "requiresEscalation"),
        ("escalation_timeframe", "escalationTimeframe"),
        ("escalation_to_level", "escalationLevel"),
        ("compensation_amount", "compensationAmount"),
        ("compensation_credit", "compensationType"),
    ];
    check("service-level-agreement-enforcement", "gorules-sla", &columns, alone);
}

#[test]
fn affiliate_commission() {
    let columns = [
        ("promotion", "promotionMultiplier"),
        ("final_rate", "finalCommissionRate"),
        ("commission", "commissionAmount"),
    ];
    check("affiliate-commission-calculator", "gorules-commission", &columns, alone);
}

/// The published graph misspells a path, and its published answer is that of the mistake. With the right header the same
/// playbook gives what was meant; as a name in a rule the misspelling does not compile.
#[test]
fn products_with_a_misspelt_path() {
    let Some(graphs) = file("gorules-decision-graphs") else { return };
    for case in graph(&graphs, "smart-financial-product-matcher") {
        let fixture = |mapping: &str| fixture::case("gorules-products", &case["input"]).mapping(mapping).run();
        let mistaken = fixture("original");
        let pairs = [
            ("offer_products", &case["output"]["recommendedProducts"]),
            ("offer_message", &case["output"]["recommendationMessage"]),
        ];
        fixture::same(&mistaken, "as published", &pairs);
        let expected = [("credit", &json!("good")), ("income_band", &json!("medium"))];
        fixture::same(&fixture("repaired"), "as meant", &expected);
    }
    let text = fixture::text("gorules-products").replace("| credit_score | credit ", "| creditScore | credit ");
    let errors = revplay_tests::load::source(&text).errors();
    assert!(errors.len() == 1 && errors[0].contains("E0201") && errors[0].contains("credit_score"), "{errors:#?}");
}

#[test]
fn items_and_their_sums() {
    let Some(graphs) = file("gorules-decision-graphs") else { return };
    for case in graph(&graphs, "expression-table-map") {
        let item = |i: &Json| vec![text(&i["name"]), i["amount"].to_string(), text(&i["group"])];
        let items = cases(&case["input"]["items"]);
        let orders = fixture::case("gorules-items", &case["input"])
            .rows("item", &rows("order,name,amount,group", items, item))
            .run();
        let accessories = cases(&case["output"]["exprItems"]);
        let discount = |list: &Json| cases(list).iter().filter_map(|i| i["discount"].as_i64()).sum::<i64>();
        let pairs = [
            ("all_sum", &case["output"]["tblItemsSum"]),
            ("accessories", &json!(accessories.len())),
            ("accessories_sum", &case["output"]["exprItemsSum"]),
            ("discounts", &json!(discount(&case["output"]["tblItems"]))),
        ];
        fixture::same(&orders, &case.to_string(), &pairs);

        let lines: String =
            items.iter().enumerate().map(|(i, it)| format!("{},1,{}\n", i + 1, item(it).join(","))).collect();
        let each = Case::new(&fixture::text("gorules-item-discounts"))
            .rows("order", &fixture::csv(std::slice::from_ref(&case["input"])))
            .rows("item", &format!("id,order,name,amount,group\n{lines}"))
            .mapping("json")
            .run();
        let theirs: Vec<String> = cases(&case["output"]["tblItems"])
            .iter()
            .map(|i| i["discount"].as_i64().map_or(String::new(), |d| d.to_string()))
            .collect();
        assert_eq!(each.column("discount"), theirs, "{case}");
    }
}

fn text(json: &Json) -> String {
    json.as_str().expect("a text").to_string()
}

#[test]
fn bags() {
    let columns = [("bag_code", "code"), ("bag_price", "price"), ("bag_included", "included")];
    check("merch-bags", "gorules-bags", &columns, alone);
}

#[test]
fn every_graph_has_a_test() {
    let Some(graphs) = file("gorules-decision-graphs") else { return };
    let all: usize = cases(&graphs["graphs"]).iter().map(|g| cases(&g["cases"]).len()).sum();
    assert_eq!((cases(&graphs["graphs"]).len(), all), (10, 29));
}
