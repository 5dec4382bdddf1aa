//! The command line: commands, options, and help that teaches by example.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Playbooks for Revenue Operations: score, route and hand off leads, and explain why
#[derive(Debug, Parser)]
#[command(name = "revplay", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, after_help = AFTER_ALL)]
pub struct CommandLine {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// Colours; `auto` uses them on a terminal unless NO_COLOR is set
    #[arg(
        long,
        display_order = 900,
        hide_default_value = true,
        global = true,
        value_name = "auto|always|never",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub color: Colour,
}

const AFTER_ALL: &str = "\
Examples:
  revplay check playbooks/                            find every mistake, before it runs
  revplay run inbound.play leads.csv -o decided.csv   decide all leads
  revplay explain inbound.play leads.csv --key 00Q1   why did this lead get 75 points?
  revplay test playbooks/                             run the playbooks' own tests
  revplay kpi inbound.play leads.csv --gate           are the targets met?

Exit codes: 0 good, 1 findings (errors, rejects, failed tests, missed targets), 2 could not run.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find every mistake in playbooks, before they run
    Check(CheckArgs),
    /// Decide every lead of a file
    Run(RunArgs),
    /// Show how one lead was decided: every point, cap, decay and near miss
    Explain(ExplainArgs),
    /// Show the page of an error code, with examples
    ExplainCode(ExplainCodeArgs),
    /// Run the tests and proves that playbooks carry with them
    Test(TestArgs),
    /// Compute the KPIs of a playbook and compare them with their targets
    Kpi(KpiArgs),
    /// Propose records and mappings for files of data
    Schema(SchemaArgs),
    /// Make a small project that works
    Init(InitArgs),
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `revplay check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay check inbound.play                   one playbook and the files it uses
  revplay check playbooks/                     every *.play below a folder
  revplay check . --format short               one line a finding, for editors and grep
  revplay check . --deny-warnings              in CI: a warning is a failure too
  revplay check inbound.play --emit ir         what the engine will compute

A finding's code has a page: revplay explain-code E0301")]
pub struct CheckArgs {
    /// Playbooks, or folders with playbooks
    #[arg(required = true, value_name = "PATHS")]
    pub paths: Vec<String>,
    /// How findings are printed
    #[arg(long, value_name = "pretty|short|json", default_value = "pretty", hide_possible_values = true)]
    pub format: FindingFormat,
    /// Print a stage of the compiler instead of checking
    #[arg(long, value_name = "tokens|ast|hir|ir|plan", hide_possible_values = true)]
    pub emit: Option<EmitStage>,
    /// Exit with 1 for warnings too
    #[arg(long)]
    pub deny_warnings: bool,
}

/// Formats of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingFormat {
    /// For people, with the source
    Pretty,
    /// path:line:column: error[CODE]: message
    Short,
    /// A JSON array
    Json,
}

/// Stages of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EmitStage {
    /// Words and signs
    Tokens,
    /// The syntax tree
    Ast,
    /// Names and types resolved
    Hir,
    /// The decision program
    Ir,
    /// What runs as machine code, and what does not and why
    Plan,
}

/// What every command takes that reads leads.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The playbook, or a folder that holds one
    #[arg(value_name = "PLAYBOOK")]
    pub playbook: String,
    /// The leads: .csv, .tsv, .jsonl (also as .gz, .zst), .xlsx, .parquet, .arrow; - is a pipe
    #[arg(value_name = "LEADS")]
    pub leads: String,
    /// Rows of a linked record, by the record's or the link's name; once for each
    #[arg(long, value_name = "NAME=FILE")]
    pub data: Vec<String>,
    /// Read headers and spellings as this mapping of the playbook says
    #[arg(long, value_name = "NAME")]
    pub mapping: Option<String>,
    /// Encoding of the leads, such as windows-1252; without it, it is found
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Sheet of the leads' workbook; without it, the first
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Decide as of this date or time in the playbook's zone (2026-11-23, 2026-11-23T09:00); without it, the clock
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Give a parameter of the playbook another value; once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
}

/// `revplay run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay run inbound.play leads.csv                       look: a summary and the first rows
  revplay run inbound.play leads.csv -o decided.csv        one row for every lead, in the same order
  revplay run inbound.play leads.parquet -o out.parquet --keep company,email
  revplay run inbound.play leads.csv --data account=accounts.csv --data activities=events.parquet
  revplay run inbound.play sf.csv --mapping salesforce --now 2026-11-23 --why
  revplay run inbound.play leads.csv --param enterprise_size=500
  revplay run inbound.play export.xlsx --dry               how is each column understood?
  cat leads.csv | revplay run inbound.play - -o - | head

A row with a bad cell is not decided: it is a reject. The good rows are still written, and the exit
code is 1 unless --max-rejects allows for it. See all rejects with --rejects rejects.csv.")]
pub struct RunArgs {
    /// Playbook, leads and how to read them
    #[command(flatten)]
    pub decide: DecideArgs,
    /// Where the decided rows go (.csv, .jsonl, .parquet, .arrow; - is the pipe); without it: rows to a pipe, a preview to a terminal
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,
    /// Columns of the input to keep in the output: names separated by commas, or `all`
    #[arg(long, value_name = "COLUMNS")]
    pub keep: Option<String>,
    /// Add a column <name>_why beside each decision
    #[arg(long)]
    pub why: bool,
    /// Write rows that cannot be read to this file, with line, column, value and reason
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<String>,
    /// Rejects up to which the exit code stays 0: a number, or a percentage of the rows
    #[arg(long, value_name = "N|N%", default_value = "0", value_parser = RejectLimit::parse)]
    pub max_rejects: RejectLimit,
    /// How the summary is printed
    #[arg(long, value_name = "text|json", default_value = "text", hide_possible_values = true)]
    pub summary: TextOrJson,
    /// Format of input and output where the file name does not say it
    #[arg(long, value_name = "csv|jsonl|xlsx|parquet|arrow", hide_possible_values = true)]
    pub format: Option<FileFormat>,
    /// Decide nothing: show how each column is understood, with its first values and its bad cells
    #[arg(long)]
    pub dry: bool,
    /// Exit with 1 if a key occurs in more than one row, and name the first; every row is decided all the same
    #[arg(long)]
    pub unique: bool,
    /// native: machine code; eval: the evaluator, slower; both: both, compared
    #[arg(long, value_enum, default_value_t = EngineName::Native, hide_possible_values = true, value_name = "native|eval|both")]
    pub engine: EngineName,
    /// Threads that decide; as many as processors unless given. The output is the same on any number
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// No progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// Engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// Machine code
    Native,
    /// The evaluator
    Eval,
    /// Both, compared
    Both,
}

/// Text or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Formats of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// Comma-separated values
    Csv,
    /// JSON lines
    Jsonl,
    /// Excel workbook
    Xlsx,
    /// Apache Parquet
    Parquet,
    /// Apache Arrow IPC
    Arrow,
}

impl FileFormat {
    /// The format of files.
    pub fn format(self) -> revplay_io::Format {
        match self {
            FileFormat::Csv => revplay_io::Format::Csv,
            FileFormat::Jsonl => revplay_io::Format::JsonLines,
            FileFormat::Xlsx => revplay_io::Format::Excel,
            FileFormat::Parquet => revplay_io::Format::Parquet,
            FileFormat::Arrow => revplay_io::Format::Arrow,
        }
    }
}

/// How many rejects are accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RejectLimit {
    /// A number of rows.
    Rows(u64),
    /// A share of all rows, in percent.
    Percent(f64),
}

impl RejectLimit {
    /// Parses `10` or `0.5%`.
    fn parse(text: &str) -> Result<RejectLimit, String> {
        let wrong = || "write a number of rows such as `10`, or a percentage such as `0.5%`".to_string();
        match text.strip_suffix('%') {
            Some(share) => match share.trim().parse::<f64>() {
                Ok(p) if (0.0..=100.0).contains(&p) => Ok(RejectLimit::Percent(p)),
                Ok(_) | Err(_) => Err(wrong()),
            },
            None => text.parse().map(RejectLimit::Rows).map_err(|_| wrong()),
        }
    }

    /// Whether there are too many rejects. `files`: rejected and good rows of each file. A number limits
    /// all of them together, a percentage each file by itself.
    pub fn exceeded(self, files: &[(u64, u64)]) -> bool {
        match self {
            RejectLimit::Rows(most) => files.iter().map(|(rejected, _)| rejected).sum::<u64>() > most,
            RejectLimit::Percent(most) => {
                files.iter().any(|(rejected, good)| *rejected as f64 > most / 100.0 * (rejected + good) as f64)
            }
        }
    }
}

/// `revplay explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay explain inbound.play leads.csv --key 00Q1
  revplay explain inbound.play leads.csv --key 00Q1 --now 2026-11-23 --format json
  revplay explain inbound.play leads.csv --data activities=events.csv --key 00Q1

For the page of an error code: revplay explain-code E0301")]
pub struct ExplainArgs {
    /// Playbook, leads and how to read them
    #[command(flatten)]
    pub decide: DecideArgs,
    /// The key of the lead to explain
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// How the explanation is printed
    #[arg(long, value_name = "text|json", default_value = "text", hide_possible_values = true)]
    pub format: TextOrJson,
}

/// `revplay explain-code`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay explain-code E0301     the page of one code
  revplay explain-code           all codes")]
pub struct ExplainCodeArgs {
    /// Codes or their names; none lists all
    #[arg(value_name = "CODES")]
    pub codes: Vec<String>,
}

/// `revplay test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay test inbound.play                    the tests of one playbook
  revplay test playbooks/                      of every playbook below a folder
  revplay test . --filter Austria              only tests whose name has `Austria` in it
  revplay test . --junit report.xml            a report for CI")]
pub struct TestArgs {
    /// Playbooks, or folders with playbooks
    #[arg(required = true, value_name = "PATHS")]
    pub paths: Vec<String>,
    /// Also write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub junit: Option<String>,
    /// The instant for tests that set none of their own (2026-01-01 unless given), so that a test never depends on the clock
    #[arg(long, value_name = "TIME", default_value = "2026-01-01", hide_default_value = true)]
    pub now: String,
    /// Run only tests and proves whose name contains this text (upper and lower case are alike)
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// `revplay schema`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay schema leads.csv                      the record `leads` and a mapping for its headers
  revplay schema export.csv --name lead > crm.play
  revplay schema leads.csv accounts.csv         several records, with the links between them

Paste what it prints into a playbook, or take it as a file with `use`. What it was unsure of stands
behind `#`.")]
pub struct SchemaArgs {
    /// Files of data; each becomes a record
    #[arg(required = true, value_name = "FILES")]
    pub files: Vec<String>,
    /// Name of the record; of several files, of the first
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Encoding of the files, such as windows-1252; without it, it is found
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Sheet of a workbook; without it, the first
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Format where the file name does not say it
    #[arg(long, value_name = "csv|jsonl|xlsx|parquet|arrow", hide_possible_values = true)]
    pub format: Option<FileFormat>,
}

/// `revplay init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay init                 in this folder
  revplay init playbooks/emea  in another, which is made if need be

Nothing that exists is overwritten.")]
pub struct InitArgs {
    /// The folder
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub folder: String,
}

/// `revplay kpi`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  revplay kpi inbound.play leads.csv --now 2026-12-01           every KPI with its targets
  revplay kpi inbound.play leads.csv --gate                     in CI: exit 1 if a target is missed
  revplay kpi inbound.play leads.csv --format csv > kpis.csv    for a spreadsheet")]
pub struct KpiArgs {
    /// Playbook, leads and how to read them
    #[command(flatten)]
    pub decide: DecideArgs,
    /// Exit with 1 when a target is missed or has no value
    #[arg(long)]
    pub gate: bool,
    /// Write rows that cannot be read to this file, with line, column, value and reason
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<String>,
    /// Rejects up to which the exit code stays 0: a number, or a percentage of the rows
    #[arg(long, value_name = "N|N%", default_value = "0", value_parser = RejectLimit::parse)]
    pub max_rejects: RejectLimit,
    /// How the KPIs are printed
    #[arg(long, value_name = "text|json|csv", default_value = "text", hide_possible_values = true)]
    pub format: KpiFormat,
}

/// Formats of KPIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KpiFormat {
    /// Tables for people
    Text,
    /// For programs
    Json,
    /// One line for each value
    Csv,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e2_the_limit_of_rejects_is_a_number_or_a_share() {
        assert_eq!(RejectLimit::parse("10"), Ok(RejectLimit::Rows(10)));
        assert_eq!(RejectLimit::parse("0.5%"), Ok(RejectLimit::Percent(0.5)));
        for bad in ["", "-1", "x%", "101%", "NaN%", "1.5"] {
            assert!(RejectLimit::parse(bad).is_err(), "{bad}");
        }
        assert!(!RejectLimit::Rows(0).exceeded(&[(0, 10)]));
        assert!(RejectLimit::Rows(2).exceeded(&[(1, 10), (2, 10)]));
        assert!(!RejectLimit::Percent(10.0).exceeded(&[(1, 9), (0, 0)]));
        assert!(RejectLimit::Percent(10.0).exceeded(&[(0, 1_000), (2, 9)]));
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        CommandLine::command().debug_assert();
    }
}
