// The formats this program reads: one row each.
#include <array>

#include "ingest/auditd_lines.h"
#include "ingest/event_xml_reader.h"
#include "ingest/evtx_reader.h"
#include "ingest/journal_export.h"
#include "ingest/journal_file.h"
#include "ingest/json_reader.h"
#include "ingest/line_formats.h"
#include "ingest/login_records.h"
#include "ingest/reader.h"
#include "ingest/shell_history.h"
#include "ingest/table_reader.h"

namespace sil::ingest {
namespace {

// A log of lines is one name in this list (ingest/line_formats.h).
template <const LineFormat&... kFormats>
struct LineRows {
  static constexpr std::array<const LineFormat*, sizeof...(kFormats)> kAll = {&kFormats...};

  static void append(std::vector<Format>* rows) { (rows->push_back(row<kFormats>()), ...); }

 private:
  template <const LineFormat& kFormat>
  static Format row() {
    return {kFormat.name, kFormat.title, [](Bytes head, std::string_view) { return sniff_lines(kFormat, head); },
            [] { return make_line_reader(kFormat); }};
  }
};
using Lines = LineRows<kSyslogLines, kAccessLines, kErrorLogLines, kW3cLines, kSquidLines, kHaproxyLines, kZeekLines,
                       kFilterlogLines, kNfdumpLines, kFortigateLines, kPanosLines, kCiscoLines, kCheckpointLines,
                       kIvantiLines, kCefLines, kLeefLines, kTextLines>;

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> kFormats = [] {
    std::vector<Format> rows = {
        {"evtx", "Windows event log (EVTX)", sniff_evtx, make_evtx_reader},
        {"json", "JSON lines and arrays", sniff_json, make_json_reader},
        {"auditd", "Linux audit log (auditd)", sniff_auditd, make_auditd_reader},
        {"event-xml", "Windows events as XML: exports, Sysmon for Linux", sniff_event_xml, make_event_xml_reader},
        {"csv", "Tables: Microsoft 365 audit log, columns of a known schema", sniff_table, make_table_reader},
        {"journal-export", "systemd journal, export format", sniff_journal_export, make_journal_export_reader},
        {"journal", "systemd journal file", sniff_journal_file, make_journal_file_reader},
        {"utmp", "login records (wtmp, btmp, utmp)", sniff_login_records, make_login_reader},
        {"lastlog", "last logins (lastlog)", sniff_lastlog, make_lastlog_reader},
    };
    Lines::append(&rows);
    rows.push_back(
        {"shell-history", "shell histories (bash, zsh, fish)", sniff_shell_history, make_shell_history_reader});
    return rows;
  }();
  return kFormats;
}

std::span<const LinePayload> line_payloads() {
  static const std::vector<LinePayload> kPayloads = [] {
    std::vector<LinePayload> payloads;
    for (const LineFormat* format : Lines::kAll) {
      if (format->payload != nullptr) payloads.push_back(format->payload);
    }
    return payloads;
  }();
  return kPayloads;
}

const Format* find_format(std::string_view name) {
  for (const Format& format : formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace sil::ingest
