// The formats this program reads: one row each.
#include "ingest/auditd_lines.h"
#include "ingest/evtx_reader.h"
#include "ingest/json_reader.h"
#include "ingest/reader.h"

namespace sil::ingest {

const std::vector<Format>& formats() {
  static const std::vector<Format> kFormats = {
      {"evtx", "Windows event log (EVTX)", sniff_evtx, make_evtx_reader},
      {"json", "JSON lines and arrays", sniff_json, make_json_reader},
      {"auditd", "Linux audit log (auditd)", sniff_auditd, make_auditd_reader},
  };
  return kFormats;
}

const Format* find_format(std::string_view name) {
  for (const Format& format : formats()) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace sil::ingest
