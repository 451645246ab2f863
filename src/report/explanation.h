// An explanation as one object (silhouette/explanation/1) or as lines for people. Log values are masked unless
// `show_secrets`, and escaped for the place where they go.
#pragma once

#include <string>

#include "model/explanation.h"
#include "report/options.h"
#include "report/writer.h"

namespace sil::report {

void append_explanation_object(const Explanation& explanation, const SourceSet& sources, bool show_secrets,
                               std::string* out);
// Each selection with its items, each item with the values it found and what was wanted. Of long lists what held is
// shown, and the first few that did not.
void append_explanation_text(const Explanation& explanation, const SourceSet& sources, const ReportOptions& options,
                             std::string* out);

}  // namespace sil::report
