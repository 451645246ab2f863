// W3C extended log format (W3C working draft 1996) as IIS and HTTP.sys write it: #Fields names the columns and may
// change in the middle of a file; times are UTC; blanks in values are written '+'.
#include <algorithm>
#include <vector>

#include "ingest/header_lines.h"
#include "ingest/line_formats.h"
#include "ingest/web_fields.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

// Sigma's spelling of W3C's names in parentheses.
std::string own_name(std::string_view name) {
  if (name == "cs(User-Agent)") return "cs-user-agent";
  if (name == "cs(Referer)") return "cs-referer";
  if (name == "cs(Cookie)") return "cs-cookie";
  if (name == "cs(Host)") return "cs-host";
  if (name == "cs(Content-Type)") return "cs-content-type";
  return std::string(name);
}

class W3cParser final : public LineParser {
 public:
  void begin(const void* state) override {
    date_.clear();
    if (state == nullptr) return;
    columns_.clear();
    for (const std::string& line : static_cast<const HeaderInForce*>(state)->lines) header(line);
  }

  LineOutcome parse(std::string_view line, LineRecord* record) override {
    if (line.starts_with('#')) {
      if (!line.starts_with("#Fields:") && !line.starts_with("#Date:") && !line.starts_with("#Software:") &&
          !line.starts_with("#Version:") && !line.starts_with("#Remark:") && !line.starts_with("#Start-Date:") &&
          !line.starts_with("#End-Date:"))
        return LineOutcome::kForeign;
      header(line);
      return LineOutcome::kNothing;
    }
    if (columns_.empty()) return LineOutcome::kForeign;
    record->schema = &taxonomy::kIis;
    std::string_view date = date_, time;
    size_t at = 0, count = 0;
    while (at < line.size() && count < columns_.size()) {
      const size_t end = std::min(line.find(separator_, at), line.size());
      const std::string_view value = line.substr(at, end - at);
      const Column& column = columns_[count++];
      at = end + 1;
      if (value == "-" || value.empty()) continue;
      if (column.kind == Column::kDate) date = value;
      if (column.kind == Column::kTime) time = value;
      if (column.kind == Column::kUri)
        add_uri(column.name, value, record);
      else if (column.kind == Column::kText)
        add_text(column.name, value, record);
      else
        record->add(column.name, value);
    }
    if (count < 3) {
      record->clear();
      return LineOutcome::kForeign;
    }
    if (parse_plain_time(date, time, &record->time)) record->time.zone = ZoneSource::kFormat;
    return LineOutcome::kEvent;
  }

 private:
  struct Column {
    enum Kind : uint8_t { kPlain, kDate, kTime, kUri, kText } kind = kPlain;
    std::string name;
  };

  // '+' stands for a blank: the value as it is and as it was.
  static void add_text(std::string_view name, std::string_view value, LineRecord* record) {
    if (value.find('+') == std::string_view::npos) {
      record->add(name, value);
      return;
    }
    char* out = record->room(value.size());
    std::transform(value.begin(), value.end(), out, [](char c) { return c == '+' ? ' ' : c; });
    record->add(name, {out, value.size()});
  }

  void header(std::string_view line) {
    if (line.starts_with("#Date: ")) date_ = line.substr(7, 10);
    if (!line.starts_with("#Fields:")) return;
    columns_.clear();
    std::string_view rest = line.substr(8);
    separator_ = rest.find('\t') != std::string_view::npos ? '\t' : ' ';
    while (!rest.empty() && columns_.size() < 256) {
      while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
      const size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      if (end == 0) break;
      Column& column = columns_.emplace_back();
      column.name = own_name(rest.substr(0, end));
      rest.remove_prefix(end);
      if (column.name == "date") column.kind = Column::kDate;
      if (column.name == "time") column.kind = Column::kTime;
      if (column.name.find("uri") != std::string::npos) column.kind = Column::kUri;
      if (column.name == "cs-user-agent" || column.name == "cs-cookie") column.kind = Column::kText;
    }
  }

  std::vector<Column> columns_;
  std::string date_;
  char separator_ = ' ';
};

}  // namespace

constinit const LineFormat kW3cLines = {
    .name = "w3c",
    .title = "W3C extended log (IIS, HTTP.sys)",
    .strict = true,
    .confidence = 90,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<W3cParser>(); },
    .splitter = []() { return make_header_splitter("#Date: \n#Fields:"); }};

}  // namespace sil::ingest
