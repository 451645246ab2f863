// Prints the conformance table for other programs, one JSON object a group:
// {file, line, section, rules (YAML text), refused, ours_refused, rows: [{line, event (JSON text), decided, match,
// ours}]}. rsigma_compare.py reads it. `match` is what the table demands, `ours` what the fast path says.
#include <cstdio>

#include "bytes/json_writer.h"
#include "hunt/program.h"
#include "hunt/written_event.h"
#include "table.h"

namespace sil::conformance {
namespace {

void write_row(const Group& group, const Row& row, hunt::Matcher* matcher, JsonWriter* json) {
  auto event = hunt::WrittenEvent::make(*row.event, group.usual);
  json->begin_object();
  json->key("line");
  json->number(row.line);
  json->key("event");
  json->string(json_text(*row.event));
  json->key("decided");
  json->boolean(row.decided || group.section.starts_with("decision"));
  json->key("match");
  json->boolean(row.match);
  json->key("ours");
  json->boolean(event && !matcher->match((*event)->event()).empty());
  json->end_object();
}

std::string line_of(const Group& group, const std::string& lists) {
  hunt::LoadOptions options;
  options.lists_folder = lists;
  hunt::RuleSet set = hunt::load_rules({{group.file, group.rules}}, options);
  auto program = hunt::Program::compile(set.rules, {});
  hunt::Matcher matcher(*program);
  std::string reasons;
  for (const hunt::Verdict& verdict : set.verdicts) reasons += verdict.loaded ? "" : verdict.reason + "\n";
  std::string out;
  JsonWriter json(&out);
  json.begin_object();
  json.key("file");
  json.string(group.file);
  json.key("line");
  json.number(group.line);
  json.key("section");
  json.string(group.section);
  json.key("rules");
  json.string(group.rules);
  json.key("refused");
  json.boolean(group.is_refused);
  json.key("ours_refused");
  json.boolean(!reasons.empty() && reasons.find(group.refused) != std::string::npos);
  json.key("rows");
  json.begin_array();
  for (const Row& row : group.rows) write_row(group, row, &matcher, &json);
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace
}  // namespace sil::conformance

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("conformance_rows FOLDER: the table of that folder as JSON, one group a line\n", stderr);
    return 2;
  }
  std::string folder = argv[1];
  sil::conformance::Table table = sil::conformance::read_table(folder);
  for (const std::string& fault : table.faults) std::fprintf(stderr, "%s\n", fault.c_str());
  for (const auto& group : table.groups) std::puts(sil::conformance::line_of(group, folder + "/lists").c_str());
  return table.faults.empty() ? 0 : 1;
}
