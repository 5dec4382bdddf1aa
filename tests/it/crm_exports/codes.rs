//! Labels that a product shows and codes that its API gives are the same values.

use super::{export, same};

#[test]
fn labels_and_codes_of_the_api_are_one_value() {
    let contact = export("hubspot", "contact", "contact.csv", 2);
    let deal = export("hubspot", "deal", "deal.csv", 2);
    let dynamics = export("dynamics", "lead", "lead.csv", 2);
    let odoo = export("odoo", "crm_lead", "lead.csv", 2);
    let salesforce = export("salesforce", "opportunity", "opportunity.csv", 2);
    for (export, shown, stored) in [
        (
            contact,
            "Record ID,Lifecycle Stage,Lead Status,Original Source,Contact priority,Number of Employees,Create Date\n\
             1,Marketing Qualified Lead,Attempted to Contact,Organic Social,Very high,\"1,001-5,000\",2026-11-02 10:15\n\
             2,Customer,In Progress,Offline Sources,Low,250,2026-07-02 10:15\n",
            "hs_object_id,lifecyclestage,hs_lead_status,hs_analytics_source,hs_predictivescoringtier,numemployees,createdate\n\
             1,marketingqualifiedlead,ATTEMPTED_TO_CONTACT,SOCIAL_MEDIA,tier_1,1001,1793614500000\n\
             2,customer,IN_PROGRESS,OFFLINE,tier_4,250,2026-07-02T10:15:00.000Z\n",
        ),
        (
            deal,
            "Record ID,Deal Name,Deal Stage,Create Date\n1,A,Closed Won (Sales Pipeline),2026-11-02 10:15\n2,B,Contract Sent,2026-11-02 10:15\n",
            "hs_object_id,dealname,dealstage,createdate\n1,A,closedwon,2026-11-02T10:15:00Z\n2,B,contractsent,2026-11-02T10:15:00Z\n",
        ),
        (
            dynamics,
            "(Do Not Modify) Lead,Industry,Lead Source,Rating,Status,Status Reason,Do not allow Emails,Created On\n\
             a1,Financial,Trade Show,Hot,Open,Contacted,Do Not Allow,11/2/2026 10:15 AM\n\
             a2,\"Design, Direction and Creative Management\",Web,Cold,Disqualified,Canceled,Allow,11/2/2026 10:15 PM\n",
            "leadid,industrycode,leadsourcecode,leadqualitycode,statecode,statuscode,donotemail,createdon\n\
             a1,16,7,1,0,2,true,2026-11-02T10:15:00Z\na2,9,8,3,2,7,false,2026-11-02T22:15:00Z\n",
        ),
        (
            odoo,
            "External ID,Type,Opportunity,Stage,Priority,Probability,Created on\n\
             a,Lead,x,New,Very High,12.5,2026-11-02 10:15:00\nb,Opportunity,y,Won,Low,100.0,2026-11-02 10:15:00\n",
            "id,type,name,stage_id,priority,probability,create_date\n\
             a,lead,x,New,3,12.5,2026-11-02 10:15:00\nb,opportunity,y,Won,0,100,2026-11-02 10:15:00\n",
        ),
        (
            salesforce,
            "Opportunity ID,Opportunity Name,Stage,Close Date,Forecast Category,Won,Probability (%),Created Date\n\
             1,A,Negotiation/Review,2026-12-31,Commit,0,90,2026-11-02 10:15:00\n2,B,Closed Won,2026-10-31,Closed,1,100,2026-11-02 10:15:00\n",
            "Id,Name,StageName,CloseDate,ForecastCategory,IsWon,Probability,CreatedDate\n\
             1,A,Negotiation/Review,2026-12-31,Forecast,false,90.0,2026-11-02T10:15:00.000+0000\n\
             2,B,Closed Won,2026-10-31,Closed,true,100.0,2026-11-02T10:15:00.000Z\n",
        ),
    ] {
        let scratch = tempfile::tempdir().expect("a folder");
        let read = |name: &str, text: &str| {
            let path = scratch.path().join(name);
            std::fs::write(&path, text).expect("written");
            let reading = export.read(&path);
            assert_eq!(
                (reading.table.rows, &reading.unused, &reading.rejects),
                (2, &vec![], &vec![]),
                "{name}: {text}"
            );
            reading.table
        };
        let (shown, stored) = (read("shown.csv", shown), read("stored.csv", stored));
        assert!(same(&shown, &stored), "{} {}: {shown:?}\n{stored:?}", export.system, export.record);
    }
}
