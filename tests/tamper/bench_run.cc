#include "tamper/bench_run.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/file.h"
#include "flow/track_stage.h"

namespace sil::tamper {
namespace {

class Collector : public flow::TrackConsumer {
 public:
  void take(uint32_t, const Source&, std::vector<Track> tracks) override { add(std::move(tracks)); }
  void take_scene(std::vector<Track> tracks) override { add(std::move(tracks)); }
  void format(const Anomaly&, const Source&, std::string*) const override {}
  void take_text(std::string_view) override {}
  void source_done(uint32_t, const Source&) override {}
  std::vector<Track> all;

 private:
  void add(std::vector<Track> tracks) {
    for (Track& track : tracks) all.push_back(std::move(track));
  }
};

bool overlaps(const Track& track, uint64_t begin, uint64_t end) {
  for (const Citation& citation : track.citations) {
    for (const Span& span : citation.spans) {
      if (span.offset < end && span.offset + span.length > begin) return true;
    }
  }
  return false;
}

std::set<std::string> words(const std::string& text) {
  std::set<std::string> out;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    out.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string bench_folder() {
  static const std::string kFolder = [] {
    const char* stated = std::getenv("TMPDIR");
    std::string folder = std::string(stated ? stated : "/tmp") + "/silhouette-tamper-" + std::to_string(std::rand());
    std::string logs = folder + "/winevt/Logs";
    if (make_directory(logs)) (void)write_whole(logs + "/.copies-for-tests", "");
    return logs;
  }();
  return kFolder;
}

std::vector<Track> tracks_of(const std::vector<std::string>& paths) {
  Collector collector;
  flow::PipelineOptions options;
  options.threads = 1;
  flow::Progress progress;
  flow::TrackStage stage(collector, nullptr, false, nullptr);
  std::vector<flow::Input> inputs;
  for (const std::string& path : paths) inputs.push_back({path, true});
  stage.know_beside(inputs, flow::run_pipeline(inputs, options, nullptr, stage, progress));
  stage.finish(options);
  return std::move(collector.all);
}

std::vector<Track> tracks_of(const std::string& path) {
  return tracks_of(std::vector<std::string>{path});
}

std::vector<Track> tracks_in(const std::vector<uint8_t>& bytes, const std::string& name) {
  std::string path = bench_folder() + "/" + name;
  if (!write_whole(path, as_text(Bytes(bytes)))) return {};
  std::vector<Track> out = tracks_of(path);
  std::remove(path.c_str());
  return out;
}

Verdict judge(const std::vector<Track>& clean, const std::vector<Track>& edited, const evtx_writer::Planted& truth) {
  std::set<std::string> before;
  for (const Track& track : clean) before.insert(track.detector + track.summary + track.found);
  std::string rules = evtx_writer::plant_expected(truth.plant);
  if (rules == "R16c") rules = "R16";
  std::set<std::string> expected = words(rules);
  std::vector<Sha256> missing;  // victims not yet brought back, each a record of its own
  for (size_t at = 0; at + 8 <= truth.before.size();) {
    auto size = load_le<uint32_t>(truth.before.data() + at + 4);
    if (size < 28 || size > truth.before.size() - at) break;
    missing.push_back(sha256(Bytes(truth.before).subspan(at, size)));
    at += size;
  }
  bool victims = !missing.empty();
  uint64_t chunk = 4096 + truth.chunk * 65536;
  // Of a compacted chunk nothing tells which record went: the chunk is the place.
  bool record = truth.size != 0 && truth.size != 65536 && truth.plant != evtx_writer::Plant::kCompact;
  uint64_t begin = record ? chunk + truth.offset : chunk;
  uint64_t end = record ? begin + truth.size : chunk + 65536;
  Verdict out;
  for (const Track& track : edited) {
    bool said = track.detector == "class" && track.expected.find("cannot be excluded") != std::string::npos;
    out.cannot_exclude = out.cannot_exclude || said;
    if (before.count(track.detector + track.summary + track.found)) continue;
    if (track.kind == TrackClass::kContradiction) ++out.contradictions;
    for (const RecoveredRecord& one : track.recovered) std::erase(missing, one.sha256);
    if (!track.alarm() || !expected.count(track.detector)) continue;
    out.detected = true;
    out.localised |= overlaps(track, begin, end);
  }
  out.recovered = victims && missing.empty();
  return out;
}

}  // namespace sil::tamper
