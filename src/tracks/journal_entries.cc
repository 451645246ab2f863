#include "tracks/journal_entries.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>

#include "bytes/digest.h"
#include "bytes/short_hash.h"
#include "bytes/text.h"
#include "tracks/serials.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kJitter = 1'000'000;  // microseconds a clock of a boot may seem to go back: none should

uint64_t number_in(std::string_view text, int base) {  // 0: none
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// "s=..;i=..;b=..": the part behind `key=`.
std::string_view part_of_cursor(std::string_view cursor, char key) {
  while (!cursor.empty()) {
    const size_t end = std::min(cursor.find(';'), cursor.size());
    const std::string_view part = cursor.substr(0, end);
    if (part.size() > 2 && part[0] == key && part[1] == '=') return part.substr(2);
    cursor.remove_prefix(std::min(end + 1, cursor.size()));
  }
  return {};
}

std::string value_text(FieldFinder& field, const Event& event) {
  std::string out;
  append_text(field.in(event), &out);
  return out;
}

bool is_data_field(std::string_view path) {  // "__" begins what journalctl adds
  return !path.empty() && !path.starts_with("__") && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string in_hex(uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(number));
  return digits;
}

}  // namespace

uint32_t JournalFacts::name(std::string_view text) {
  constexpr size_t kNames = 4096;
  const auto known = std::find(names.rbegin(), names.rend(), text);
  if (known != names.rend()) return static_cast<uint32_t>(names.rend() - known - 1);
  if (names.size() == kNames || text.size() > 64) {
    crowded = true;
    return 0;
  }
  names.emplace_back(text);
  return static_cast<uint32_t>(names.size() - 1);
}

void JournalFacts::add(const JournalPoint& point, std::string_view sequence, std::string_view boot) {
  if (crowded || point.number == 0) return;
  JournalPoint now = point;
  const uint32_t id = name(sequence);
  now.boot = name(boot);
  // Entries of two files may be woven into one another in an export.
  for (size_t back_by = 1; back_by <= runs.size() && back_by <= 4; ++back_by) {
    JournalRun& run = runs[runs.size() - back_by];
    if (run.sequence != id) continue;
    if (now.number >= run.first.number && now.number <= run.last.number) return;  // once more
    if (now.boot == run.last.boot && now.number > run.last.number && now.monotonic + kJitter < run.last.monotonic &&
        back.size() < kListedEntries)
      back.push_back({run.last, now});
    if (now.number == run.last.number + 1) {
      run.last = now;
      return;
    }
  }
  if (runs.size() == kRunsKept)
    crowded = true;
  else
    runs.push_back({id, now, now});
}

void JournalFacts::append(JournalFacts next) {
  crowded = crowded || next.crowded;
  hashed += next.hashed;
  differing += next.differing;
  people = people || next.people;
  const auto renamed = [&](JournalPoint point) {
    point.boot = name(next.names[point.boot]);
    return point;
  };
  for (JournalStep& step : next.back) {
    if (back.size() < kListedEntries) back.push_back({renamed(step.before), renamed(step.after)});
  }
  for (JournalMismatch& one : next.mismatches) {
    if (mismatches.size() < kListedEntries) mismatches.push_back(std::move(one));
  }
  for (JournalRun& run : next.runs) {
    const uint32_t id = name(next.names[run.sequence]);
    run = {id, renamed(run.first), renamed(run.last)};
    if (!runs.empty() && runs.back().sequence == id && run.first.number == runs.back().last.number + 1) {
      if (run.first.boot == runs.back().last.boot && run.first.monotonic + kJitter < runs.back().last.monotonic &&
          back.size() < kListedEntries)
        back.push_back({runs.back().last, run.first});
      runs.back().last = run.last;
    } else if (runs.size() == kRunsKept) {
      crowded = true;
    } else {
      runs.push_back(run);
    }
  }
}

void JournalWatcher::add(const Event& event, JournalFacts* out) {
  const std::string cursor = value_text(cursor_, event);
  JournalPoint point;
  point.where = event.where;
  point.number = number_in(part_of_cursor(cursor, 'i'), 16);
  if (point.number == 0) point.number = number_in(value_text(number_, event), 10);
  if (point.number == 0) return;
  std::string sequence(part_of_cursor(cursor, 's')), boot(part_of_cursor(cursor, 'b'));
  if (sequence.empty()) sequence = value_text(sequence_, event);
  if (boot.empty()) boot = value_text(boot_, event);
  if (sequence.empty() || boot.empty()) return;
  point.monotonic = number_in(value_text(monotonic_, event), 10);
  point.realtime = number_in(value_text(realtime_, event), 10);
  out->add(point, sequence, boot);
  constexpr uint64_t kFirstPerson = 1000, kLastPerson = 60000;  // systemd's own division of account numbers
  const uint64_t uid = number_in(value_text(uid_, event), 10);
  out->people = out->people || (uid >= kFirstPerson && uid <= kLastPerson);
  const uint64_t said = number_in(part_of_cursor(cursor, 't'), 16);
  if (said != 0 && point.realtime != 0 && said != point.realtime && out->mismatches.size() < kListedEntries)
    out->mismatches.push_back(
        {event.where, event.time.ticks, "t=" + in_hex(said), "t=" + in_hex(point.realtime), true});
  if (const uint64_t stated = number_in(part_of_cursor(cursor, 'x'), 16)) compare(event, stated, out);
}

void JournalWatcher::compare(const Event& event, uint64_t stated, JournalFacts* out) {
  uint64_t all = 0;
  std::vector<uint64_t> each;
  std::string text;
  for (const LayoutField& field : event.layout->fields) {
    if (!is_data_field(field.path)) continue;
    const Value value = event.value(field);
    // Bytes that are no text, texts that are long: JSON has them as lists or not at all. An empty value is one.
    const bool whole = value.kind == ValueKind::kUtf8 || value.kind == ValueKind::kJsonString;
    if (!whole) return;
    text = field.path + '=';
    if (value.kind == ValueKind::kUtf8)
      text += as_text(value.bytes());  // as it lies there, be it text or not
    else
      append_text(value, &text);
    each.push_back(lookup3(as_bytes(text)));
    all ^= each.back();
  }
  if (each.empty()) return;
  ++out->hashed;
  if (all == stated) return;
  // A field that was given twice counts twice in the hash and is kept once.
  for (uint64_t one : each) {
    if ((all ^ one) == stated) return;
  }
  ++out->differing;
  if (out->mismatches.size() < kListedEntries)
    out->mismatches.push_back({event.where, event.time.ticks, "x=" + in_hex(stated), "x=" + in_hex(all), false});
}

}  // namespace sil::tracks
