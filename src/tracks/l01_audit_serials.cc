// L1, holes in the audit log's serials. Sees: numbers of the kernel's counter that are missing between two records of
// one boot, across rotated files of one host: records that were written and taken out, or never written. Benign causes
// are ruled out as far as the log tells: auditd stopped between, a rotated file that is not at hand, filters (many
// small holes all over the boot). What is left may be a rate limit or a full backlog. ATT&CK T1070.002. Cannot see:
// logs whose serials were rewritten, the end of the newest file, what came before auditd's first record of a boot.
#include <algorithm>
#include <map>

#include "tracks/said.h"

namespace sil::tracks {
namespace {

struct Run {
  SerialRun run;
  const SourceFacts* source = nullptr;
};
using Boot = std::vector<Run>;

constexpr uint64_t kRestart = 1000;  // the counter falls by more than this: another boot; less: woven records

// The runs of a host by time, cut where the counter begins anew; each boot sorted by serial and joined.
std::vector<Boot> boots_of(std::vector<Run> runs) {
  std::stable_sort(runs.begin(), runs.end(),
                   [](const Run& a, const Run& b) { return a.run.first.ticks < b.run.first.ticks; });
  std::vector<Boot> boots;
  uint64_t highest = 0;
  for (Run& run : runs) {
    bool anew = run.run.first.record_id + kRestart < highest || (run.run.first.record_id < highest / 2);
    if (boots.empty() || anew) {
      boots.emplace_back();
      highest = 0;
    }
    highest = std::max(highest, run.run.last.record_id);
    boots.back().push_back(run);
  }
  for (Boot& boot : boots) {
    std::stable_sort(boot.begin(), boot.end(),
                     [](const Run& a, const Run& b) { return a.run.first.record_id < b.run.first.record_id; });
    Boot joined;
    for (const Run& run : boot) {
      if (joined.empty() || run.run.first.record_id > joined.back().run.last.record_id + 1)
        joined.push_back(run);
      else if (run.run.last.record_id > joined.back().run.last.record_id)
        joined.back() = {{joined.back().run.first, run.run.last}, run.source};
    }
    boot = std::move(joined);
  }
  return boots;
}

// The daemon or the kernel says that nothing was written between.
const Note* stopped_between(const Scene& scene, const std::string& host, const Run& before, const Run& after) {
  constexpr uint64_t kSlack = 2 * kTicksPerSecond;
  for (const Note* note : scene.notes(Interest::kAudit)) {
    if (note->host != host || note->time.ticks + kSlack < before.run.last.ticks ||
        note->time.ticks > after.run.first.ticks + kSlack)
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

void say_hole(const Scene& scene, Judge& judge, const std::string& host, const Run& before, const Run& after) {
  uint64_t from = before.run.last.record_id + 1, to = after.run.first.record_id - 1, missing = to - from + 1;
  const Note* stopped = stopped_between(scene, host, before, after);
  bool one_file = before.source == after.source;
  Judged* judged = judge.add(*before.source, stopped ? TrackClass::kContext : TrackClass::kLoss,
                             stopped    ? Level::kInformational
                             : one_file ? Level::kMedium
                                        : Level::kLow);
  if (!judged) return;
  Track& track = judged->track;
  track.host = host;
  track.time.ticks = before.run.last.ticks;
  track.last = Timestamp{after.run.first.ticks};
  track.summary = (host.empty() ? "the audit log" : "audit log on " + host.substr(0, host.find('.'))) + ": " +
                  std::to_string(missing) + (missing == 1 ? " serial is" : " serials are") + " missing until " +
                  clock_of(after.run.first.ticks) + ", " + std::to_string(from) + " to " + std::to_string(to) +
                  (stopped    ? "; auditd was stopped between"
                   : one_file ? "; auditd wrote before and after"
                              : "; between two files");
  track.expected = "serial " + std::to_string(from) + " behind " + std::to_string(from - 1);
  track.found = "serial " + std::to_string(to + 1);
  track.benign_causes = {"a rate limit or a full backlog of the kernel", "records that another reader took",
                         "an exclude filter"};
  if (!one_file) track.benign_causes.insert(track.benign_causes.begin(), "a rotated file that is not at hand");
  judge.cite(judged, *before.source, {before.run.last.where});
  judge.cite(judged, *after.source, {after.run.first.where});
  if (stopped) track.citations.push_back(stopped->citation);
}

// Many holes all over: numbers that filters used up. One track tells of them.
void say_filtered(Judge& judge, const std::string& host, const Boot& boot, uint64_t present) {
  Judged* judged = judge.add(*boot.front().source, TrackClass::kContext, Level::kInformational);
  if (!judged) return;
  uint64_t span = boot.back().run.last.record_id - boot.front().run.first.record_id + 1;
  judged->track.host = host;
  judged->track.time.ticks = boot.front().run.first.ticks;
  judged->track.summary = "the audit log" + (host.empty() ? std::string() : " on " + host) + " leaves out " +
                          std::to_string(span - std::min(span, present)) + " serials in " +
                          std::to_string(boot.size() - 1) + " places of one boot, as filters do";
  judged->track.expected = "serials that number on";
  judged->track.found = std::to_string(boot.size() - 1) + " jumps";
  judged->track.benign_causes = {"exclude filters", "a rate limit"};
  judge.cite(judged, *boot.front().source, {boot.front().run.first.where});
}

}  // namespace

void audit_serials(const Scene& scene, Judge& judge) {
  std::map<std::string, std::vector<Run>> hosts;
  for (const SourceFacts& source : scene.sources()) {
    if (source.serials.crowded) continue;
    for (const SerialRun& run : source.serials.runs) hosts[source.about.host].push_back({run, &source});
  }
  for (auto& [host, runs] : hosts) {
    for (const Boot& boot : boots_of(std::move(runs))) {
      uint64_t present = 0;
      for (const Run& run : boot) present += run.run.last.record_id - run.run.first.record_id + 1;
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
