// W1, two versions of one record. Sees: records of one computer's channel that two files hold - the channel's own log
// and what a collector was sent, two exports, JSON of a forwarder - and that say different things: another value in
// the very same record (id, time, event), another record under an id whose neighbours on both sides agree, the same
// records numbered differently. Benign causes: none between files that Windows wrote; a forwarder that writes a field
// in its own way is told by its other records and passed over. Machines of one name, clones and snapshots set back:
// nothing agrees, or nothing behind the point where they part. ATT&CK T1070.001, T1565.001. Cannot see: what only one
// file holds (W2), both files changed alike, records of which JSON has another rendering throughout.
#include <algorithm>

#include "tracks/witnesses.h"

namespace sil::tracks {
namespace {

constexpr size_t kFieldsQuoted = 3;  // fields

std::string numbered(const RecordCopy& copy) {
  return "record " + std::to_string(copy.id);
}

void fill_fields(const Altered& altered, RecordReader& reader, Track* track) {
  std::vector<NamedText> here = reader.fields(altered.here->source, altered.here->where),
                         there = reader.fields(altered.there->source, altered.there->where);
  auto text = [](const std::vector<NamedText>& all, uint32_t print, std::string* name) {
    for (const auto& [key, value] : all) {
      if (name_print(key) != print) continue;
      *name = key;
      std::string out = value;
      clip_text(0, &out);
      return '\'' + out + '\'';
    }
    return std::string("absent");
  };
  std::string names;
  for (size_t i = 0; i < std::min(altered.fields.size(), kFieldsQuoted); ++i) {
    std::string name = "a field";
    std::string wanted = text(there, altered.fields[i], &name), found = text(here, altered.fields[i], &name);
    names += (i > 0 ? ", " : "") + name;
    track->expected += (i > 0 ? "; " : "") + name + ' ' + wanted;
    track->found += (i > 0 ? "; " : "") + name + ' ' + found;
  }
  if (altered.fields.size() > kFieldsQuoted)
    names += " and " + std::to_string(altered.fields.size() - kFieldsQuoted) + " more";
  track->summary += " in " + names;
}

}  // namespace

void two_versions(const Witnesses& all, Judge& judge) {
  for (const Pair& pair : all.pairs) {
    const std::string there = file_of(*pair.there);
    auto add = [&](const RecordCopy& here, const RecordCopy& other) {
      return add_witnessed(all, pair, here, other, TrackClass::kContradiction, judge);
    };
    for (const Altered& one : pair.altered) {
      Judged* judged = add(*one.here, *one.there);
      if (!judged) continue;
      Track& track = judged->track;
      track.summary =
          place_of(all) + " was edited, here or there: " + numbered(*one.here) + " differs from its copy in " + there;
      fill_fields(one, all.reader, &track);
      track.expected += ", as " + there + " has it";
    }
    for (const Altered& one : pair.replaced) {
      Judged* judged = add(*one.here, *one.there);
      if (!judged) continue;
      Track& track = judged->track;
      track.summary = place_of(all) + " was edited, here or there: " + numbered(*one.here) + " is another record in " +
                      there + ", and the records on both sides of it agree";
      track.expected = told(*one.there) + ", as " + there + " has it";
      track.found = told(*one.here);
    }
    for (const Renumbered& run : pair.renumbered) {
      Judged* judged = add(*run.here, *run.there);
      if (!judged) continue;
      Track& track = judged->track;
      uint64_t by = static_cast<uint64_t>(run.shift < 0 ? -run.shift : run.shift);
      track.summary = place_of(all) + " was edited, here or there: from " + numbered(*run.here) + " on " +
                      std::to_string(run.records) + " records are numbered " + std::to_string(by) +
                      (run.shift > 0 ? " lower" : " higher") + " than in " + there;
      track.expected = told(*run.there) + " as record " + std::to_string(run.there->id) + ", as " + there + " has it";
      track.found = "the same as record " + std::to_string(run.here->id);
    }
  }
}

}  // namespace sil::tracks
