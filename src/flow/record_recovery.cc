#include "flow/record_recovery.h"

#include "ingest/evtx_reader.h"
#include "tracks/source_facts.h"

namespace sil::flow {
namespace {

constexpr auto kChunk = static_cast<uint32_t>(tracks::kChunkBytes);

// Decodes as the mended copy does, cites and shows the bytes as they lie in the source.
class UnmendedDetails : public EventDetails {
 public:
  UnmendedDetails(const EventDetails& mended, Bytes original, uint64_t offset)
      : mended_(mended), original_(original), offset_(offset) {}
  void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const override {
    mended_.cite(event, spans, deps);
  }
  [[nodiscard]] Bytes bytes(Span span) const override {
    if (span.offset < offset_ || span.offset - offset_ > original_.size()) return {};
    const size_t begin = span.offset - offset_;
    return original_.subspan(begin, std::min<size_t>(span.length, original_.size() - begin));
  }
  void write_json(const Event& event, std::string* out) const override { mended_.write_json(event, out); }
  void write_xml(const Event& event, std::string* out) const override { mended_.write_xml(event, out); }

 private:
  const EventDetails& mended_;
  Bytes original_;
  uint64_t offset_;
};

class UnmendedSink : public EventSink {
 public:
  UnmendedSink(EventSink& next, Bytes original, uint64_t offset, const Recovered& mark)
      : next_(next), original_(original), offset_(offset), mark_(mark) {}
  void on_event(const Event& event) override {
    if (!event.details || event.record_id == 0 || !event.time.known()) return;
    const UnmendedDetails details(*event.details, original_, offset_);
    Event marked = event;
    marked.details = &details;
    marked.recovered = &mark_;
    given = true;
    next_.on_event(marked);
  }
  void on_anomaly(Anomaly) override {}
  void on_fact(const StructureFact&) override {}
  [[nodiscard]] bool wants_facts() const override { return false; }
  bool given = false;

 private:
  EventSink& next_;
  Bytes original_;
  uint64_t offset_;
  const Recovered& mark_;
};

}  // namespace

RecordRecovery::RecordRecovery(SourceBytes& bytes)
    : bytes_(bytes), scratch_(ingest::make_evtx_reader()->make_scratch()) {}
RecordRecovery::~RecordRecovery() = default;

bool RecordRecovery::load(uint32_t source, uint64_t chunk) {
  if (source_ == source && chunk_ == chunk && !original_.empty()) return true;
  original_ = bytes_.read(source, {chunk, kChunk});
  source_ = source;
  chunk_ = chunk;
  if (original_.size() != kChunk) original_.clear();
  if (original_.empty()) return false;
  original_.resize(kChunk + ingest::kSlack);
  mended_ = original_;
  mends_.clear();
  standing_.clear();
  return true;
}

// Takes the last record's mends back: a copy of the chunk for every record costs more than all else here.
void RecordRecovery::mend(const tracks::Recovery& recovery) {
  for (const Span& last : mends_)
    std::copy_n(original_.data() + last.offset, last.length, mended_.data() + last.offset);
  mends_.clear();
  for (const tracks::Mend& one : recovery.mends) {
    const uint64_t place = one.offset - recovery.chunk;
    if (place >= kChunk) continue;
    const auto length = static_cast<uint32_t>(std::min<uint64_t>(one.bytes.size(), kChunk - place));
    std::copy_n(one.bytes.begin(), length, mended_.data() + place);
    mends_.push_back({place, length});
  }
}

bool RecordRecovery::stands(const tracks::Recovery& recovery) {
  const Bytes chunk = Bytes(mended_).first(kChunk);
  ingest::StandingDefinitions* known = recovery.mends.empty() ? &standing_ : nullptr;
  return ingest::record_stands(chunk, static_cast<uint32_t>(at_), recovery.where.length, known);
}

RecordRecovery::Outcome RecordRecovery::read(uint32_t source, const tracks::Recovery& recovery, EventSink& sink) {
  const uint64_t at = recovery.where.offset - recovery.chunk;
  if (recovery.where.offset < recovery.chunk || at > kChunk || recovery.where.length > kChunk - at ||
      !load(source, recovery.chunk))
    return Outcome::kUnread;
  at_ = at;
  length_ = recovery.where.length;
  mend(recovery);
  if (!stands(recovery)) return Outcome::kChanged;
  const Recovered mark{recovery.how, recovery.mended};
  UnmendedSink unmended(sink, Bytes(original_).first(kChunk), recovery.chunk, mark);
  ingest::read_evtx_record(Bytes(mended_).first(kChunk), recovery.chunk, static_cast<uint32_t>(at),
                           recovery.where.length, source, *scratch_, unmended);
  return unmended.given ? Outcome::kGiven : Outcome::kChanged;
}

Bytes RecordRecovery::original() const {
  return Bytes(original_).subspan(at_, length_);
}
Bytes RecordRecovery::mended() const {
  return Bytes(mended_).subspan(at_, length_);
}

void RecordRecovery::read_counted(uint32_t source, uint64_t offset, EventSink& sink) {
  if (!load(source, offset)) return;
  ingest::read_evtx_chunk(Bytes(original_).first(kChunk), offset, source, *scratch_, sink);
}

}  // namespace sil::flow
