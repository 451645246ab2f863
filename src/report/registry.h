// The output forms by name: `--format ndjson|json|csv|table|timesketch|navigator`.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "report/writer.h"

namespace sil::report {

struct OutputForm {
  const char* name;
  const char* about;  // one line for help
  std::unique_ptr<FindingWriter> (*make)(const ReportOptions&);
};

std::span<const OutputForm> output_forms();
// Null when no form has this name.
std::unique_ptr<FindingWriter> make_writer(std::string_view name, const ReportOptions& options);

std::unique_ptr<FindingWriter> make_ndjson(const ReportOptions& options);
std::unique_ptr<FindingWriter> make_json(const ReportOptions& options);
std::unique_ptr<FindingWriter> make_csv(const ReportOptions& options);
std::unique_ptr<FindingWriter> make_table(const ReportOptions& options);
std::unique_ptr<FindingWriter> make_timesketch(const ReportOptions& options);
std::unique_ptr<FindingWriter> make_navigator(const ReportOptions& options);

}  // namespace sil::report
