// L5, logins that one log of a Linux host has and another has not: sshd's lines in the system log against the journal,
// and login records (wtmp) against both, each way in which more than 95 of 100 logins have their counterpart, inside
// the time that the other file covers. Benign causes: a rate limit of rsyslog or the journal (low where one says so
// near it), another selection of what is forwarded. ATT&CK T1070.002. Cannot see: logins taken out of all of them;
// logins without a terminal in wtmp, which has none of them.
#include <algorithm>
#include <map>

#include "tracks/coverage.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr size_t kLoginsCalm = 20, kLoginsQuoted = 4;

bool limited(const Scene& scene, const std::string& host, uint64_t from, uint64_t to) {
  constexpr uint64_t kAround = 600 * kTicksPerSecond;
  return std::any_of(scene.notes(Interest::kLogDaemon).begin(), scene.notes(Interest::kLogDaemon).end(),
                     [&](const Note* note) {
                       return note->host == host && note->time.ticks + kAround >= from &&
                              note->time.ticks <= to + kAround && says_lines_were_lost(*note);
                     });
}

void say_logins(const Scene& scene, Judge& judge, const std::string& host, SeenBy here, const Coverage& coverage,
                const std::vector<Seen>& missing, const Seen& beside) {
  const Seen &first = missing.front(), &last = missing.back();
  const bool excused = limited(scene, host, first.ticks(), last.ticks());
  Judged* judged = judge.add(*beside.source, TrackClass::kLoss, excused ? Level::kLow : Level::kMedium);
  if (!judged) return;
  Track& track = judged->track;
  track.host = host;
  track.time.ticks = first.ticks();
  if (missing.size() > 1) track.last = Timestamp{last.ticks()};
  const char *has = seen_by_name(first.what->by), *lacks = seen_by_name(here);
  track.summary = std::string("the ") + lacks + (host.empty() ? "" : " of " + host.substr(0, host.find('.'))) +
                  (here == SeenBy::kLoginRecords ? " lack " : " lacks ") +
                  (missing.size() == 1 ? "a login" : std::to_string(missing.size()) + " logins") + " that the " + has +
                  (here == SeenBy::kLoginRecords ? " has: " : " shows: ") + first.what->about + " at " +
                  shown(first.ticks());
  if (excused) track.summary += "; lines were dropped by a rate limit near it";
  track.expected =
      "each login in both: " + std::to_string(coverage.matched) + " of " + std::to_string(coverage.looked) + " are";
  track.found = "nothing of " + std::to_string(missing.size());
  track.benign_causes = {"a rate limit of the log daemon", "another selection of what is kept"};
  for (size_t i = 0; i < std::min(missing.size(), kLoginsQuoted); ++i)
    judge.cite(judged, *missing[i].source, {missing[i].what->where});
  judge.cite(judged, *beside.source, {beside.what->where});
}

}  // namespace

void login_witnesses(const Scene& scene, Judge& judge) {
  std::map<std::string, std::map<SeenBy, std::vector<Seen>>> hosts;
  for (const SourceFacts& source : scene.sources()) {
    if (source.sightings.crowded) continue;
    for (const Sighting& one : source.sightings.all) {
      if (!one.login || one.by == SeenBy::kNetwork || one.by == SeenBy::kSecurity) continue;
      const std::string& name = source.sightings.names[one.place];
      hosts[name.empty() ? source.about.host : name][one.by].push_back({&source, &one});
    }
  }
  // Login records name no host; where all else is of one, they are taken to be of it.
  if (auto nameless = hosts.find(""); nameless != hosts.end() && hosts.size() == 2) {
    auto records = std::move(nameless->second);
    hosts.erase(nameless);
    for (auto& [by, seen] : records) {
      auto& own = hosts.begin()->second[by];
      own.insert(own.end(), seen.begin(), seen.end());
    }
  }
  for (auto& [host, logs] : hosts) {
    for (auto& [by, seen] : logs)
      std::stable_sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.ticks() < b.ticks(); });
    for (const auto& [by, seen] : logs) {
      for (const auto& [here, other] : logs) {
        if (by == here) continue;
        const bool ssh = by != SeenBy::kLoginRecords && here != SeenBy::kLoginRecords;
        Coverage coverage = cover(seen, other, ssh ? &Sighting::from : &Sighting::who);
        if (!coverage.shown(kLoginsCalm)) continue;
        for (const Uncovered& run : coverage.runs) {
          const Seen& beside = run.before.source ? run.before : run.after;
          if (beside.source) say_logins(scene, judge, host, here, coverage, run.missing, beside);
        }
      }
    }
  }
}

}  // namespace sil::tracks
