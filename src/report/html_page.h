// Pieces that the sections of report.html are put together from. Internal to html*.cc.
#pragma once

#include <string>
#include <string_view>

#include "report/display.h"
#include "report/investigation.h"
#include "report/texts.h"

namespace sil::report {

// One section writes while it has bytes left; what found no room is counted, never dropped silently.
class Budget {
 public:
  explicit Budget(size_t bytes) : left_(bytes) {}
  bool take(size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }

 private:
  size_t left_;
};

struct Page {
  const Investigation& from;
  const ReportOptions& options;

  [[nodiscard]] const char* say(Text which) const { return text(which, options.language); }
  [[nodiscard]] std::string badge(Level level) const;
  [[nodiscard]] std::string number(uint64_t number) const { return grouped(number, options.language); }
  [[nodiscard]] const char* colon() const { return options.language == Language::kFrench ? "\u202f: " : ": "; }
  [[nodiscard]] std::string size(uint64_t bytes) const { return shown_size(bytes, options.language); }
  [[nodiscard]] std::string time(const Timestamp& time, int digits) const;
  [[nodiscard]] std::string source_name(uint32_t source) const;  // base name with members, escaped
};

std::string html(std::string_view text);  // escaped
// A host's own label and its domain apart, so that a narrow column breaks between them.
std::string host_name(std::string_view host);
std::string number_cell(const Page& page, uint64_t number);
std::string base64(Bytes bytes);

std::string sources_section(const Page& page, Budget budget);
std::string hosts_section(const Page& page, Budget budget);
std::string anomalies_section(const Page& page, Budget budget);
std::string rules_section(const Page& page, Budget budget);
std::string histogram_section(const Page& page);
std::string steps_section(const Page& page);
std::string tracks_section(const Page& page, Budget budget);
// The findings by rule: `heads` for the groups' heads, `rows` for their rows.
std::string findings_section(const Page& page, Budget heads, size_t rows);

}  // namespace sil::report
