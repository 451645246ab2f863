// L1, holes in the audit log's serials. Sees: numbers of the kernel's counter that are missing between two records of
// one boot, across rotated files of one host: records that were written and taken out, or never written. Benign causes
// are ruled out as far as the log tells: auditd stopped between, a rotated file that is not at hand, filters (many
// small holes all over the boot). What is left may be a rate limit or a full backlog. ATT&CK T1070.002. Cannot see:
// logs whose serials were rewritten, the end of the newest file, what came before auditd's first record of a boot.
#include <algorithm>
#include <map>

#include "tracks/counted_runs.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

using Boot = std::vector<CountedRun>;

constexpr uint64_t kRestart = 1000;  // the counter falls by more than this: another boot; less: woven records

bool another_boot(uint64_t serial, uint64_t highest) {
  return serial + kRestart < highest || serial < highest / 2;
}

// The daemon or the kernel says that nothing was written between.
const Note* stopped_between(const Scene& scene, const std::string& host, const CountedRun& before,
                            const CountedRun& after) {
  constexpr uint64_t kSlack = 2 * kTicksPerSecond;
  for (const Note* note : scene.notes(Interest::kAudit)) {
    if (note->host != host || note->time.ticks + kSlack < before.last.ticks ||
        note->time.ticks > after.first.ticks + kSlack)
      continue;
    const std::string& what = note->field("state");
    if (what.starts_with("DAEMON_") || what.starts_with("SYSTEM_") || note->field("audit_enabled") == "0") return note;
  }
  return nullptr;
}

std::string clock_of(uint64_t ticks) {
  std::string text = shown(ticks);
  return ticks == 0 ? text : text.substr(text.find(' ') + 1);
}

void say_hole(const Scene& scene, Judge& judge, const std::string& host, const CountedRun& before,
              const CountedRun& after) {
  uint64_t from = before.last.record_id + 1, to = after.first.record_id - 1, missing = to - from + 1;
  const Note* stopped = stopped_between(scene, host, before, after);
  bool one_file = before.last_source == after.source;
  Judged* judged = judge.add(*before.last_source, stopped ? TrackClass::kContext : TrackClass::kLoss,
                             stopped    ? Level::kInformational
                             : one_file ? Level::kMedium
                                        : Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.host = host;
  track.time.ticks = before.last.ticks;
  track.last = Timestamp{after.first.ticks};
  track.summary = (host.empty() ? "the audit log" : "audit log on " + host.substr(0, host.find('.'))) + ": " +
                  std::to_string(missing) + (missing == 1 ? " serial is" : " serials are") + " missing until " +
                  clock_of(after.first.ticks) + ", " + std::to_string(from) + " to " + std::to_string(to) +
                  (stopped    ? "; auditd was stopped between"
                   : one_file ? "; auditd wrote before and after"
                              : "; between two files");
  track.expected = "serial " + std::to_string(from) + " behind " + std::to_string(from - 1);
  track.found = "serial " + std::to_string(to + 1);
  track.benign_causes = {"a rate limit or a full backlog of the kernel", "records that another reader took",
                         "an exclude filter"};
  if (!one_file) track.benign_causes.insert(track.benign_causes.begin(), "a rotated file that is not at hand");
  judge.cite(judged, *before.last_source, {before.last.where});
  judge.cite(judged, *after.source, {after.first.where});
  if (stopped) track.citations.push_back(stopped->citation);
}

// Many holes all over: numbers that filters used up. One track tells of them.
void say_filtered(Judge& judge, const std::string& host, const Boot& boot, uint64_t present) {
  Judged* judged = judge.add(*boot.front().source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  uint64_t span = boot.back().last.record_id - boot.front().first.record_id + 1;
  judged->track.host = host;
  judged->track.time.ticks = boot.front().first.ticks;
  judged->track.summary = "the audit log" + (host.empty() ? std::string() : " on " + host) + " leaves out " +
                          std::to_string(span - std::min(span, present)) + " serials in " +
                          std::to_string(boot.size() - 1) + " places of one boot, as filters do";
  judged->track.expected = "serials that number on";
  judged->track.found = std::to_string(boot.size() - 1) + " jumps";
  judged->track.benign_causes = {"exclude filters", "a rate limit"};
  judge.cite(judged, *boot.front().source, {boot.front().first.where});
}

}  // namespace

void audit_serials(const Scene& scene, Judge& judge) {
  std::map<std::string, Boot> hosts;
  for (const SourceFacts& source : scene.sources()) {
    if (source.serials.crowded) continue;
    for (const SerialRun& run : source.serials.runs) hosts[source.about.host].push_back({run, &source, &source});
  }
  for (auto& [host, runs] : hosts) {
    for (const Boot& boot : counter_epochs(std::move(runs), another_boot)) {
      uint64_t present = 0;
      for (const CountedRun& run : boot) present += run.count();
      size_t holes = boot.size() - 1;
      constexpr size_t kFew = 3, kOneIn = 200;
      if (holes > kFew && holes * kOneIn > present) {
        say_filtered(judge, host, boot, present);
        continue;
      }
      for (size_t i = 1; i < boot.size(); ++i) say_hole(scene, judge, host, boot[i - 1], boot[i]);
    }
  }
}

}  // namespace sil::tracks
