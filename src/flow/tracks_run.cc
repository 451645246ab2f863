#include "flow/tracks_run.h"

#include <algorithm>

#include "report/registry.h"
#include "report/track_writer.h"

namespace sil::flow {
namespace {

class OutputTracks : public TrackConsumer {
 public:
  OutputTracks(const report::FindingWriter& writer, const report::TrackWriter& tracks, Output& output,
               std::atomic<bool>& stop)
      : writer_(writer), tracks_(tracks), output_(output), stop_(stop) {}
  void take(uint32_t, const Source& about, std::vector<Track> tracks) override {
    for (const Track& track : tracks) {
      std::string text;
      tracks_.append(track, about, &text);
      write(text);
    }
  }
  void take_scene(std::vector<Track> tracks) override {
    for (const Track& track : tracks) {
      std::string text;
      tracks_.append(track, sources_, &text);
      write(text);
    }
  }
  void format(const Anomaly& anomaly, const Source& about, std::string* out) const override {
    writer_.append_anomaly(anomaly, 0, about, out);
  }
  void take_text(std::string_view text) override { write(text); }
  void source_done(uint32_t source, const Source& about) override {
    if (sources_.size() <= source) sources_.resize(source + size_t{1});
    sources_[source] = about;
    std::string text;
    writer_.append_source(about, &text);
    write(text);
  }
  void begin() {
    std::string text;
    writer_.begin(&text);
    put(text);
  }
  void end() {
    std::string text;
    writer_.end(&text);
    put(text);
  }
  Result<void> written;

 private:
  void write(std::string_view text) {
    if (text.empty()) return;
    if (!any_) text.remove_prefix(std::min(writer_.leading_separator(), text.size()));
    any_ = true;
    put(text);
  }
  void put(std::string_view text) {
    if (!written || text.empty()) return;
    if (auto done = output_.write(text); !done) {
      written = done;
      stop_ = true;
    }
  }
  const report::FindingWriter& writer_;
  const report::TrackWriter& tracks_;
  Output& output_;
  std::atomic<bool>& stop_;
  std::vector<Source> sources_;
  bool any_ = false;
};

}  // namespace

Result<TracksReport> run_tracks(const TracksRun& run, Output& output, Progress& progress) {
  auto writer = report::make_writer(run.form, run.report);
  auto tracks = report::make_track_writer(run.form, run.report);
  if (!writer || !tracks)
    return fail(ErrorCode::kUsage, "--format", "one of ndjson, json, csv, table, timesketch", "'" + run.form + "'");
  std::atomic<bool> write_failed{false};
  PipelineOptions pipeline = run.pipeline;
  pipeline.write_failed = &write_failed;
  OutputTracks consumer(*writer, *tracks, output, write_failed);
  TrackStage stage(consumer, nullptr, run.report.show_secrets, run.pipeline.stop);
  TracksReport report;
  consumer.begin();
  report.pipeline = run_pipeline(run.inputs, pipeline, nullptr, stage, progress);
  stage.finish();
  consumer.end();
  report.counts = stage.counts();
  report.written = consumer.written ? output.commit() : consumer.written;
  return report;
}

}  // namespace sil::flow
