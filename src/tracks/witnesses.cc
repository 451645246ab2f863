#include "tracks/witnesses.h"

namespace sil::tracks {

std::string file_of(const SourceFacts& source) {
  const std::string& path = source.about.members.empty() ? source.about.path : source.about.members.back();
  return path.substr(path.find_last_of("/\\") + 1);
}

std::string place_of(const Witnesses& all) {
  return all.group.plan.channel + " on " + all.group.plan.host.substr(0, all.group.plan.host.find('.'));
}

std::string told(const RecordCopy& copy) {
  return "event " + std::to_string(copy.event_id) + " of " + shown(copy.ticks);
}

Judged* add_witnessed(const Witnesses& all, const Pair& pair, const RecordCopy& here, const RecordCopy& there,
                      TrackClass kind, Judge& judge) {
  // What Windows wrote says the same wherever it is kept; a forwarder's JSON went through other hands.
  bool own = pair.here->about.format == "evtx" && pair.there->about.format == "evtx";
  Judged* judged =
      judge.add(*pair.here, kind, own && kind == TrackClass::kContradiction ? Level::kCritical : Level::kHigh);
  if (!judged) return nullptr;
  judged->track.host = all.group.plan.host;
  judged->track.channel = all.group.plan.channel;
  judged->track.time.ticks = here.ticks;
  judge.cite(judged, *pair.here, {here.where});
  judge.cite(judged, *pair.there, {there.where});
  return judged;
}

void not_compared(const CopyPlan& plan, uint64_t records, const std::vector<SourceFacts>& sources, Judge& judge) {
  Judged* judged = judge.add(sources[plan.sources.front()], TrackClass::kContext, Level::kLow);
  if (!judged) return;
  judged->track.summary = std::to_string(records) + " records that several files hold were not compared, from " +
                          plan.channel + " on " + plan.host + " on: name fewer files at a time";
  judged->track.expected = "every record that two files hold, compared";
  judged->track.found = "those up to record " + std::to_string(plan.first);
  judge.cite(judged, sources[plan.sources.front()], {});
}

}  // namespace sil::tracks
