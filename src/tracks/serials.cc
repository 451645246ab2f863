#include "tracks/serials.h"

#include <iterator>

namespace sil::tracks {

bool SerialRun::takes(const Moment& now) {
  if (now.record_id == last.record_id + 1) {
    last = now;
    return true;
  }
  return now.record_id >= first.record_id && now.record_id <= last.record_id;
}

void Serials::add(const Moment& now) {
  if (crowded || now.record_id == 0) return;
  // Events are woven into one another, so that a number may come a few places late.
  for (size_t back = 1; back <= runs.size() && back <= 4; ++back) {
    if (runs[runs.size() - back].takes(now)) return;
  }
  if (runs.size() == kRunsKept)
    crowded = true;
  else
    runs.push_back({now, now});
}

void Serials::append(Serials next) {
  crowded = crowded || next.crowded;
  auto from = next.runs.begin();
  if (!runs.empty() && from != next.runs.end() && from->first.record_id == runs.back().last.record_id + 1) {
    runs.back().last = from->last;
    ++from;
  }
  runs.insert(runs.end(), std::make_move_iterator(from), std::make_move_iterator(next.runs.end()));
  if (runs.size() > kRunsKept) {
    crowded = true;
    runs.resize(kRunsKept);
  }
}

std::string_view audit_state(const Layout& layout) {
  constexpr std::string_view kTypes[] = {"DAEMON_START",  "DAEMON_END",    "DAEMON_ABORT",  "DAEMON_ERR",
                                         "DAEMON_ACCEPT", "DAEMON_CLOSE",  "DAEMON_ROTATE", "DAEMON_RESUME",
                                         "DAEMON_CONFIG", "CONFIG_CHANGE", "SYSTEM_BOOT",   "SYSTEM_SHUTDOWN"};
  for (const LayoutField& field : layout.fields) {
    for (std::string_view type : kTypes) {
      if (field.path.size() > type.size() && field.path.starts_with(type) && field.path[type.size()] == '.')
        return type;
    }
  }
  return {};
}

}  // namespace sil::tracks
