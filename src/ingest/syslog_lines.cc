#include "ingest/syslog_lines.h"

#include <algorithm>
#include <array>

#include "bytes/text.h"
#include "ingest/audit_record.h"
#include "ingest/json_scan.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

// RFC 5424 tables 1 and 2.
constexpr std::array<std::string_view, 24> kFacilities = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog",   "lpr",     "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "security", "console", "solaris-cron",
    "local0", "local1", "local2",   "local3", "local4", "local5",   "local6",  "local7"};
constexpr std::array<std::string_view, 8> kSeverities = {"emerg",   "alert",  "crit", "err",
                                                         "warning", "notice", "info", "debug"};

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const size_t start = at + before.size();
  const size_t end = text.find(after, start);
  return end == std::string_view::npos ? text.substr(start) : text.substr(start, end - start);
}

// "Accepted publickey for anna from 192.0.2.1 port 50022 ssh2", "Failed password for invalid user x from ..".
void add_sshd(std::string_view message, LineRecord* record) {
  const size_t from = message.rfind(" from ");
  if (from == std::string_view::npos) return;
  const std::string_view address = between(message.substr(from), " from ", " ");
  if (address.empty() || (address.find('.') == std::string_view::npos && address.find(':') == std::string_view::npos))
    return;
  record->add("src_ip", address);
  const std::string_view port = between(message.substr(from), " port ", " ");
  if (!port.empty()) record->add("src_port", port);
  std::string_view user = between(message.substr(0, from), " user ", "\n");
  if (user.empty()) user = between(message.substr(0, from), " for ", "\n");
  if (!user.empty()) record->add("user", user);
}

// "anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/bin/sh"
void add_sudo(std::string_view message, LineRecord* record) {
  const size_t colon = message.find(" : ");
  if (colon == std::string_view::npos) return;
  std::string_view user = message.substr(0, colon);
  while (user.starts_with(' ')) user.remove_prefix(1);
  record->add("user", user);
  std::string_view rest = message.substr(colon + 3);
  while (!rest.empty()) {
    const bool command = rest.starts_with("COMMAND=");  // the last, and may hold anything
    const size_t end = command ? rest.size() : std::min(rest.find(" ; "), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 3, rest.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals > 16) continue;
    const std::string_view key = pair.substr(0, equals);
    if (std::all_of(key.begin(), key.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }))
      record->add(key, pair.substr(equals + 1));
  }
}

// "(root) CMD (run-parts /etc/cron.daily)"; "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"
void add_cron(std::string_view message, LineRecord* record) {
  if (message.starts_with("pam_")) {
    const std::string_view service = between(message.substr(0, 64), "(", ":");
    if (!service.empty()) record->add("pam_service", service);
    return;
  }
  if (!message.starts_with('(')) return;
  record->add("user", between(message, "(", ")"));
  const size_t command = message.find(" CMD (");
  if (command == std::string_view::npos || !message.ends_with(')')) return;
  record->add("command", message.substr(command + 6, message.size() - command - 7));
}

bool take_audit(std::string_view message, LineRecord* record) {
  if (message.starts_with("audit: ")) message.remove_prefix(7);
  AuditHead head;
  if (!parse_audit_head(message, &head)) {
    // The kernel's own spelling: "type=1400 audit(1700000000.123:456): apparmor=.."
    const size_t mark = message.find(" audit(");
    if (!message.starts_with("type=") || mark == std::string_view::npos || mark > 16) return false;
    const size_t close = message.find(')', mark);
    if (close == std::string_view::npos) return false;
    head.type = audit_type_name(message.substr(5, mark - 5));
    head.stamp = message.substr(mark + 7, close - mark - 7);
    head.body = message.substr(std::min(close + 2, message.size()));
  }
  AuditEventBuilder builder(record);
  record->schema = &taxonomy::kAuditd;
  builder.begin(head);
  builder.add(head);
  builder.finish();
  return true;
}

// "[10/Oct/2000:" stands behind the client in web logs, whatever that one is called.
bool has_web_time(std::string_view text) {
  const size_t open = text.substr(0, 512).find(" [");
  return open != std::string_view::npos && open + 9 < text.size() && text[open + 4] == '/' && text[open + 8] == '/';
}

// Could any format's payload begin so (line_formats.h)? Most lines of programs do not, and are not offered to all.
bool may_be_payload(std::string_view text) {
  if (text.empty()) return false;
  constexpr std::string_view kBeginnings[] = {
      "CEF:", "LEEF:", "date=", "logver=", "devname=", "timestamp=", "itime=", "time=", "id=firewall ", "- "};
  switch (text.front()) {
    case '%':
    case '[':
    case ':': return true;
    case 'C':
    case 'L':
    case 'd':
    case 'l':
    case 't':
    case 'i':
    case '-':
      if (std::any_of(std::begin(kBeginnings), std::end(kBeginnings),
                      [&](std::string_view beginning) { return text.starts_with(beginning); }))
        return true;
      break;
    default:
      if (text.front() >= '0' && text.front() <= '9') return true;
  }
  return has_web_time(text);
}

class SyslogParser final : public LineParser {
 public:
  explicit SyslogParser(LinePayload own) : own_(own) {}

  void begin(const void* state) override {
    year_ = state == nullptr ? YearInForce{} : *static_cast<const YearInForce*>(state);
  }

  void only_own() override { only_own_ = own_ != nullptr; }

  LineOutcome parse(std::string_view line, LineRecord* record) override {
    header_ = {};
    header_.message = line;
    if (own_ != nullptr && own_(line, header_, record)) return LineOutcome::kEvent;
    const bool header = parse_syslog_header(line, year_, &header_);
    if (only_own_) return header && try_payload(own_, record) ? LineOutcome::kEvent : LineOutcome::kForeign;
    if (!header) {
      const SyslogHeader none;
      for (LinePayload payload : line_payloads()) {
        if (payload != own_ && payload(line, none, record)) return LineOutcome::kEvent;
      }
      return LineOutcome::kForeign;
    }
    if ((own_ != nullptr && try_payload(own_, record)) || any_payload(record)) {
      if (!header_.host.empty()) record->add("host", header_.host);
      const auto digit = [](char c) { return c >= '0' && c <= '9'; };
      const bool counter = std::all_of(header_.program.begin(), header_.program.end(), digit);  // IOS: "126: %SYS-.."
      if (behind_tag_ && !counter) {
        add_if_new("program", header_.program, record);
        add_if_new("pid", header_.pid, record);
      }
      if (!record->time.known()) record->time = header_.time;
      return LineOutcome::kEvent;
    }
    if (own_ != nullptr && header_.priority < 0 && !header_.timed) return LineOutcome::kForeign;
    add_syslog(record);
    return LineOutcome::kEvent;
  }

 private:
  // A payload's own word wins; where the tag is part of the payload ("CEF:0|..", "%ASA-6-302013: ..") it is no program.
  static void add_if_new(std::string_view key, std::string_view value, LineRecord* record) {
    if (!value.empty() && record->get(key).empty()) record->add(key, value);
  }

  bool try_payload(LinePayload payload, LineRecord* record) {
    behind_tag_ = true;
    if (payload(header_.message, header_, record)) return true;
    if (!header_.structured.empty() && payload(header_.structured, header_, record)) return true;  // Check Point
    behind_tag_ = false;
    if (header_.after_host.data() != header_.message.data() && payload(header_.after_host, header_, record))
      return true;
    return header_.after_time.data() != header_.after_host.data() && payload(header_.after_time, header_, record);
  }

  // Most lines are a program's own text: what a payload begins with is looked at before all are asked.
  bool any_payload(LineRecord* record) {
    if (header_.message.starts_with("type=") || header_.message.starts_with("audit: type=")) {
      behind_tag_ = false;  // the event is the audit log's, whose own records have processes
      if (take_audit(header_.message, record)) return true;
    }
    const bool asked = may_be_payload(header_.message) || may_be_payload(header_.after_host) ||
                       (header_.host.empty() && may_be_payload(header_.after_time)) || !header_.structured.empty();
    if (!asked) return false;
    for (LinePayload payload : line_payloads()) {
      if (payload != own_ && try_payload(payload, record)) return true;
    }
    return false;
  }

  void add_syslog(LineRecord* record) const {
    record->schema = &taxonomy::kSyslog;
    record->time = header_.time;
    if (header_.priority >= 0) {
      record->add("pri", header_.priority_text);
      record->add("facility", kFacilities[static_cast<size_t>(header_.priority) / 8]);
      record->add("severity", kSeverities[static_cast<size_t>(header_.priority) % 8]);
    }
    if (!header_.host.empty()) record->add("host", header_.host);
    if (!header_.program.empty()) record->add("program", header_.program);
    if (!header_.pid.empty()) record->add("pid", header_.pid);
    if (!header_.msgid.empty()) record->add("msgid", header_.msgid);
    if (!header_.structured.empty() && header_.structured != "-") record->add("structured", header_.structured);
    record->add("message", header_.message);
    const std::string_view program = header_.program;
    if (program == "sshd" || program == "sshd-session")
      add_sshd(header_.message, record);
    else if (program == "sudo")
      add_sudo(header_.message, record);
    else if (program == "CRON" || program == "crond" || program == "cron" || program == "crontab")
      add_cron(header_.message, record);
  }

  LinePayload own_;
  bool only_own_ = false;
  bool behind_tag_ = false;  // the payload that was taken stands behind the header's tag
  YearInForce year_;
  SyslogHeader header_;
};

// Which year a file is in, when its lines do not say: a year that its text states, else the year of its last change;
// counted back over a turn of the year when the first line is later in the year than the last (docs/formats/syslog.md).
// A stream's last line is not known: there the first line alone is placed, in the year before the last change.
class YearSplitter final : public LineSplitter {
 public:
  void begin(Bytes head, Bytes last, Modified modified) override {
    YearlessTime first, end;
    if (!first_time(head, &first)) return;
    const unsigned first_day = first.month * 32 + first.day;
    if (first.year == 0) year_from_ = "not known";
    if (first.year != 0) {  // dates the lines without a year that stand among those with one
      year_ = first.year;
      if (has_yearless(head)) year_from_ = "a line's own text";
    } else if (const int64_t stated = stated_year(head)) {
      year_ = stated;
      year_from_ = "a line's own text";
    } else if (modified.seconds > 0) {
      const uint64_t ticks = static_cast<uint64_t>(modified.seconds) * kTicksPerSecond + kUnixEpochTicks;
      const CivilTime written = civil(ticks), next = civil(ticks + 86400 * kTicksPerSecond);
      const bool has_last = last_time(last, &end);
      const unsigned last_day = has_last ? end.month * 32 + end.day : first_day;
      year_from_ = modified.told_by;
      year_ = written.year;
      // East of Greenwich the last line may say the next day already, which may be the next year's first.
      if (last_day == next.month * 32 + next.day)
        year_ = has_last ? next.year : written.year;
      else if (last_day > written.month * 32 + written.day)
        --year_;
      if (has_last && first_day > last_day) --year_;
    }
    near_ = first_day;
  }

  [[nodiscard]] std::string year_from() const override { return year_from_; }

  std::shared_ptr<const void> pass(Bytes piece) override {
    YearlessTime first;
    if (year_ != 0 && first_time(piece, &first)) {
      if (first.year != 0) {
        year_ = first.year;
        near_ = first.month * 32 + first.day;
      }
      const int months = static_cast<int>(first.month) - static_cast<int>(near_ / 32);
      if (months <= -7) ++year_;
      if (months >= 7) --year_;
      near_ = first.month * 32 + first.day;
    }
    return std::make_shared<YearInForce>(YearInForce{year_, near_});
  }

 private:
  static bool time_of(std::string_view line, YearlessTime* time) {
    for (size_t at = 0; at < line.size() && at < 48; ++at) {
      if (month_of(line.substr(at, 3)) != 0 && read_yearless(line.substr(at), time) != 0) return true;
    }
    return false;
  }
  static bool first_time(Bytes bytes, YearlessTime* time) {
    std::string_view text = as_text(bytes);
    for (int lines = 0; lines < 64 && !text.empty(); ++lines) {
      const size_t end = std::min(text.find('\n'), text.size());
      if (time_of(text.substr(0, end), time)) return true;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
  }
  static bool has_yearless(Bytes bytes) {
    std::string_view text = as_text(bytes);
    for (YearlessTime time; !text.empty(); text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1)) {
      if (time_of(text.substr(0, text.find('\n')), &time) && time.year == 0) return true;
    }
    return false;
  }
  static bool last_time(Bytes bytes, YearlessTime* time) {
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
      const size_t line = text.find_last_of('\n', text.size() - 1);
      const std::string_view one = line == std::string_view::npos ? text : text.substr(line + 1);
      if (time_of(one, time)) return true;
      if (line == std::string_view::npos) return false;
      text = text.substr(0, line);
    }
    return false;
  }
  // A line that says its own day once more, with the year: "May 30 10:00:00 web01 job: started 2024-05-30 ..".
  static int64_t stated_year(Bytes bytes) {
    std::string_view text = as_text(bytes);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      YearlessTime time;
      if (!time_of(line, &time)) continue;
      for (size_t at = line.find("20"); at != std::string_view::npos; at = line.find("20", at + 1)) {
        const std::string_view date = line.substr(at, 10);
        if (date.size() < 10 || !digit(date[2]) || !digit(date[3]) || date[4] != '-' || date[7] != '-') continue;
        const auto number = [&](size_t i) { return static_cast<unsigned>((date[i] - '0') * 10 + (date[i + 1] - '0')); };
        if (!digit(date[5]) || !digit(date[6]) || !digit(date[8]) || !digit(date[9])) continue;
        if (number(5) == time.month && number(8) == time.day) return 2000 + static_cast<int64_t>(number(2));
      }
    }
    return 0;
  }

  int64_t year_ = 0;
  unsigned near_ = 0;
  std::string year_from_;
};

}  // namespace

std::unique_ptr<LineParser> make_syslog_parser(LinePayload own) {
  return std::make_unique<SyslogParser>(own);
}

std::unique_ptr<LineSplitter> make_year_splitter() {
  return std::make_unique<YearSplitter>();
}

constinit const LineFormat kSyslogLines = {.name = "syslog",
                                           .title = "syslog (RFC 3164, RFC 5424), auth.log, cron, device logs in it",
                                           .strict = false,
                                           .confidence = 60,
                                           .splitter = make_year_splitter};

}  // namespace sil::ingest
