// L3, login records. Sees: records of wtmp, btmp or utmp that are all zero, as tools leave them that take one login out
// in place, and records earlier than one before them. Benign causes: a clock that was set back (then the time alone);
// for zeros none is known but a damaged disk. ATT&CK T1070.002, T1070.006. Cannot see: files that were written anew
// without the record.
#include <algorithm>
#include <cstdlib>

#include "tracks/judge.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kSecondsAt = 340;  // of a record of 384 bytes, glibc x86-64

uint64_t time_of(const SourceFacts& source, Judge& judge, uint64_t at, uint32_t size) {
  std::vector<uint8_t> record = judge.read(source, {at, size});
  if (record.size() < kSecondsAt + 4) return 0;
  auto seconds = load_le<uint32_t>(record.data() + kSecondsAt);
  return seconds == 0 ? 0 : kUnixEpochTicks + seconds * kTicksPerSecond;
}

// The record before `odd` whose time it should not precede: the nearest of `seconds`.
Span latest_before(const SourceFacts& source, Judge& judge, const Span& odd, uint64_t seconds) {
  constexpr uint64_t kFarthest = 4096;  // records that are looked at
  const uint64_t wanted = kUnixEpochTicks + seconds * kTicksPerSecond;
  for (uint64_t i = 1; i <= kFarthest && odd.offset >= i * odd.length; ++i) {
    const uint64_t at = odd.offset - i * odd.length;
    if (time_of(source, judge, at, odd.length) == wanted) return {at, odd.length};
  }
  return {};
}

void say_wiped(const SourceFacts& source, Judge& judge, const std::vector<Span>& wiped) {
  Judged* judged = judge.add(source, TrackClass::kLoss, Level::kHigh);
  if (!judged) return;
  uint32_t size = wiped.front().length;
  uint64_t begin = wiped.front().offset, end = wiped.back().offset + wiped.back().length;
  uint64_t before = begin >= size ? time_of(source, judge, begin - size, size) : 0;
  uint64_t after = time_of(source, judge, end, size);
  Track& track = judged->track;
  track.time.ticks = before;
  if (after >= before && before != 0) track.last = Timestamp{after};
  track.summary = "login records" + (source.about.host.empty() ? "" : " on " + source.about.host) + ": " +
                  std::to_string(wiped.size()) +
                  (wiped.size() == 1 ? " record was wiped in place" : " records were wiped in place");
  if (before != 0 && after != 0) track.summary += ", between " + shown(before) + " and " + shown(after);
  track.expected = "a login record at " + hex_offset(begin);
  track.found = std::to_string(end - begin) + " zero bytes";
  track.benign_causes = {"a damaged disk"};
  judge.cite(judged, source, wiped);
}

}  // namespace

void login_records(const SourceFacts& source, Judge& judge) {
  if (source.about.format != "utmp") return;
  std::vector<Span> run;
  auto flush = [&] {
    if (!run.empty()) say_wiped(source, judge, run);
    run.clear();
  };
  for (const Anomaly& odd : source.odd) {
    if (odd.kind != AnomalyKind::kValueDamage) continue;
    if (!run.empty() && odd.where.offset != run.back().offset + run.back().length) flush();
    run.push_back(odd.where);
  }
  flush();
  for (const Anomaly& odd : source.odd) {
    if (odd.kind != AnomalyKind::kTime) continue;
    Judged* judged = judge.add(source, TrackClass::kChange, Level::kLow);
    if (!judged) continue;
    judged->track.summary = "login records" + (source.about.host.empty() ? "" : " on " + source.about.host) +
                            ": a record is earlier than one before it";
    judged->track.time.ticks = time_of(source, judge, odd.where.offset, odd.where.length);
    judged->track.expected = odd.expected;
    judged->track.found = odd.found;
    judged->track.benign_causes = {"a clock that was set back"};
    judge.cite(judged, source, {odd.where});
    const uint64_t latest = std::strtoull(odd.expected.c_str(), nullptr, 10);
    if (const Span before = latest_before(source, judge, odd.where, latest); before.length != 0)
      judge.cite(judged, source, {before});
  }
}

}  // namespace sil::tracks
