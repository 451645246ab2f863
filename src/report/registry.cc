#include "report/registry.h"

namespace sil::report {
namespace {
constexpr OutputForm kForms[] = {
    {"ndjson", "one JSON object a line: findings, sources, anomalies", make_ndjson},
    {"json", "the same objects as one JSON array", make_json},
    {"csv", "one row a finding, safe to open in a spreadsheet", make_csv},
    {"table", "lines for people, fitted to the terminal", make_table},
    {"timesketch", "JSON lines as Timesketch imports them", make_timesketch},
    {"navigator", "an ATT&CK Navigator layer of what fired and what was blind", make_navigator},
};
}  // namespace

std::span<const OutputForm> output_forms() {
  return kForms;
}

std::unique_ptr<FindingWriter> make_writer(std::string_view name, const ReportOptions& options) {
  for (const OutputForm& form : kForms) {
    if (name == form.name) return form.make(options);
  }
  return nullptr;
}

}  // namespace sil::report
