// W3C extended log format (W3C working draft 1996) as IIS and HTTP.sys write it: #Fields names the columns and may
// change in the middle of a file; times are UTC; blanks in values are written '+'. Without a date column the day is
// that of #Date, and the next one where the time falls behind (W3cDay).
#include <algorithm>
#include <cstring>
#include <vector>

#include "bytes/digest.h"
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

// The day of lines that have a time alone. Requests end in another order than they are written, by seconds: a time that
// falls back by more than two hours (a clock of summer time falls back by one) is of the next day, and one just before
// midnight behind one just after it still of the day before. A day without any line can't be seen.
class W3cDay {
 public:
  // "2025-05-30 23:58:01" or the date alone.
  void begin(std::string_view date) {
    midnight_ = 0;
    days_ = last_ = 0;
    Timestamp start;
    if (!parse_plain_time(date.substr(0, 10), "00:00:00", &start)) return;
    midnight_ = start.ticks;
    seconds_of(date.substr(std::min<size_t>(date.size(), 11)), &last_, &start);
  }
  // Time and day of the next line; false, and `time` as it was: it states no time, or no day is known.
  bool place(std::string_view stated, Timestamp* time) {
    uint32_t now = 0;
    Timestamp since;
    if (midnight_ == 0 || !seconds_of(stated, &now, &since)) return false;
    *time = since;
    uint64_t days = days_;
    if (days_ != 0 && last_ < kEdge && now >= kDay - kEdge) {
      --days;
    } else {
      if (now + kBack < last_) days = ++days_;
      last_ = now;
    }
    time->ticks += midnight_ - kUnixEpochTicks + days * kDay * kTicksPerSecond;
    time->zone = days == 0 ? ZoneSource::kFormat : ZoneSource::kInferred;
    return true;
  }

 private:
  static constexpr uint32_t kDay = 86400, kBack = 7200, kEdge = 300;

  static bool seconds_of(std::string_view stated, uint32_t* seconds, Timestamp* time) {
    if (!parse_plain_time("1970-01-01", stated, time)) return false;
    *seconds = static_cast<uint32_t>((time->ticks - kUnixEpochTicks) / kTicksPerSecond);
    return true;
  }
  uint64_t midnight_ = 0, days_ = 0;
  uint32_t last_ = 0;  // seconds of the day
};

// What header lines say, from one to the next.
struct W3cHeader {
  struct Column {
    enum Kind : uint8_t { kPlain, kDate, kTime, kUri, kText } kind = kPlain;
    std::string name;
  };
  std::vector<Column> columns;
  size_t time_column = std::string::npos;
  bool dated = false;  // a column says the date
  char separator = ' ';
  W3cDay day;

  void take(std::string_view line) {
    if (line.starts_with("#Date: ")) day.begin(line.substr(7));
    if (line.starts_with("#Fields:")) take_fields(line.substr(8));
  }

 private:
  void take_fields(std::string_view rest) {
    columns.clear();
    dated = false;
    time_column = std::string::npos;
    separator = rest.find('\t') != std::string_view::npos ? '\t' : ' ';
    while (!rest.empty() && columns.size() < 256) {
      while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
      const size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      if (end == 0) break;
      Column& column = columns.emplace_back();
      column.name = own_name(rest.substr(0, end));
      rest.remove_prefix(end);
      if (column.name == "date") column.kind = Column::kDate;
      if (column.name == "time") column.kind = Column::kTime;
      if (column.name.find("uri") != std::string::npos) column.kind = Column::kUri;
      if (column.name == "cs-user-agent" || column.name == "cs-cookie") column.kind = Column::kText;
      dated = dated || column.kind == Column::kDate;
      if (column.kind == Column::kTime && time_column == std::string::npos) time_column = columns.size() - 1;
    }
  }
};

// Carries the header from piece to piece; reads the times of lines only where the day hangs on them.
class W3cSplitter final : public LineSplitter {
 public:
  void begin(Bytes, Bytes, Modified) override {}
  std::shared_ptr<const void> pass(Bytes piece) override {
    auto out = std::make_shared<W3cHeader>(header_);
    std::string_view text = as_text(piece);
    while (!text.empty()) {
      const bool counts = !header_.dated && header_.time_column != std::string::npos;
      if (!counts && text.front() != '#') {
        const size_t next = text.find("\n#");
        if (next == std::string_view::npos) break;
        text.remove_prefix(next + 1);
      }
      const size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.starts_with('#'))
        header_.take(line);
      else
        count(line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }

 private:
  void count(std::string_view line) {
    for (size_t i = 0; i < header_.time_column; ++i) {
      const size_t end = line.find(header_.separator);
      if (end == std::string_view::npos) return;
      line.remove_prefix(end + 1);
    }
    Timestamp unused;
    header_.day.place(line.substr(0, line.find(header_.separator)), &unused);
  }
  W3cHeader header_;
};

class W3cParser final : public LineParser {
 public:
  void begin(const void* state) override { header_ = *static_cast<const W3cHeader*>(state); }

  LineOutcome parse(std::string_view line, LineRecord* record) override {
    if (line.starts_with('#')) {
      if (!line.starts_with("#Fields:") && !line.starts_with("#Date:") && !line.starts_with("#Software:") &&
          !line.starts_with("#Version:") && !line.starts_with("#Remark:") && !line.starts_with("#Start-Date:") &&
          !line.starts_with("#End-Date:"))
        return LineOutcome::kForeign;
      header_.take(line);
      return LineOutcome::kNothing;
    }
    const auto& columns = header_.columns;
    if (columns.empty()) return LineOutcome::kForeign;
    record->schema = &taxonomy::kIis;
    std::string_view date, time;
    size_t at = 0, count = 0;
    while (at < line.size() && count < columns.size()) {
      const size_t end = std::min(line.find(header_.separator, at), line.size());
      const std::string_view value = line.substr(at, end - at);
      if (count == header_.time_column && !header_.dated) header_.day.place(value, &record->time);
      const W3cHeader::Column& column = columns[count++];
      at = end + 1;
      if (value == "-" || value.empty()) continue;
      if (column.kind == W3cHeader::Column::kDate) date = value;
      if (column.kind == W3cHeader::Column::kTime) time = value;
      if (column.kind == W3cHeader::Column::kUri)
        add_uri(column.name, value, record);
      else if (column.kind == W3cHeader::Column::kText)
        add_text(column.name, value, record);
      else
        record->add(column.name, value);
    }
    if (count < 3) {
      record->clear();
      return LineOutcome::kForeign;
    }
    if (header_.dated && parse_plain_time(date, time, &record->time)) record->time.zone = ZoneSource::kFormat;
    return LineOutcome::kEvent;
  }

 private:
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

  W3cHeader header_;
};

}  // namespace

constinit const LineFormat kW3cLines = {
    .name = "w3c",
    .title = "W3C extended log (IIS, HTTP.sys)",
    .strict = true,
    .confidence = 90,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<W3cParser>(); },
    .splitter = []() -> std::unique_ptr<LineSplitter> { return std::make_unique<W3cSplitter>(); }};

}  // namespace sil::ingest
