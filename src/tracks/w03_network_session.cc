// W3, sessions that the network shows and the host does not. Sees: connections to a service people log on to (SSH,
// SMB, RDP, WinRM; Zeek conn, Suricata flow) of which the host's own log - logons in Security, sshd's lines in the
// system log or the journal - has the client's address and port in more than 95 of 100 cases, and then, inside the
// time that this log covers, for ten and more in a row in none. Benign causes: auditing of logons switched off,
// connections that end before anybody is asked, a copy of the log that leaves events out. ATT&CK T1070.001, T1070.002,
// T1562. Cannot see: hosts behind address translation and services whose log lacks the port (their coverage is low),
// fewer than ten.
#include <algorithm>
#include <map>

#include "tracks/coverage.h"
#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr size_t kSessionsCalm = 30;  // sessions with their counterpart before anything is said

using Log = std::pair<std::string, SeenBy>;  // host, which of its logs

// The same session as two sensors saw it counts once.
void drop_repeats(std::vector<Seen>* sessions) {
  std::stable_sort(sessions->begin(), sessions->end(),
                   [](const Seen& a, const Seen& b) { return a.ticks() < b.ticks(); });
  std::map<uint64_t, uint64_t> last;
  std::erase_if(*sessions, [&](const Seen& one) {
    auto [it, made] = last.try_emplace(one.what->from, one.ticks());
    bool repeat = !made && one.ticks() - it->second < 3600 * kTicksPerSecond;
    it->second = one.ticks();
    return repeat;
  });
}

void say_sessions(Judge& judge, const std::string& endpoint, const Log& log, const Coverage& coverage,
                  const Uncovered& run) {
  const Seen &first = run.missing.front(), &last = run.missing.back();
  const SourceFacts& own = *(run.before.source ? run.before : run.after).source;
  Judged* judged = judge.add(own, TrackClass::kLoss, Level::kHigh);
  if (!judged) return;
  Track& track = judged->track;
  track.host = log.first;
  track.time.ticks = first.ticks();
  track.last = Timestamp{last.ticks()};
  const std::string count = std::to_string(run.missing.size());
  track.summary = count + " sessions to " + endpoint + " that the network shows until " + shown(last.ticks()) +
                  " are not in the " + seen_by_name(log.second) + " of " + log.first.substr(0, log.first.find('.')) +
                  ", first from " + first.what->about;
  track.expected = "some " + count + " entries with the sessions' addresses and ports: at other times " +
                   std::to_string(coverage.matched) + " of " + std::to_string(coverage.looked) + " sessions have one";
  track.found = "none";
  track.benign_causes = {"auditing of logons was switched off", "connections that ended before anybody logged on",
                         "a copy of the log that leaves events out"};
  judge.cite(judged, *first.source, {first.what->where});
  judge.cite(judged, *last.source, {last.what->where});
  for (const Seen& beside : {run.before, run.after}) {
    if (beside.source) judge.cite(judged, *beside.source, {beside.what->where});
  }
}

}  // namespace

void network_session(const Scene& scene, Judge& judge) {
  std::map<std::string, std::vector<Seen>> endpoints;
  std::map<Log, std::vector<Seen>> logs;
  for (const SourceFacts& source : scene.sources()) {
    if (source.sightings.crowded) continue;
    for (const Sighting& one : source.sightings.all) {
      const std::string& name = source.sightings.names[one.place];
      if (one.by == SeenBy::kNetwork)
        endpoints[name].push_back({&source, &one});
      else if (one.from != 0)
        logs[{name.empty() ? source.about.host : name, one.by}].push_back({&source, &one});
    }
  }
  for (auto& [endpoint, sessions] : endpoints) {
    drop_repeats(&sessions);
    if (sessions.size() < kSessionsCalm + kRun) continue;
    for (const auto& [log, contacts] : logs) {
      Coverage coverage = cover(sessions, contacts, &Sighting::from);
      if (!coverage.shown(kSessionsCalm)) continue;
      for (const Uncovered& run : coverage.runs) {
        if (run.missing.size() >= kRun) say_sessions(judge, endpoint, log, coverage, run);
      }
    }
  }
}

}  // namespace sil::tracks
