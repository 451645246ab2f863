#include "report/summary.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

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
    if (before.size() + elastic.size() + after.size() <= size_t{kSummaryLimit}) return before + elastic + after;
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

// A template taken apart: texts, placeholders, and optional parts, which name how many pieces they span.
struct Piece {
  enum class Kind : uint8_t { kText, kField, kOptional } kind = Kind::kText;
  bool elastic = false;  // kField
  uint32_t number = 0;   // kField: index into Parsed::fields; kOptional: pieces inside
  std::string_view text;
};
struct Alternative {
  std::string_view field, format;
  Formatter formatter = nullptr;
};
struct Parsed {
  std::vector<Piece> pieces;
  std::vector<std::vector<Alternative>> fields;  // each placeholder once: the first alternative that is not empty
  std::vector<std::string_view> names;
};

class TemplateParser {
 public:
  static Parsed parse(std::string_view text) {
    TemplateParser parser;
    parser.take(text);
    return std::move(parser.out_);
  }

 private:
  void take(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      if (text[at] == '[') {
        size_t end = closing(text, at), place = out_.pieces.size();
        out_.pieces.push_back({Piece::Kind::kOptional, false, 0, {}});
        take(text.substr(at + 1, end - at - 1));
        out_.pieces[place].number = static_cast<uint32_t>(out_.pieces.size() - place - 1);
        at = end + 1;
      } else if (text[at] == '{') {
        size_t end = std::min(text.find('}', at), text.size() - 1);
        std::string_view names = text.substr(at + 1, end - at - 1);
        out_.pieces.push_back({Piece::Kind::kField, names.find('*') != std::string_view::npos, field(names), {}});
        at = end + 1;
      } else {
        size_t end = std::min(text.find_first_of("[{", at), text.size());
        out_.pieces.push_back({Piece::Kind::kText, false, 0, text.substr(at, end - at)});
        at = end;
      }
    }
  }
  uint32_t field(std::string_view names) {
    auto known = std::find(out_.names.begin(), out_.names.end(), names);
    if (known != out_.names.end()) return static_cast<uint32_t>(known - out_.names.begin());
    out_.names.push_back(names);
    std::vector<Alternative>& all = out_.fields.emplace_back();
    for (std::string_view rest = names; !rest.empty();) {
      std::string_view one = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      if (!one.empty() && one.back() == '*') one.remove_suffix(1);
      size_t colon = one.find(':');
      const std::string_view format = colon == std::string_view::npos ? "" : one.substr(colon + 1);
      all.push_back({one.substr(0, colon), format, formatter_of(format)});
    }
    return static_cast<uint32_t>(out_.fields.size() - 1);
  }
  Parsed out_;
};

class Template {
 public:
  Template(const Parsed& parsed, const Event& event, bool show_secrets)
      : parsed_(parsed), event_(event), show_secrets_(show_secrets), values_(parsed.fields.size()) {}

  void fill(Line* line) {
    for (size_t at = 0; at < parsed_.pieces.size(); ++at) {
      const Piece& piece = parsed_.pieces[at];
      if (piece.kind == Piece::Kind::kText)
        line->tail() += piece.text;
      else if (piece.kind == Piece::Kind::kField)
        place(piece, line);
      else if (lacks_one(at + 1, piece.number))
        at += piece.number;
    }
  }
  [[nodiscard]] int placed() const { return placed_; }    // fields of the event that came into the line
  [[nodiscard]] int missing() const { return missing_; }  // fields outside brackets that the event lacks

 private:
  bool lacks_one(size_t first, size_t count) {
    for (size_t at = first; at < first + count; ++at) {
      if (parsed_.pieces[at].kind == Piece::Kind::kField && value_of(parsed_.pieces[at].number).empty()) return true;
    }
    return false;
  }

  void place(const Piece& piece, Line* line) {
    const std::string& value = value_of(piece.number);
    if (value.empty()) {
      line->tail() += '?';
      ++missing_;
      return;
    }
    ++placed_;
    if (piece.elastic && !line->has_elastic) {
      line->elastic = value;
      line->has_elastic = true;
    } else {
      is_narrow(value, kFieldLimit) ? line->tail() += value : line->tail() += clipped_middle(value, kFieldLimit);
    }
  }

  // Remembered, because brackets ask before they fill.
  const std::string& value_of(uint32_t number) {
    std::optional<std::string>& known = values_[number];
    if (known) return *known;
    std::string found;
    for (const Alternative& one : parsed_.fields[number]) {
      found = format_value(event_, one.field, one.format, one.formatter);
      if (!found.empty()) break;
    }
    if (found.size() > kTextLimit) found.resize(kTextLimit);
    return known.emplace(show_secrets_ || !may_hold_secret(found) ? std::move(found) : masked(found));
  }

  const Parsed& parsed_;
  const Event& event_;
  bool show_secrets_;
  int placed_ = 0, missing_ = 0;
  std::vector<std::optional<std::string>> values_;  // by field
};

bool is_from(const SummaryLog& log, const LogKind& kind) {
  if (!log.schema.empty()) return kind.schema == log.schema && kind.category == log.category;
  if (!kind.provider.empty() && equal_folded(kind.provider, log.provider)) return true;
  return kind.provider.empty() && !log.channel.empty() && equal_folded(kind.channel, log.channel);
}

struct KindRow {
  const SummaryRow* row = nullptr;
  Parsed parsed;
};

// The rows of the tables for one kind of event, taken apart. Kinds live as long as the process, so the answer does too.
const std::vector<KindRow>& rows_of(const LogKind& kind) {
  thread_local std::unordered_map<uint32_t, std::vector<KindRow>> known;
  auto [it, fresh] = known.try_emplace(kind.id);
  if (!fresh) return it->second;
  for (std::span<const SummaryRow> rows : {summary_rows_security(), summary_rows_windows(), summary_rows_unix()}) {
    for (const SummaryRow& row : rows) {
      if (row.event_id == kind.event_id && is_from(*row.log, kind))
        it->second.push_back({&row, TemplateParser::parse(row.text)});
    }
  }
  return it->second;
}

// The line of the first row whose fields are all there; else of the first that says anything of the event's
// own.
std::string by_table(const Event& event, bool show_secrets) {
  std::string second_best;
  if (!event.kind) return second_best;
  for (const KindRow& one : rows_of(*event.kind)) {
    const SummaryRow& row = *one.row;
    if (!row.when_field.empty() && !equal_folded(field_text(event, row.when_field), row.when_value)) continue;
    Line line;
    Template filler(one.parsed, event, show_secrets);
    filler.fill(&line);
    if (filler.missing() == 0) return line.fitted();
    if (filler.placed() > 0 && second_best.empty()) second_best = line.fitted();
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
  if (line.empty()) line = generic(event, show_secrets);
  // Once more over the whole: a pattern may span several fields.
  return show_secrets || !may_hold_secret(line) ? line : clipped(masked(line), kSummaryLimit);
}

std::string summarise(const Event& event, const RuleInfo& rule, bool show_secrets) {
  std::string line = summary_of(event, show_secrets);
  return line.empty() ? clipped(rule.title, kSummaryLimit) : line;
}

}  // namespace sil::report
