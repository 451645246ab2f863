// Zeek's TSV logs (Zeek documentation, "ASCII writer"): #separator, #set_separator, #empty_field, #unset_field,
// #path, #fields; the header comes again after a rotation, in the middle of a joined file.
#include <algorithm>
#include <vector>

#include "ingest/header_lines.h"
#include "ingest/json_layout.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// "\x09" -> a tab.
char unescaped_char(std::string_view text) {
  if (text.size() >= 4 && text.starts_with("\\x") && hex_digit(text[2]) >= 0 && hex_digit(text[3]) >= 0)
    return static_cast<char>(hex_digit(text[2]) << 4 | hex_digit(text[3]));
  return text.empty() ? '\t' : text[0];
}

std::string_view unescaped(std::string_view text, LineRecord* record) {
  if (text.find("\\x") == std::string_view::npos) return text;
  char* out = record->room(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool code = text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x' && hex_digit(text[i + 2]) >= 0 &&
                      hex_digit(text[i + 3]) >= 0;
    out[size++] = code ? static_cast<char>(hex_digit(text[i + 2]) << 4 | hex_digit(text[i + 3])) : text[i];
    if (code) i += 3;
  }
  return {out, size};
}

class ZeekParser final : public LineParser {
 public:
  void begin(const void* state) override {
    if (state == nullptr) return;
    *this = ZeekParser();
    for (const std::string& line : static_cast<const HeaderInForce*>(state)->lines) header(line);
  }

  LineOutcome parse(std::string_view line, LineRecord* record) override {
    if (line.starts_with('#')) return header(line) ? LineOutcome::kNothing : LineOutcome::kForeign;
    if (columns_.empty() || line.find(separator_) == std::string_view::npos) return LineOutcome::kForeign;
    record->schema = &taxonomy::kZeek;
    if (!path_.empty()) record->add("_path", path_);
    size_t at = 0, count = 0;
    while (at <= line.size() && count < columns_.size()) {
      const size_t end = std::min(line.find(separator_, at), line.size());
      const std::string_view value = line.substr(at, end - at);
      const Column& column = columns_[count++];
      at = end + 1;
      if (value == unset_) continue;  // not set: the field is absent
      if (value == empty_)
        record->add(column.name, {});
      else if (column.truth && (value == "T" || value == "F"))  // as JSON writes it, and rules
        record->add(column.name, value == "T" ? "true" : "false");
      else if (column.many)
        add_members(column.name, value, record);
      else
        record->add(column.name, unescaped(value, record));
      if (column.time && !record->time.known()) parse_epoch(value, &record->time);
    }
    return LineOutcome::kEvent;
  }

 private:
  struct Column {
    std::string name;
    bool many = false, time = false, truth = false;
  };

  // A set or vector: each member is a value of the field.
  void add_members(std::string_view name, std::string_view value, LineRecord* record) const {
    for (size_t members = 0; members < 256; ++members) {
      const size_t end = std::min(value.find(set_separator_), value.size());
      record->add(name, unescaped(value.substr(0, end), record));
      if (end == value.size()) return;
      value.remove_prefix(end + 1);
    }
  }

  bool header(std::string_view line) {
    const auto rest_of = [&](std::string_view mark) { return line.substr(std::min(mark.size() + 1, line.size())); };
    if (line.starts_with("#separator"))
      separator_ = unescaped_char(rest_of("#separator"));
    else if (line.starts_with("#set_separator"))
      set_separator_ = unescaped_char(rest_of("#set_separator"));
    else if (line.starts_with("#empty_field"))
      empty_ = rest_of("#empty_field");
    else if (line.starts_with("#unset_field"))
      unset_ = rest_of("#unset_field");
    else if (line.starts_with("#path"))
      path_ = rest_of("#path");
    else if (line.starts_with("#fields"))
      fields(rest_of("#fields"));
    else if (line.starts_with("#types"))
      types(rest_of("#types"));
    else
      return line.starts_with("#open") || line.starts_with("#close");
    return true;
  }

  void fields(std::string_view names) {
    columns_.clear();
    while (columns_.size() < 1024) {
      const size_t end = std::min(names.find(separator_), names.size());
      columns_.push_back({std::string(names.substr(0, end)), false, names.substr(0, end) == "ts", false});
      if (end == names.size()) return;
      names.remove_prefix(end + 1);
    }
  }

  void types(std::string_view names) {
    for (Column& column : columns_) {
      const size_t end = std::min(names.find(separator_), names.size());
      column.many = names.starts_with("set[") || names.starts_with("vector[");
      column.truth = names.substr(0, end) == "bool";
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }

  std::vector<Column> columns_;
  std::string path_, empty_ = "(empty)", unset_ = "-";
  char separator_ = '\t', set_separator_ = ',';
};

}  // namespace

constinit const LineFormat kZeekLines = {
    .name = "zeek",
    .title = "Zeek logs (TSV)",
    .strict = true,
    .confidence = 95,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<ZeekParser>(); },
    .splitter =
        []() {
          return make_header_splitter("#separator\n#set_separator\n#empty_field\n#unset_field\n#path\n#fields\n#types");
        }};

}  // namespace sil::ingest
