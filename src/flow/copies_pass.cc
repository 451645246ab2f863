#include "flow/copies_pass.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "bytes/text.h"
#include "ingest/evtx_reader.h"
#include "ingest/evtx_recover.h"
#include "ingest/memory_source.h"
#include "tracks/registry.h"

namespace sil::flow {
namespace {

using tracks::CopyGroup;
using tracks::CopyPlan;
using tracks::RecordCopy;
using Member = std::pair<std::string, std::vector<std::string>>;  // path, members

struct Target {
  uint32_t source = 0;         // index of the first reading
  std::vector<size_t> groups;  // that it is to give copies of
};

struct CopiesResult : PieceResult {
  std::vector<std::pair<size_t, RecordCopy>> copies;  // group, copy
};

class CopiesWorker : public Worker {
 public:
  CopiesWorker(const std::map<Member, Target>& targets, const std::vector<CopyGroup>& groups)
      : targets_(targets), groups_(groups) {}
  void begin_piece(uint32_t, const Source& about) override {
    auto it = targets_.find({about.path, about.members});
    target_ = it == targets_.end() ? nullptr : &it->second;
  }
  std::unique_ptr<PieceResult> end_piece() override {
    auto out = std::make_unique<CopiesResult>();
    out->copies = std::exchange(copies_, {});
    return out;
  }
  void on_event(const Event& event) override {
    if (!target_ || event.record_id == 0 || !event.kind || event.kind->channel.empty()) return;
    bool near = std::any_of(target_->groups.begin(), target_->groups.end(), [&](size_t group) {
      return groups_[group].plan.first <= event.record_id && event.record_id <= groups_[group].plan.last;
    });
    if (!near) return;
    host_.clear();
    append_folded_text(event.find("Computer"), &host_);
    channel_ = folded(event.kind->channel);
    for (size_t group : target_->groups) {
      const CopyPlan& wanted = groups_[group].plan;
      if (event.record_id < wanted.first || event.record_id > wanted.last || host_ != wanted.folded_host ||
          channel_ != wanted.folded_channel)
        continue;
      RecordCopy& copy = copies_.emplace_back(group, tracks::copy_of(event)).second;
      copy.source = target_->source;
    }
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }

 private:
  const std::map<Member, Target>& targets_;
  const std::vector<CopyGroup>& groups_;  // plans do not change while workers run
  const Target* target_ = nullptr;
  std::vector<std::pair<size_t, RecordCopy>> copies_;
  std::string host_, channel_;
};

class CopiesStage : public Stage {
 public:
  CopiesStage(const std::map<Member, Target>& targets, std::vector<CopyGroup>& groups)
      : targets_(targets), groups_(groups) {}
  std::unique_ptr<Worker> make_worker() override { return std::make_unique<CopiesWorker>(targets_, groups_); }
  void source_begun(uint32_t, const Source&) override {}
  void merge(uint32_t, std::unique_ptr<PieceResult> result) override {
    for (auto& [group, copy] : static_cast<CopiesResult&>(*result).copies)
      groups_[group].copies.push_back(std::move(copy));
  }
  void source_done(uint32_t, const Source&) override {}

 private:
  const std::map<Member, Target>& targets_;
  std::vector<CopyGroup>& groups_;
};

// Ranges small enough to be held: a log that is too long is looked at part by part.
std::vector<CopyPlan> parts_of(const std::vector<CopyPlan>& plans) {
  std::vector<CopyPlan> out;
  for (const CopyPlan& plan : plans) {
    uint64_t parts = plan.records / tracks::kCopiesAtOnce + 1, width = (plan.last - plan.first) / parts + 1;
    for (uint64_t i = 0; i < parts; ++i) {
      CopyPlan& part = out.emplace_back(plan);
      part.first = plan.first + i * width;
      part.last = std::min(plan.last, part.first + width - 1);
      part.records = plan.records / parts + 1;
      if (part.last == plan.last) break;
    }
  }
  return out;
}

class EventFields : public EventSink {  // of the one event that begins where asked
 public:
  explicit EventFields(uint64_t offset) : offset_(offset) {}
  void on_event(const Event& event) override {
    if (event.where.offset != offset_) return;
    tracks::compared_fields(event, [&](std::string_view name, std::string_view text) {
      all.emplace_back(std::string(name), std::string(text));
    });
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
  std::vector<tracks::NamedText> all;

 private:
  uint64_t offset_;
};

}  // namespace

std::vector<tracks::NamedText> RecordFields::fields(uint32_t source, Span where) {
  const std::string& name = sources_[source].about.format;
  const ingest::Format* format = ingest::find_format(name);
  if (!format) return {};
  auto reader = format->make();
  auto scratch = reader->make_scratch();
  if (name == "evtx") {
    constexpr uint64_t kHead = tracks::kFileHead, kChunk = tracks::kChunkBytes;
    if (where.offset < kHead) return {};
    const uint64_t chunk = kHead + (where.offset - kHead) / kChunk * kChunk;
    std::vector<uint8_t> bytes = bytes_.read(source, {chunk, static_cast<uint32_t>(kChunk)});
    bytes.resize(kChunk + ingest::kSlack);
    EventFields sink(where.offset);
    ingest::read_evtx_record(Bytes(bytes).first(kChunk), chunk, static_cast<uint32_t>(where.offset - chunk),
                             where.length, source, *scratch, sink);
    return std::move(sink.all);
  }
  std::vector<uint8_t> bytes = bytes_.read(source, where);
  ingest::MemorySource held(bytes, false);
  EventFields sink(0);
  ingest::Piece piece;
  while (auto more = reader->split(held, &piece)) {
    if (!*more) break;
    reader->read(piece, source, *scratch, sink);
  }
  return std::move(sink.all);
}

std::vector<tracks::Judged> judge_copies(const std::vector<tracks::SourceFacts>& sources,
                                         const PipelineOptions& options, SourceBytes& bytes) {
  std::vector<CopyPlan> parts = parts_of(tracks::plan_copies(sources));
  std::vector<tracks::Judged> out;
  RecordFields reader(bytes, sources);
  PipelineOptions again = options;
  again.custody = false;
  size_t next = 0;
  for (size_t pass = 0; pass < kCopyPasses && next < parts.size(); ++pass) {
    std::map<Member, Target> targets;
    std::vector<CopyGroup> groups;
    std::map<std::string, bool> paths;
    for (uint64_t held = 0; next < parts.size() && (held == 0 || held + parts[next].records <= tracks::kCopiesAtOnce);
         ++next) {
      const CopyPlan& part = parts[next];
      held += part.records;
      for (uint32_t index : part.sources) {
        const Source& about = sources[index].about;
        Target& target = targets[{about.path, about.members}];
        target.source = index;
        target.groups.push_back(groups.size());
        paths[about.path] = true;
      }
      groups.push_back({part, {}});
    }
    std::vector<Input> inputs;
    for (const auto& [path, named] : paths) inputs.push_back({path, named});
    CopiesStage stage(targets, groups);
    Progress progress;
    if (run_pipeline(inputs, again, nullptr, stage, progress).interrupted) return {};
    for (CopyGroup& group : groups) {
      tracks::sort_copies(&group);
      tracks::Witnesses witnesses{group, tracks::compare_copies(group, sources), reader};
      for (tracks::Judged& judged : tracks::judge_witnesses(witnesses, bytes)) out.push_back(std::move(judged));
    }
  }
  for (tracks::Judged& judged : tracks::judge_uncompared(parts, next, sources, bytes)) out.push_back(std::move(judged));
  return out;
}

}  // namespace sil::flow
