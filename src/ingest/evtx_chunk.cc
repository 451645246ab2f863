#include "ingest/evtx_chunk.h"

#include <algorithm>
#include <cstring>

#include "bytes/text.h"
#include "ingest/binxml_shape.h"
#include "ingest/evtx_structure.h"

namespace sil::ingest {
namespace {

constexpr uint32_t kMaxAnomaliesPerChunk = 256;
constexpr size_t kMaxDefinitions = 8192, kMaxPairs = 8192, kMaxKinds = 16384, kMaxTreeLayouts = 4096;

bool all_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

// Where the token of a template instance (version 1) stands: after a fragment header 0f 01 01 00, which embedded
// fragments may leave out. Null: something else.
const uint8_t* instance_token(const uint8_t* at, const uint8_t* end) {
  if (end - at >= 4 && load_le<uint32_t>(at) == 0x0001010f) at += 4;
  return end - at >= 14 && load_le<uint16_t>(at) == 0x010c ? at : nullptr;
}

}  // namespace

void EvtxScratch::trim() {
  kept.clear();
  if (tree_layouts.size() > kMaxTreeLayouts) tree_layouts.clear();
  if (kinds.size() > kMaxKinds) kinds.clear();
  if (definitions.size() > kMaxDefinitions || pairs.size() > kMaxPairs) {
    pairs.forget();
    definitions.forget();
  }
}

ChunkWalker::ChunkWalker(Bytes chunk, uint64_t offset, uint32_t source, EvtxScratch* scratch, EventSink* sink)
    : chunk_(chunk),
      offset_(offset),
      source_(source),
      scratch_(*scratch),
      sink_(*sink),
      facts_(sink->wants_facts()),
      remains_(facts_ || sink->wants_remains()) {
  scratch_.trim();
  scratch_.definitions.begin_chunk(chunk);
  scratch_.details.begin_chunk(chunk, offset, &scratch_.definitions);
}

void ChunkWalker::anomaly(AnomalyKind kind, Level level, size_t offset, size_t length, std::string summary,
                          std::string expected, std::string found) {
  if (++anomalies_ > kMaxAnomaliesPerChunk) return;
  if (anomalies_ == kMaxAnomaliesPerChunk) {
    kind = AnomalyKind::kLimit;
    summary = "further anomalies of this chunk are not listed";
    expected = found = "";
    offset = 0;
    length = chunk_.size();
  }
  sink_.on_anomaly({kind,
                    level,
                    {offset_ + offset, static_cast<uint32_t>(length)},
                    std::move(summary),
                    std::move(expected),
                    std::move(found)});
}

void ChunkWalker::run() {
  if (!is_chunk_header(chunk_)) {
    if (!all_zero(chunk_)) headerless();
    return;
  }
  if (chunk_.size() < kChunkHeaderSize) return;
  ChunkHeader header = parse_chunk_header(chunk_);
  if (facts_) {
    sink_.on_fact({FactKind::kChunk,
                   {offset_, static_cast<uint32_t>(chunk_.size())},
                   header.first_id,
                   header.last_id,
                   header.first_number,
                   header.last_number});
  }
  walk(header);
  if (facts_) {
    chunk_structure_facts(chunk_, offset_, header, last_record_end_, sink_);
    uint64_t sums = (header.header_crc_good ? 1u : 0u) | (header.data_crc_good ? 2u : 0u) | (header.no_crc() ? 4u : 0u);
    sink_.on_fact({FactKind::kChunkEnd,
                   {offset_, static_cast<uint32_t>(chunk_.size())},
                   header.free_offset,
                   last_record_end_,
                   records_,
                   sums});
  } else if (remains_ && chunk_.size() == kChunkSize) {
    slack_facts(chunk_, offset_, last_record_end_, sink_);
  }
}

void ChunkWalker::run_one(uint32_t offset, uint32_t size) {
  const uint8_t* head = chunk_.data() + offset;
  record({offset, size, load_le<uint64_t>(head + 8), load_le<uint64_t>(head + 16)});
}

// Reports what is wrong with the header; true when it can be trusted to say where the records end.
bool ChunkWalker::header_anomalies(const ChunkHeader& header) {
  if (!header.no_crc() && !header.header_crc_good) {
    anomaly(AnomalyKind::kChunkHeader, Level::kLow, 0, kChunkHeaderSize,
            "the checksum of a chunk header does not hold");
  }
  if (!header.free_offset_sane()) {
    anomaly(AnomalyKind::kChunkHeader, Level::kLow, 48, 4, "a chunk header's free space offset lies outside the chunk",
            "512 to 65536", std::to_string(header.free_offset));
  } else if (!header.no_crc() && !header.data_crc_good && chunk_.size() >= header.free_offset) {
    anomaly(AnomalyKind::kChecksum, Level::kLow, kChunkHeaderSize, header.free_offset - kChunkHeaderSize,
            "the checksum of a chunk's records does not hold");
  }
  return header.intact();
}

void ChunkWalker::walk(const ChunkHeader& header) {
  bool trusted = header_anomalies(header);
  size_t stated = header.free_offset_sane() ? header.free_offset : chunk_.size();
  size_t live = std::min(stated, chunk_.size());  // where the header says records end
  size_t limit = trusted ? live : chunk_.size();  // how far they may go all the same
  size_t at = kChunkHeaderSize;
  last_record_end_ = kChunkHeaderSize;
  if (trusted && header.empty()) return;
  while (at + kRecordMinimum <= limit) {
    if (at >= live && !carries_on(at, limit)) break;
    const uint8_t* head = chunk_.data() + at;
    Record found{static_cast<uint32_t>(at), load_le<uint32_t>(head + 4), load_le<uint64_t>(head + 8),
                 load_le<uint64_t>(head + 16)};
    bool good = load_le<uint32_t>(head) == kRecordSignature && found.size >= kRecordMinimum && found.size <= limit - at;
    if (good && load_le<uint32_t>(head + found.size - 4) != found.size) {
      size_t next = at + found.size;
      bool chained = next == live ||
                     (next + kRecordMinimum <= limit && load_le<uint32_t>(chunk_.data() + next) == kRecordSignature);
      anomaly(AnomalyKind::kTrailer, Level::kLow, next - 4, 4, "a record's size copy differs from its size",
              std::to_string(found.size), std::to_string(load_le<uint32_t>(head + found.size - 4)));
      good = chained;
    }
    if (!good) {
      size_t next = resync(at, std::max(live, at));
      if (next == 0) break;
      at = next;
      continue;
    }
    record(found);
    at += found.size;
    last_record_end_ = static_cast<uint32_t>(at);
  }
}

// Behind the stated end only what carries on the numbering is live; the rest is slack.
bool ChunkWalker::carries_on(size_t at, size_t limit) const {
  if (!record_at(chunk_, at, limit)) return false;
  return records_ == 0 || load_le<uint64_t>(chunk_.data() + at + 8) == last_id_ + 1;
}

// Looks for the next whole record behind `from`; reports the gap. 0: none.
size_t ChunkWalker::resync(size_t from, size_t limit) {
  size_t next = from + 8;
  next -= next % 8;
  // A stale record of the chunk's former life has a lower id than what was already read.
  auto acceptable = [&](size_t at) {
    return record_at(chunk_, at, limit) && (records_ == 0 || load_le<uint64_t>(chunk_.data() + at + 8) > last_id_);
  };
  while (next < limit && !acceptable(next)) next += 8;
  bool found = next < limit;
  size_t end = found ? next : limit;
  if (all_zero(chunk_.subspan(from, end - from))) {
    anomaly(AnomalyKind::kUnreadable, Level::kLow, from, end - from, "zero bytes where records should stand");
    return found ? next : 0;
  }
  bool signature = end - from >= 4 && load_le<uint32_t>(chunk_.data() + from) == kRecordSignature;
  anomaly(AnomalyKind::kUnreadable, Level::kMedium, from, end - from,
          signature ? "a record whose size leads nowhere" : "bytes where a record should stand",
          signature ? "size and size copy agree" : "a record signature");
  return found ? next : 0;
}

// No chunk signature. A chunk whose header alone was lost still has a whole record at its usual first place; anything
// else is foreign.
void ChunkWalker::headerless() {
  if (!record_at(chunk_, kChunkHeaderSize, chunk_.size())) {
    anomaly(AnomalyKind::kForeignBytes, Level::kLow, 0, chunk_.size(), "bytes that are no chunk of an event log");
    return;
  }
  anomaly(AnomalyKind::kChunkHeader, Level::kMedium, 0, kChunkHeaderSize, "records without a chunk header", "ElfChnk",
          all_zero(chunk_.first(kChunkHeaderSize)) ? "zeros" : "other bytes");
  size_t at = kChunkHeaderSize;
  while (at != 0 && record_at(chunk_, at, chunk_.size())) {
    if (!carries_on(at, chunk_.size())) break;
    const uint8_t* head = chunk_.data() + at;
    Record found{static_cast<uint32_t>(at), load_le<uint32_t>(head + 4), load_le<uint64_t>(head + 8),
                 load_le<uint64_t>(head + 16)};
    record(found);
    at += found.size;
  }
}

void ChunkWalker::definition_ends(const Record& record) {
  for (const DefinitionLibrary::Entry& entry : scratch_.definitions.fresh) {
    Span where{offset_ + entry.offset, entry.stated_end - entry.offset};
    if (facts_ || (remains_ && entry.end != entry.stated_end))
      sink_.on_fact({FactKind::kDefinition, where, entry.end, entry.stated_end, offset_ + record.offset, record.size});
    if (entry.end != entry.stated_end) {
      anomaly(AnomalyKind::kClosure, Level::kMedium, entry.offset, where.length,
              "a template definition does not end where its size says", std::to_string(entry.stated_end),
              std::to_string(entry.end));
    }
  }
  scratch_.definitions.fresh.clear();
}

ChunkWalker::Instance ChunkWalker::instance(const uint8_t* at, const uint8_t* end) {
  Instance out;
  const uint8_t* token = instance_token(at, end);
  if (!token) return out;
  InstancePlace place =
      instance_at(chunk_, static_cast<size_t>(token - chunk_.data()), static_cast<size_t>(end - chunk_.data()));
  if (!place.good) return out;
  out.definition = scratch_.definitions.find(place.definition).definition;
  out.values = chunk_.data() + place.values;
  out.offset = place.definition;
  return out;
}

void ChunkWalker::record(const Record& record) {
  Event event;
  event.source = source_;
  event.where = {offset_ + record.offset, record.size};
  event.details = &scratch_.details;
  ++records_;
  last_id_ = record.id;
  if (!scratch_.force_walker && compiled(record, &event)) {
    ++scratch_.compiled_records;
  } else {
    ++scratch_.walked_records;
    walked(record, &event);
  }
  if (!scratch_.definitions.fresh.empty()) definition_ends(record);
}

// The fast way: one instance, at most one embedded instance, both of definitions that a layout can express.
bool ChunkWalker::compiled(const Record& record, Event* event) {
  const uint8_t* begin = chunk_.data() + record.offset + kRecordHeaderSize;
  const uint8_t* end = chunk_.data() + record.offset + record.size - 4;
  Instance outer = instance(begin, end);
  if (!outer.definition) return false;
  uint32_t slots = outer.definition->slots;
  auto& values = scratch_.values;
  if (values.size() < slots) values.resize(slots + size_t{64});
  ValueFlags flags;
  LoadedValues loaded = load_values(outer.values, end, values.data(), slots, &flags);
  if (!loaded.end || flags.fragments > 1 || flags.odd) return false;
  Instance inner;
  const uint8_t* fragment_data = nullptr;
  uint32_t fragment_size = 0, embedded = kNoSlot;
  if (flags.fragments == 1) {
    embedded = flags.fragment;
    if (embedded >= slots) return false;
    fragment_data = values[embedded].data;
    fragment_size = values[embedded].size;
    inner = instance(fragment_data, fragment_data + fragment_size);
    if (!inner.definition) return false;
  }
  CompiledPair* pair = scratch_.pairs.find(outer.definition, inner.definition, embedded);
  if (!pair->usable) return false;
  size_t named = size_t{pair->outer_slots} + pair->inner_slots;
  if (values.size() < pair->values.size()) values.resize(pair->values.size() + 64);
  const uint8_t* inner_end = nullptr;
  if (inner.definition) {
    ValueFlags inside;
    const uint8_t* limit = fragment_data + fragment_size;
    LoadedValues more = load_values(inner.values, limit, values.data() + slots, pair->inner_slots, &inside);
    if (!more.end || inside.fragments != 0 || inside.odd) return false;
    inner_end = more.end;
    if (inner_end < limit && *inner_end == 0) ++inner_end;
    if (inner_end != limit) return false;  // more follows inside the fragment
    flags.inner_nul |= inside.inner_nul;
    flags.damaged |= inside.damaged;
  }
  size_t literals = pair->values.size() - named;
  if (literals != 0) std::memcpy(values.data() + named, pair->values.data() + named, literals * sizeof(Value));
  bool saw_eof = loaded.end < end && *loaded.end == 0;
  if (!saw_eof && loaded.end < end) return false;  // more tokens follow: not ours
  event->layout = pair->layout.get();
  event->values = {values.data(), pair->values.size()};
  event->kind = kind_of(*event, pair->system, &pair->memo);
  event->time.ticks = 0;
  Value time = system_value(*event, pair->system.time), id = system_value(*event, pair->system.record_id);
  if (time.kind == ValueKind::kFileTime)
    event->time.ticks = load_le<uint64_t>(time.data);
  else if (time.present())
    return false;
  if (id.kind == ValueKind::kUInt64)
    event->record_id = load_le<uint64_t>(id.data);
  else if (id.present())
    event->record_id = number_of(id).u;
  scratch_.details.begin_event(pair, outer.offset, inner.offset);
  if (inner.definition) {
    auto at = static_cast<uint32_t>(fragment_data - chunk_.data());
    fragment_end(at, static_cast<uint32_t>(inner_end - chunk_.data()), at + fragment_size);
  }
  record_facts(record, *event, static_cast<size_t>(loaded.end - chunk_.data()) + (saw_eof ? 1 : 0), saw_eof);
  emit(record, flags, event);
  return true;
}

}  // namespace sil::ingest
