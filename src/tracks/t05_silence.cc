// T5, joint silence. Sees: a time in which every log of a host (three or more, each busy before and after) says
// nothing, far longer than each of them ever paused, without a shutdown or sleep at its edge: threads of the event
// log service killed or suspended. Benign causes: a hang, a full disk, a host that was off without a trace. ATT&CK
// T1562.002. Cannot see: silence of a single log of a quiet host.
#include <algorithm>
#include <map>

#include "tracks/said.h"

namespace sil::tracks {
namespace {

constexpr uint64_t kMinute = 60 * kTicksPerSecond, kLeast = 30 * kMinute;
constexpr size_t kLogs = 3;

struct Silence {
  uint64_t from = 0, to = 0;
};

bool explained(const Scene& scene, const std::string& host, const Silence& silence) {
  for (Interest interest : {Interest::kLandmark, Interest::kClock}) {
    for (const Note* note : scene.notes(interest)) {
      if (note->host != host || note->event_id == 7036 || note->event_id == 6013) continue;
      if (note->time.ticks + 10 * kMinute >= silence.from && note->time.ticks <= silence.to + 10 * kMinute) return true;
    }
  }
  return false;
}

// The second longest pause of the log and its mean pause: what is usual.
bool unusual(const Rhythm& rhythm, const Silence& silence, uint64_t records) {
  uint64_t length = silence.to - silence.from, other = 0;
  for (const Step& gap : rhythm.gaps) {
    uint64_t own = gap.after.ticks - gap.before.ticks;
    bool same = gap.before.ticks <= silence.from + kMinute && gap.after.ticks + kMinute >= silence.to;
    if (!same) other = std::max(other, own);
  }
  if (records < 200 || rhythm.last.ticks <= rhythm.first.ticks) return false;
  uint64_t mean = (rhythm.last.ticks - rhythm.first.ticks) / records;
  return length > 3 * other && length > 20 * mean;  // exp(-20) < 1e-8, with room for what comes in bursts
}

}  // namespace

void joint_silence(const Scene& scene, Judge& judge) {
  std::map<std::string, std::vector<const SourceFacts*>> hosts;
  for (const SourceFacts& source : scene.sources()) {
    if (source.what == FileClass::kChannel && !source.about.host.empty() && source.about.events >= 200)
      hosts[source.about.host].push_back(&source);
  }
  for (const auto& [host, sources] : hosts) {
    if (sources.size() < kLogs) continue;
    for (const Step& gap : sources.front()->rhythm.gaps) {
      Silence silence{gap.before.ticks, gap.after.ticks};
      std::vector<std::pair<const SourceFacts*, Step>> all;
      for (const SourceFacts* source : sources) {
        for (const Step& other : source->rhythm.gaps) {
          uint64_t from = std::max(silence.from, other.before.ticks), to = std::min(silence.to, other.after.ticks);
          if (to <= from || to - from < kLeast) continue;
          silence = {from, to};
          all.emplace_back(source, other);
          break;
        }
      }
      if (all.size() != sources.size() || silence.to - silence.from < kLeast || explained(scene, host, silence))
        continue;
      bool each = std::all_of(all.begin(), all.end(), [&](const auto& one) {
        return unusual(one.first->rhythm, silence, one.first->about.events);
      });
      if (!each) continue;
      Judged* judged = judge.add(*all.front().first, TrackClass::kLoss, Level::kMedium);
      if (!judged) continue;
      judged->track.time.ticks = silence.from;
      judged->track.last = Timestamp{silence.to};
      judged->track.channel.clear();
      judged->track.summary = host.substr(0, host.find('.')) + ": all " + std::to_string(all.size()) +
                              " logs are silent for " + std::to_string((silence.to - silence.from) / kMinute) +
                              " minutes, without a shutdown";
      judged->track.expected = "events at each log's usual pace, or a shutdown or sleep at the edge";
      judged->track.found = "none between " + shown(silence.from) + " and " + shown(silence.to);
      judged->track.benign_causes = {"a host that hung or lost power", "a full disk"};
      for (const auto& [source, step] : all) judge.cite(judged, *source, {step.before.where, step.after.where});
    }
  }
}

}  // namespace sil::tracks
