#include "flow/tracks_run.h"

#include "flow/form_output.h"
#include "report/registry.h"
#include "report/track_writer.h"

namespace sil::flow {
namespace {

class OutputTracks : public TrackConsumer {
 public:
  OutputTracks(report::FindingWriter& writer, const report::TrackWriter& tracks, Output& output,
               std::atomic<bool>& stop)
      : form(writer, output, stop), writer_(writer), tracks_(tracks) {}
  void take(uint32_t, const Source& about, std::vector<Track> tracks) override {
    for (const Track& track : tracks) {
      std::string text;
      tracks_.append(track, about, &text);
      form.write(text);
    }
  }
  void take_scene(std::vector<Track> tracks) override {
    for (const Track& track : tracks) {
      std::string text;
      tracks_.append(track, sources_, &text);
      form.write(text);
    }
  }
  void format(const Anomaly& anomaly, const Source& about, std::string* out) const override {
    writer_.append_anomaly(anomaly, 0, about, out);
  }
  void take_text(std::string_view text) override { form.write(text); }
  void source_done(uint32_t source, const Source& about) override {
    if (sources_.size() <= source) sources_.resize(source + size_t{1});
    sources_[source] = about;
    form.write_source(about);
  }

  FormOutput form;

 private:
  const report::FindingWriter& writer_;
  const report::TrackWriter& tracks_;
  std::vector<Source> sources_;
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
  consumer.form.begin();
  report.pipeline = run_pipeline(run.inputs, pipeline, nullptr, stage, progress);
  stage.know_beside(run.inputs, report.pipeline);
  stage.finish(pipeline);
  consumer.form.write_passed_over(report.pipeline.unknown_texts);
  consumer.form.end();
  report.counts = stage.counts();
  report.written = consumer.form.written ? output.commit() : consumer.form.written;
  return report;
}

}  // namespace sil::flow
