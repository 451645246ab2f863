#include "report/summary.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "bytes/text.h"
#include "report/codes.h"
#include "report/escape.h"
#include "report/secrets.h"
#include "report/summary_formats.h"
#include "report/summary_table.h"

namespace sil::report {
namespace {

constexpr int kFieldLimit = 60;       // columns of one field that does not give way
constexpr int kElasticFloor = 40;     // what the part that gives way keeps at least
constexpr size_t kTextLimit = 16384;  // of a value; what lies behind cannot reach the line

// A line while it is built: text, with one stretch that may be shortened.
struct Line {
  std::string before, elastic, after;
  bool has_elastic = false;

  std::string& tail() { return has_elastic ? after : before; }
  [[nodiscard]] std::string fitted() const {
    int room = kSummaryLimit - columns_of(before) - columns_of(after);
    return clipped(before + clipped_middle(elastic, std::max(room, kElasticFloor)) + after, kSummaryLimit);
  }
};

// Where the bracket that `at` opens is closed; brackets inside braces (Data[2]) do not count.
size_t closing(std::string_view text, size_t at) {
  bool in_field = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '{')
      in_field = true;
    else if (text[at] == '}')
      in_field = false;
    else if (text[at] == ']' && !in_field)
      return at;
  }
  return text.size() - 1;
}

class Template {
 public:
  Template(const Event& event, bool show_secrets) : event_(event), show_secrets_(show_secrets) {}

  void fill(std::string_view text, Line* line) {
    for (size_t at = 0; at < text.size();) {
      if (text[at] == '[') {
        size_t end = closing(text, at);
        fill_optional(text.substr(at + 1, end - at - 1), line);
        at = end + 1;
      } else if (text[at] == '{') {
        size_t end = std::min(text.find('}', at), text.size() - 1);
        place(text.substr(at + 1, end - at - 1), line);
        at = end + 1;
      } else {
        line->tail() += text[at++];
      }
    }
  }
  [[nodiscard]] int placed() const { return placed_; }    // fields of the event that came into the line
  [[nodiscard]] int missing() const { return missing_; }  // fields outside brackets that the event lacks

 private:
  void fill_optional(std::string_view text, Line* line) {
    for (size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
      if (value_of(text.substr(at + 1, text.find('}', at) - at - 1)).empty()) return;
    }
    fill(text, line);
  }

  void place(std::string_view names, Line* line) {
    const std::string& value = value_of(names);
    if (value.empty()) {
      line->tail() += '?';
      ++missing_;
      return;
    }
    ++placed_;
    if (names.find('*') != std::string_view::npos && !line->has_elastic) {
      line->elastic = value;
      line->has_elastic = true;
    } else {
      line->tail() += clipped_middle(value, kFieldLimit);
    }
  }

  // The first alternative that is not empty. Remembered, because brackets ask before they fill.
  const std::string& value_of(std::string_view names) {
    for (const auto& [known, value] : values_) {
      if (known == names) return value;
    }
    std::string found;
    for (std::string_view rest = names; !rest.empty() && found.empty();) {
      std::string_view one = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      if (!one.empty() && one.back() == '*') one.remove_suffix(1);
      size_t colon = one.find(':');
      found = format_value(event_, one.substr(0, colon), colon == std::string_view::npos ? "" : one.substr(colon + 1));
    }
    if (found.size() > kTextLimit) found.resize(kTextLimit);
    if (!show_secrets_) found = masked(found);
    return values_.emplace_back(names, std::move(found)).second;
  }

  const Event& event_;
  bool show_secrets_;
  int placed_ = 0, missing_ = 0;
  std::deque<std::pair<std::string_view, std::string>> values_;  // references into it stay valid
};

bool is_from(const SummaryLog& log, const LogKind& kind) {
  if (!kind.provider.empty() && equal_folded(kind.provider, log.provider)) return true;
  return kind.provider.empty() && !log.channel.empty() && equal_folded(kind.channel, log.channel);
}

bool fits(const SummaryRow& row, const Event& event) {
  if (row.event_id != event.kind->event_id || !is_from(*row.log, *event.kind)) return false;
  return row.when_field.empty() || equal_folded(field_text(event, row.when_field), row.when_value);
}

// The line of the first row whose fields are all there; else of the first that says anything of the event's
// own.
std::string by_table(const Event& event, bool show_secrets) {
  std::string second_best;
  if (!event.kind) return second_best;
  for (std::span<const SummaryRow> rows : {summary_rows_security(), summary_rows_windows()}) {
    for (const SummaryRow& row : rows) {
      if (!fits(row, event)) continue;
      Line line;
      Template filler(event, show_secrets);
      filler.fill(row.text, &line);
      if (filler.missing() == 0) return line.fitted();
      if (filler.placed() > 0 && second_best.empty()) second_best = line.fitted();
    }
  }
  return second_best;
}

// Fields that tell most, whatever log they stand in; the first that is there opens a generic line.
constexpr std::string_view kTelling[] = {"CommandLine",
                                         "process.command_line",
                                         "process.executable",
                                         "exe",
                                         "Image",
                                         "ScriptBlockText",
                                         "ImagePath",
                                         "ServiceFileName",
                                         "TaskName",
                                         "TargetFilename",
                                         "TargetObject",
                                         "ObjectName",
                                         "QueryName",
                                         "query",
                                         "DestinationHostname",
                                         "message",
                                         "Message",
                                         "msg",
                                         "eventName",
                                         "Operation"};
// Fields that are on nearly every event or are numbers without meaning to a reader.
constexpr std::string_view kDull[] = {"UtcTime",   "ProcessGuid",   "RuleName", "SubjectLogonId", "TargetLogonId",
                                      "ProcessId", "ProcessID",     "ThreadId", "Binary",         "LogonGuid",
                                      "Keywords",  "Opcode",        "Task",     "Version",        "Level",
                                      "HandleId",  "TransactionId", "xmlns"};

bool is_dull(std::string_view name, const std::string& value) {
  if (name.find("Guid") != std::string_view::npos || name.find("GUID") != std::string_view::npos) return true;
  if (value.size() == 38 && value.front() == '{' && value.back() == '}') return true;
  return std::find(std::begin(kDull), std::end(kDull), name) != std::end(kDull);
}

std::string origin(const LogKind& kind) {
  std::string_view name = kind.provider.empty() ? std::string_view(kind.channel) : std::string_view(kind.provider);
  if (name.starts_with("Microsoft-Windows-")) name.remove_prefix(18);
  if (!name.empty()) return std::string(name) + " " + std::to_string(kind.event_id);
  std::string out;
  for (const std::string* part : {&kind.product, &kind.category, &kind.service}) {
    if (!part->empty()) out += (out.empty() ? "" : " ") + *part;
  }
  return out;
}

std::string generic(const Event& event, bool show_secrets) {
  auto safe = [&](std::string text) {
    if (text.size() > kTextLimit) text.resize(kTextLimit);
    return show_secrets ? text : masked(text);
  };
  std::string from = event.kind ? origin(*event.kind) : "";
  for (std::string_view name : kTelling) {
    std::string value = format_value(event, name, name == "CommandLine" ? "cmd" : "code");
    if (value.empty()) continue;
    value = clipped_middle(safe(value), kSummaryLimit - columns_of(from) - 3);
    return clipped(from.empty() ? value : value + " (" + from + ")", kSummaryLimit);
  }
  std::string line = from;
  int fields = 0;
  for (size_t i = 0; event.layout && i < event.layout->fields.size() && fields < 8; ++i) {
    const LayoutField& field = event.layout->fields[i];
    if (field.section == Section::kSystem) continue;
    std::string value;
    append_text(event.value(field), &value);
    value = one_line(expand_codes(value));
    if (value.empty() || value == "-" || is_dull(field.name, value)) continue;
    if (std::string words = sid_text(value); !words.empty()) value = words;
    line += (fields++ ? ", " : line.empty() ? "" : ": ");
    if (field.name != "Data") line += field.name + "=";
    line += clipped_middle(safe(value), kFieldLimit);
  }
  return clipped(line, kSummaryLimit);
}

}  // namespace

std::string summary_of(const Event& event, bool show_secrets) {
  std::string line = by_table(event, show_secrets);
  if (line.empty()) return generic(event, show_secrets);
  // Once more over the whole: a pattern may span several fields.
  return show_secrets ? line : clipped(masked(line), kSummaryLimit);
}

std::string summarise(const Event& event, const RuleInfo& rule, bool show_secrets) {
  std::string line = summary_of(event, show_secrets);
  return line.empty() ? clipped(rule.title, kSummaryLimit) : line;
}

}  // namespace sil::report
