#include "tracks/line_numbers.h"

#include <algorithm>
#include <charconv>

namespace sil::tracks {
namespace {

uint64_t decimal_in(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// `[meta sequenceId="29"]` among structured data.
std::string_view sequence_id(std::string_view structured) {
  const size_t meta = structured.find("[meta ");
  if (meta == std::string_view::npos) return {};
  const std::string_view rest = structured.substr(meta, structured.find(']', meta) - meta);
  constexpr std::string_view kName = " sequenceId=\"";
  const size_t at = rest.find(kName);
  if (at == std::string_view::npos) return {};
  const std::string_view value = rest.substr(at + kName.size());
  return value.substr(0, value.find('"'));
}

}  // namespace

uint32_t LineNumbers::key(std::string_view text) {
  constexpr size_t kKeys = 1024;
  const auto known = std::find(keys.rbegin(), keys.rend(), text);
  if (known != keys.rend()) return static_cast<uint32_t>(keys.rend() - known - 1);
  if (keys.size() == kKeys) {
    crowded = true;
    return 0;
  }
  keys.emplace_back(text);
  return static_cast<uint32_t>(keys.size() - 1);
}

void LineNumbers::add(std::string_view text, const Moment& now) {
  if (crowded || now.record_id == 0) return;
  const uint32_t of = key(text);
  // Lines of several sources are woven into one another, and may overtake each other on the way.
  size_t own = 0;
  for (size_t back = 1; back <= runs.size() && back <= 64 && own < 4; ++back) {
    NumberedRun& run = runs[runs.size() - back];
    if (run.key != of) continue;
    ++own;
    if (run.takes(now)) return;
  }
  if (runs.size() == kRunsKept)
    crowded = true;
  else
    runs.push_back({{now, now}, of});
}

void LineNumbers::append(LineNumbers next) {
  crowded = crowded || next.crowded;
  for (const NumberedRun& run : next.runs) {
    const uint32_t of = key(next.keys[run.key]);
    const auto last = std::find_if(runs.rbegin(), runs.rend(), [&](const NumberedRun& one) { return one.key == of; });
    if (last != runs.rend() && run.first.record_id == last->last.record_id + 1) {
      last->last = run.last;
    } else if (runs.size() == kRunsKept) {
      crowded = true;
    } else {
      runs.push_back({{run.first, run.last}, of});
    }
  }
}

bool LineNumberer::numbered(const LogKind& kind) {
  return kind.schema == "syslog" || kind.schema == "cisco" || kind.schema == "panos";
}

void LineNumberer::add(const Event& event, LineNumbers* out) {
  const std::string& schema = event.kind->schema;
  std::string number, of;
  if (schema == "syslog") {
    const Value structured = structured_.in(event);
    if (structured.size == 0) return;
    append_text(structured, &number);
    number = std::string(sequence_id(number));
  } else if (schema == "cisco") {
    append_text(sequence_.in(event), &number);
  } else {
    append_text(seqno_.in(event), &number);
  }
  if (number.empty()) return;
  const uint64_t value = decimal_in(number);
  if (value == 0) return;
  append_text(schema == "panos" ? device_.in(event) : host_.in(event), &of);
  if (schema == "panos") {
    of += ' ';
    append_text(type_.in(event), &of);
  }
  out->add(of, {event.time.ticks, value, event.where});
}

}  // namespace sil::tracks
