// Web access logs: common and combined as Apache and nginx write them, with a virtual host before or further fields
// behind (mod_log_config, ngx_http_log_module), and logs whose first line declares the format:
//   # log_format: $remote_addr - $remote_user [$time_local] "$request" $status ...      (nginx's variables)
//   # LogFormat: %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"                  (Apache's letters)
#include <algorithm>
#include <cctype>
#include <vector>

#include "bytes/text.h"
#include "ingest/line_formats.h"
#include "ingest/syslog_lines.h"
#include "ingest/web_fields.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

// Text in quotes; `\"` inside (Apache) does not end it.
bool quoted(std::string_view* rest, std::string_view* out) {
  while (rest->starts_with(' ')) rest->remove_prefix(1);
  if (!rest->starts_with('"')) return false;
  size_t end = std::min(rest->find('"', 1), rest->size());
  if ((*rest)[end - 1] == '\\') {  // escaped, or behind an escaped backslash: read from the start
    end = 1;
    while (end < rest->size() && (*rest)[end] != '"') end += (*rest)[end] == '\\' ? 2 : 1;
    end = std::min(end, rest->size());
  }
  *out = rest->substr(1, end - 1);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// host ident user [time] "request" status bytes ["referer" "agent" ...]
bool take_access(std::string_view text, const SyslogHeader&, LineRecord* record) {
  const size_t blank = text.find(" [");
  if (blank == std::string_view::npos || blank < 5 || blank > 511) return false;
  const size_t open = blank + 1;
  const size_t close = open + 27;  // [10/Oct/2000:13:55:36 -0700]
  if (text.size() < close + 6 || text[open + 3] != '/' || text[open + 7] != '/') return false;
  Timestamp time;
  const size_t end = std::min(text.find(']', open), text.size());
  if (end - open > 40 || !parse_clf_time(text.substr(open + 1, end - open - 1), &time)) return false;
  std::string_view names[4];
  size_t count = 0;
  for (std::string_view rest = text.substr(0, open - 1); !rest.empty() && count < 4;) names[count++] = take_word(&rest);
  if (count < 3) return false;
  record->schema = &taxonomy::kAccess;
  record->time = time;
  const size_t client = count == 4 ? 1 : 0;
  if (client == 1) {  // "www.example.com:443" (Apache's %v:%p)
    const size_t colon = names[0].rfind(':');
    const bool port = colon != std::string_view::npos && colon != 0 && is_number(names[0].substr(colon + 1)) &&
                      (names[0].find(':') == colon || names[0][colon - 1] == ']');
    record->add("cs-host", names[0].substr(0, port ? colon : names[0].size()));
    if (port) record->add("s-port", names[0].substr(colon + 1));
  }
  record->add("c-ip", names[client]);
  if (names[client + 1] != "-") record->add("ident", names[client + 1]);
  if (names[client + 2] != "-") record->add("cs-username", names[client + 2]);
  std::string_view rest = text.substr(std::min(end + 1, text.size())), request, part;
  if (quoted(&rest, &request)) add_request(request, record);
  const std::string_view status = take_word(&rest), bytes = take_word(&rest);
  if (is_number(status)) record->add("sc-status", status);
  if (is_number(bytes)) record->add("sc-bytes", bytes);
  constexpr std::string_view kQuoted[] = {"cs-referer", "cs-user-agent", "x-forwarded-for"};
  for (std::string_view name : kQuoted) {
    if (!quoted(&rest, &part)) break;
    if (!part.empty() && part != "-") record->add(name, unescaped_web(part, record));
  }
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (!rest.empty()) record->add("more", rest);
  return true;
}

// What a declared format is made of: fixed text and fields in turn.
struct Part {
  std::string name;    // "" = fixed text
  std::string before;  // text in front of it
};

struct WebName {
  std::string_view own, name;
};
constexpr WebName kNginx[] = {{"remote_addr", "c-ip"},
                              {"remote_user", "cs-username"},
                              {"time_local", "time"},
                              {"time_iso8601", "time"},
                              {"request", "request"},
                              {"request_uri", "cs-uri"},
                              {"request_method", "cs-method"},
                              {"status", "sc-status"},
                              {"body_bytes_sent", "sc-bytes"},
                              {"bytes_sent", "sc-bytes"},
                              {"http_referer", "cs-referer"},
                              {"http_user_agent", "cs-user-agent"},
                              {"host", "cs-host"},
                              {"http_host", "cs-host"},
                              {"http_cookie", "cs-cookie"},
                              {"server_addr", "s-ip"},
                              {"http_x_forwarded_for", "x-forwarded-for"}};
constexpr WebName kApache[] = {{"h", "c-ip"},
                               {"a", "c-ip"},
                               {"u", "cs-username"},
                               {"t", "time"},
                               {"r", "request"},
                               {"s", "sc-status"},
                               {"b", "sc-bytes"},
                               {"B", "sc-bytes"},
                               {"O", "sc-bytes"},
                               {"m", "cs-method"},
                               {"U", "cs-uri-stem"},
                               {"q", "query"},
                               {"v", "cs-host"},
                               {"V", "cs-host"},
                               {"Referer}i", "cs-referer"},
                               {"User-Agent}i", "cs-user-agent"},
                               {"Host}i", "cs-host"},
                               {"Cookie}i", "cs-cookie"},
                               {"X-Forwarded-For}i", "x-forwarded-for"},
                               {"A", "s-ip"},
                               {"p", "s-port"}};

template <size_t kCount>
std::string name_of(const WebName (&names)[kCount], std::string_view own) {
  for (const WebName& row : names) {
    if (row.own == own) return std::string(row.name);
  }
  return std::string(own.ends_with("}i") || own.ends_with("}o") || own.ends_with("}e") ? own.substr(0, own.size() - 2)
                                                                                       : own);
}

std::vector<Part> parts_of(std::string_view format, bool apache) {
  std::vector<Part> parts;
  std::string before;
  const char mark = apache ? '%' : '$';
  for (size_t at = 0; at < format.size();) {
    if (format[at] != mark) {
      before.push_back(format[at++]);
      continue;
    }
    size_t end = ++at;
    if (apache) {  // "%>s", "%{User-Agent}i"
      while (end < format.size() && (format[end] == '>' || format[end] == '<' || format[end] == '!')) ++end;
      const bool braced = end < format.size() && format[end] == '{';
      at = braced ? end + 1 : end;
      if (braced) end = format.find('}', end);
      end = std::min(end == std::string_view::npos ? format.size() : end + (braced ? 2 : 1), format.size());
    } else {
      while (end < format.size() && (std::isalnum(static_cast<unsigned char>(format[end])) != 0 || format[end] == '_'))
        ++end;
    }
    const std::string_view own = format.substr(at, end - at);
    parts.push_back({apache ? name_of(kApache, own) : name_of(kNginx, own), before});
    before.clear();
    at = end;
  }
  parts.push_back({"", before});
  return parts;
}

struct Declared {
  std::vector<Part> parts;
};

class AccessParser final : public LineParser {
 public:
  void begin(const void* state) override { declared_ = static_cast<const Declared*>(state); }
  void only_own() override { inner_->only_own(); }
  LineOutcome parse(std::string_view line, LineRecord* record) override {
    if (line.starts_with('#')) return LineOutcome::kNothing;
    if (declared_ != nullptr && !declared_->parts.empty()) return declared(line, record);
    if (take_access(line, {}, record)) return LineOutcome::kEvent;
    return inner_->parse(line, record);
  }

 private:
  LineOutcome declared(std::string_view line, LineRecord* record) const {
    record->schema = &taxonomy::kAccess;
    const std::vector<Part>& parts = declared_->parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!line.starts_with(parts[i].before)) return i < 2 ? LineOutcome::kForeign : LineOutcome::kEvent;
      line.remove_prefix(parts[i].before.size());
      if (parts[i].name.empty()) break;
      const std::string& next = parts[i + 1].before;
      const bool bracket = parts[i].name == "time" && line.starts_with('[');  // Apache's %t brings its own
      size_t end = bracket        ? std::min(line.find(']'), line.size() - 1) + 1
                   : next.empty() ? line.size()
                                  : std::min(line.find(next), line.size());
      while (next.starts_with('"') && end < line.size() && end > 0 && line[end - 1] == '\\')
        end = std::min(line.find(next, end + 1), line.size());
      std::string_view value = line.substr(0, end);
      line.remove_prefix(end);
      if (bracket) value = value.substr(1, value.size() - 2);
      if (value.empty() || value == "-") continue;
      if (parts[i].name == "request") {
        add_request(value, record);
      } else if (parts[i].name == "cs-uri") {
        const std::string_view uri = unescaped_web(value, record);
        add_uri("cs-uri", uri, record);
        record->add("cs-uri-stem", uri.substr(0, uri.find('?')));
      } else if (parts[i].name == "time") {
        if (!parse_clf_time(value, &record->time)) parse_rfc3339(value, &record->time);
      } else {
        record->add(parts[i].name, unescaped_web(value, record));
      }
    }
    return LineOutcome::kEvent;
  }

  const Declared* declared_ = nullptr;
  std::unique_ptr<LineParser> inner_ = make_syslog_parser(take_access);
};

class AccessSplitter final : public LineSplitter {
 public:
  void begin(Bytes head, Bytes, Modified) override {
    const std::string_view text = as_text(head);
    std::string_view line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    constexpr std::string_view kNginxMark = "# log_format: ", kApacheMark = "# LogFormat: ";
    if (line.starts_with(kNginxMark)) state_->parts = parts_of(line.substr(kNginxMark.size()), false);
    if (line.starts_with(kApacheMark)) state_->parts = parts_of(line.substr(kApacheMark.size()), true);
  }
  std::shared_ptr<const void> pass(Bytes) override { return state_; }

 private:
  std::shared_ptr<Declared> state_ = std::make_shared<Declared>();
};

}  // namespace

constinit const LineFormat kAccessLines = {
    .name = "access",
    .title = "web access log (Apache, nginx: common, combined, declared)",
    .strict = false,
    .confidence = 85,
    .parser = []() -> std::unique_ptr<LineParser> { return std::make_unique<AccessParser>(); },
    .splitter = []() -> std::unique_ptr<LineSplitter> { return std::make_unique<AccessSplitter>(); },
    .payload = take_access};

}  // namespace sil::ingest
