#include "flow/track_stage.h"

#include <set>
#include <utility>

#include "flow/copies_pass.h"
#include "flow/finding_builder.h"
#include "report/summary.h"
#include "tracks/gatherer.h"
#include "tracks/registry.h"
#include "tracks/rotation.h"

namespace sil::flow {
namespace {

struct TrackResult : PieceResult {
  tracks::PieceFacts facts;
  std::string text;
  std::unique_ptr<PieceResult> inner;
  DigestList* wants_digests() override { return inner ? inner->wants_digests() : nullptr; }
};

class TrackWorker : public Worker {
 public:
  TrackWorker(const TrackConsumer& consumer, std::unique_ptr<Worker> inner)
      : consumer_(consumer),
        inner_(std::move(inner)),
        hands_on_(inner_ && inner_->wants_remains()),
        gatherer_(cite_event) {}
  void begin_piece(uint32_t source, const Source& about) override {
    about_ = &about;
    text_.clear();
    gatherer_.begin(source);
    if (inner_) inner_->begin_piece(source, about);
  }
  void on_bytes(Bytes piece) override {
    if (inner_) inner_->on_bytes(piece);
  }
  std::unique_ptr<PieceResult> end_piece() override {
    auto out = std::make_unique<TrackResult>();
    out->facts = gatherer_.take();
    out->text = std::exchange(text_, {});
    if (inner_) out->inner = inner_->end_piece();
    return out;
  }
  void on_event(const Event& event) override {
    gatherer_.event(event);
    if (inner_) inner_->on_event(event);
  }
  void on_anomaly(Anomaly anomaly) override {
    gatherer_.anomaly(anomaly);
    consumer_.format(anomaly, *about_, &text_);
    if (inner_) inner_->on_anomaly(std::move(anomaly));
  }
  void on_fact(const StructureFact& fact) override {
    gatherer_.fact(fact);
    if (hands_on_) inner_->on_fact(fact);
  }
  [[nodiscard]] bool wants_facts() const override { return true; }

 private:
  const TrackConsumer& consumer_;
  std::unique_ptr<Worker> inner_;
  bool hands_on_;  // facts, to inner_
  tracks::Gatherer gatherer_;
  const Source* about_ = nullptr;
  std::string text_;
};

// Catches the one event of a recovered record.
class RecoveredSink : public EventSink {
 public:
  RecoveredSink(RecoveredRecord* record, bool show_secrets) : record_(*record), show_secrets_(show_secrets) {}
  void on_event(const Event& event) override {
    record_.record_id = event.record_id;
    record_.time = event.time;
    if (event.kind) {
      record_.channel = event.kind->channel;
      record_.provider = event.kind->provider;
      record_.event_id = event.kind->event_id;
    }
    record_.summary = report::summary_of(event, show_secrets_);
    if (!event.details) return;
    event.details->write_json(event, &record_.event);
    std::vector<Span> spans;
    std::vector<Span> needs;
    event.details->cite(event, &spans, &needs);
    for (const Span& need : needs) record_.citation.deps.push_back({"", need, sha256(event.details->bytes(need))});
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  RecoveredRecord& record_;
  bool show_secrets_;
};

}  // namespace

std::unique_ptr<Worker> TrackStage::make_worker() {
  return std::make_unique<TrackWorker>(consumer_, inner_ ? inner_->make_worker() : nullptr);
}

void TrackStage::source_begun(uint32_t source, const Source& about) {
  while (sources_.size() <= source) {
    auto index = static_cast<uint32_t>(sources_.size());  // before it grows: `=` evaluates its right side first
    sources_.emplace_back().index = index;
  }
  sources_[source].about = about;
  bytes_.know(source, about);
  if (inner_) inner_->source_begun(source, about);
}

void TrackStage::merge(uint32_t source, std::unique_ptr<PieceResult> result) {
  auto& own = static_cast<TrackResult&>(*result);
  tracks::add_piece(std::move(own.facts), &sources_[source]);
  if (!own.text.empty()) consumer_.take_text(own.text);
  if (inner_) inner_->merge(source, std::move(own.inner));
}

void TrackStage::source_done(uint32_t source, const Source& about) {
  tracks::SourceFacts& facts = sources_[source];
  facts.about = about;
  bool whole = !(interrupt_ && interrupt_->load());  // half a file proves nothing
  if (whole) {
    tracks::settle(&facts);
    consumer_.take(source, about, complete(tracks::judge_source(facts, bytes_)));
  }
  facts.chunks = {};
  facts.by_id = {};
  if (inner_) inner_->source_done(source, about);
  consumer_.source_done(source, about);
}

std::vector<Track> TrackStage::judge_scene(const PipelineOptions& options) {
  if (interrupt_ && interrupt_->load()) return {};
  tracks::Scene scene(sources_, beside_);
  std::vector<Track> found = complete(tracks::judge_scene(scene, bytes_));
  for (Track& track : complete(judge_copies(sources_, options, bytes_))) found.push_back(std::move(track));
  return found;
}

void TrackStage::know_beside(const std::vector<Input>& inputs, const PipelineReport& report) {
  std::set<std::string_view> told;
  for (const Source& source : report.sources) told.insert(source.path);
  for (const NotClaimed& file : report.not_claimed) {
    told.insert(file.what.path);
    beside_.files.push_back({tracks::whole_path(file.what.path, file.what.members), file.empty});
  }
  for (const Input& input : inputs) {
    if (!told.contains(input.path)) beside_.files.push_back({input.path, false});
  }
  beside_.members_unread = !report.unreadable.empty() || report.not_claimed.size() == kPassedOver;
}

void TrackStage::take_scene(std::vector<Track> found) {
  if (!found.empty()) consumer_.take_scene(std::move(found));
}

std::vector<Track> TrackStage::complete(std::vector<tracks::Judged> judged) {
  std::vector<Track> out;
  for (tracks::Judged& one : judged) {
    recover(one);
    ++counts_.by_class[static_cast<size_t>(one.track.kind)];
    if (one.track.alarm()) ++counts_.by_level[static_cast<size_t>(one.track.level)];
    counts_.recovered += one.track.recovered.size();
    out.push_back(std::move(one.track));
  }
  return out;
}

void TrackStage::recover(tracks::Judged& judged) {
  for (const tracks::Recovery& recovery : judged.recoveries) {
    RecoveredRecord record;
    RecoveredSink sink(&record, show_secrets_);
    if (recovery_.read(judged.source, recovery, sink) == RecordRecovery::Outcome::kUnread) continue;
    record.citation.source = judged.source;
    record.citation.spans.push_back(recovery.where);
    record.citation.sha256 = sha256(recovery_.original());
    record.mended = recovery.mended;
    record.sha256 = sha256(recovery_.mended());
    judged.track.recovered.push_back(std::move(record));
  }
}

}  // namespace sil::flow
