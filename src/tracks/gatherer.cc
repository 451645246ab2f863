#include "tracks/gatherer.h"

#include <algorithm>
#include <iterator>

#include "model/field_names.h"
#include "model/structure_kinds.h"

namespace sil::tracks {
namespace {

template <class T>
void keep(std::vector<T>* list, T item) {
  if (list->size() < kListed) list->push_back(std::move(item));
}
template <class T>
void append(std::vector<T>* to, std::vector<T>* from) {
  to->insert(to->end(), std::make_move_iterator(from->begin()), std::make_move_iterator(from->end()));
}

}  // namespace

void Gatherer::begin(uint32_t source) {
  const auto [texts, entries] = last_processes_;
  piece_ = {};
  piece_.processes.expect(texts + texts / 8, entries + entries / 8);
  chunk_ = nullptr;
  last_kind_ = nullptr;
  range_ = SIZE_MAX;
  source_ = source;
}

PieceFacts Gatherer::take() {
  chunk_ = nullptr;
  last_processes_ = piece_.processes.sizes();
  piece_.processes.shrink();
  return std::move(piece_);
}

void Gatherer::fact(const StructureFact& fact) {
  if (fact.kind == kReservedFact) return keep(chunk_ ? &chunk_->reserved : &piece_.header.reserved, fact);
  switch (fact.kind) {
    case FactKind::kFileHeader:
      piece_.header.present = true;
      piece_.header.next_id = fact.a;
      piece_.header.count = static_cast<uint32_t>(fact.b);
      piece_.header.flags = static_cast<uint32_t>(fact.c);
      piece_.header.sum = (fact.c & kHeaderSumHolds) != 0;
      piece_.header.first_chunk = fact.d >> 32;
      piece_.header.last_chunk = fact.d & 0xffffffff;
      return;
    case FactKind::kChunk: {
      chunk_ = &piece_.chunks.emplace_back();
      chunk_->offset = fact.where.offset;
      chunk_->first_id = fact.a;
      chunk_->last_id = fact.b;
      chunk_->first_number = fact.c;
      chunk_->last_number = fact.d;
      previous_ = {};
      awaits_next_ = false;
      return;
    }
    default: break;
  }
  if (!chunk_) return;  // records without a chunk header: an anomaly tells of them
  if (fact.kind == kSlackFact) return chunk_->slack.push_back(fact);  // bounded by the reader
  if (fact.kind == kNameFact) return keep(&chunk_->names, fact);
  if (fact.kind == kTableEntryFact) return keep(&chunk_->entries, fact);
  if (fact.kind == kInstructionFact) return keep(&chunk_->instructions, fact);
  switch (fact.kind) {
    case FactKind::kRecord: return record(fact);
    case FactKind::kRecordEnd: return record_end(fact);
    case FactKind::kDefinition: return definition(fact);
    case FactKind::kFragment:
      if (fact.a != fact.b)
        keep(&chunk_->fragments, {fact.where, static_cast<uint32_t>(fact.a), static_cast<uint32_t>(fact.b), {}});
      return;
    case FactKind::kChunkEnd: return chunk_end(fact);
    default: return;
  }
}

void Gatherer::record(const StructureFact& fact) {
  RecordFact record{fact.where, fact.a, fact.b, fact.c, fact.d};
  ChunkFacts& chunk = *chunk_;
  ++chunk.records;
  if (chunk.first.where.length == 0) {
    chunk.first = record;
    chunk.lowest_id = chunk.highest_id = record.header_id;
  } else {
    chunk.lowest_id = std::min(chunk.lowest_id, record.header_id);
    chunk.highest_id = std::max(chunk.highest_id, record.header_id);
    if (record.header_id != previous_.header_id + 1) keep(&chunk.holes, {previous_, record});
  }
  compare(record);
  chunk.last = previous_ = record;
}

// Header against body. Exports give a record the time of the next one, or none.
void Gatherer::compare(const RecordFact& record) {
  ChunkFacts& chunk = *chunk_;
  if (awaits_next_ && previous_.header_time == record.body_time) ++chunk.time_of_next;
  awaits_next_ = false;
  if (record.body_id == 0 || record.body_time == 0) return;
  ++chunk.bodies;
  bool id = record.header_id != record.body_id, time = record.header_time != record.body_time;
  if (id) ++chunk.id_differs;
  if (time) {
    ++chunk.time_differs;
    awaits_next_ = true;
    if (record.header_time == 0) {
      ++chunk.time_of_next;
      awaits_next_ = false;
    }
  }
  if (id || time) keep(&chunk.differing, record);
  if (previous_.where.length != 0 && previous_.body_id != 0 && record.body_id > previous_.body_id + 1) {
    ++chunk.body_holes;
    chunk.body_missing += record.body_id - previous_.body_id - 1;
    keep(&chunk.id_holes, {previous_, record});
  }
}

void Gatherer::record_end(const StructureFact& fact) {
  bool closed = fact.c != 0 && fact.a <= fact.b && fact.b - fact.a <= 7;
  if (closed) return;
  keep(&chunk_->open_ends, {previous_, static_cast<uint32_t>(fact.a), static_cast<uint32_t>(fact.b), fact.c != 0});
}

void Gatherer::definition(const StructureFact& fact) {
  if (fact.a != fact.b)
    keep(&chunk_->definitions, {fact.where, static_cast<uint32_t>(fact.a), static_cast<uint32_t>(fact.b), previous_});
  const Span& first = chunk_->first.where;
  if (first.length != 0 && fact.where.offset > first.offset && fact.where.offset < first.offset + first.length)
    keep(&chunk_->first_definitions, fact.where);
  // A reference never points forward: what lies behind the record at hand lies outside all live ones.
  if (fact.where.offset >= previous_.where.offset + previous_.where.length) keep(&chunk_->orphans, fact.where);
}

void Gatherer::chunk_end(const StructureFact& fact) {
  ChunkFacts& chunk = *chunk_;
  chunk.free_offset = static_cast<uint32_t>(fact.a);
  chunk.live_end = static_cast<uint32_t>(fact.b);
  chunk.header_sum = (fact.d & 1) != 0;
  chunk.data_sum = (fact.d & 2) != 0;
  chunk.no_sums = (fact.d & 4) != 0;
}

void Gatherer::anomaly(const Anomaly& anomaly) {
  if (anomaly.kind == AnomalyKind::kForeignBytes) piece_.foreign.push_back(anomaly.where.offset);
  if (anomaly.kind == AnomalyKind::kUnreadable) ++piece_.unreadable;
  if (anomaly.kind == AnomalyKind::kTrailer) ++piece_.trailers;
  if (anomaly.kind == AnomalyKind::kChecksum || anomaly.kind == AnomalyKind::kTruncated ||
      anomaly.kind == AnomalyKind::kFileHeader)
    ++piece_.damage;
  if (anomaly.kind == AnomalyKind::kValueDamage || anomaly.kind == AnomalyKind::kTime) keep(&piece_.odd, anomaly);
}

void Gatherer::event(const Event& event) {
  if (!event.kind) return;
  if (event.kind != last_kind_) {
    last_kind_ = event.kind;
    if (piece_.channel.empty())
      piece_.channel = event.kind->channel;
    else if (piece_.channel != event.kind->channel)
      piece_.one_channel = false;
    const LogKind& kind = *event.kind;
    event_log_ = kind.schema == "evtx";
    audit_log_ = kind.schema == "auditd";
    lines_ = kind.schema == "syslog" || kind.schema == "journald";
    journaled_ = kind.schema == "journald";
    numbered_ = LineNumberer::numbered(kind);
    rotated_ = kind.schema == "syslog" || kind.schema == "auditd" || kind.schema == "access" || kind.schema == "lines";
    typed_ = kind.schema == "shell-history";
    device_ = DeviceNotes::of_device(kind);
    sight_ = sight_of(kind);
  }
  if (event.time.ticks != 0) {
    piece_.earliest = std::min(piece_.earliest, event.time.ticks);
    piece_.latest = std::max(piece_.latest, event.time.ticks);
  }
  if (sight_ != Sight::kNone) sight(event);
  if (journaled_) journal_.add(event, &piece_.journal);
  if (numbered_) numberer_.add(event, &piece_.numbers);
  if (rotated_) piece_.rhythm.add(event);
  if (typed_) return typed(event);
  if (lines_) return line_notes_.add(event, cite_, &piece_.notes);
  if (device_) return devices_.add(event, cite_, &piece_.notes);
  if (event_log_) piece_.rhythm.add(event);
  if (event.record_id != 0 && !event.kind->channel.empty() && event.layout) number(event);
  if (audit_log_) return audit(event);
  uint32_t id = event.kind->id;
  if (id >= kinds_.size()) kinds_.resize(id + 64, 0);
  uint8_t& interest = kinds_[id];
  if (interest == 0) interest = static_cast<uint8_t>(1 + interest_in(*event.kind));
  if (interest == 1) return;
  if (interest == 1 + static_cast<uint8_t>(Interest::kProcess)) piece_.processes.add(event);
  note_event(event, static_cast<uint8_t>(interest - 1), cite_, &piece_.notes);
}

Gatherer::Sight Gatherer::sight_of(const LogKind& kind) {
  if ((kind.event_id == 4624 || kind.event_id == 4625) && kind.channel == "Security") return Sight::kLogon;
  if (kind.schema == "zeek" && kind.service == "conn") return Sight::kNetwork;
  if (kind.schema == "suricata" && kind.service == "flow") return Sight::kNetwork;
  if (kind.service == "sshd" && (kind.schema == "syslog" || kind.schema == "journald")) return Sight::kSshd;
  return kind.schema == "logins" ? Sight::kLoginRecord : Sight::kNone;
}

void Gatherer::sight(const Event& event) {
  switch (sight_) {
    case Sight::kNetwork: return sightings_.network(event, &piece_.sightings);
    case Sight::kLogon: return sightings_.logon(event, &piece_.sightings);
    case Sight::kSshd: return sightings_.sshd(event, &piece_.sightings);
    case Sight::kLoginRecord: return sightings_.login_record(event, &piece_.sightings);
    case Sight::kNone: return;
  }
}

void Gatherer::number(const Event& event) {
  const Layout& layout = *event.layout;
  int32_t field = -2;
  if (layout.id < host_fields_.size()) field = host_fields_[layout.id];
  if (field == -2) {
    auto places = resolve_field(layout, "Computer");
    field = places.empty() || !places[0].inside.empty() ? -1 : static_cast<int32_t>(places[0].field);
    if (layout.id >= host_fields_.size()) host_fields_.resize(layout.id + size_t{64}, -2);
    host_fields_[layout.id] = layout.id == 0 ? -2 : field;
  }
  if (field < 0) return;
  const Value value = event.value(layout.fields[static_cast<size_t>(field)]);
  const std::string_view host = as_text(value.bytes());
  if (range_ == SIZE_MAX || host != range_host_ ||
      (event.kind != range_kind_ && event.kind->channel != range_kind_->channel)) {
    range_host_ = host;
    std::string text;
    append_text(value, &text);
    IdRange* range = piece_.ids.of(text, event.kind->channel);
    range_ = range ? static_cast<size_t>(range - piece_.ids.all.data()) : SIZE_MAX;
  }
  range_kind_ = event.kind;
  if (range_ != SIZE_MAX) piece_.ids.all[range_].add(event.record_id);
}

void Gatherer::audit(const Event& event) {
  if (!event.layout) return;
  auto known = std::find_if(audit_states_.begin(), audit_states_.end(),
                            [&](const auto& one) { return one.first == event.layout; });
  if (known == audit_states_.end()) {
    constexpr size_t kKept = 256;
    if (audit_states_.size() == kKept) audit_states_.clear();
    known = audit_states_.insert(known, {event.layout, audit_state(*event.layout)});
  }
  std::string_view state = known->second;
  if (!state.starts_with("DAEMON_")) piece_.serials.add({event.time.ticks, event.record_id, event.where});
  if (!state.empty())
    piece_.notes.push_back(note_audit(event, state, cite_));
  else if (!note_command(event, cite_, &piece_.notes))
    note_log_file(event, cite_, &piece_.notes);
}

// A line that was typed into a shell. A time that is another entry's says nothing of the order.
void Gatherer::typed(const Event& event) {
  if (event.time.known() && event.time.zone != ZoneSource::kInferred)
    piece_.history.add({event.time.ticks, 0, event.where});
  Note note;
  if (!deed_note(event.text("command"), &note)) return;
  note.interest = Interest::kLinuxCommand;
  note.source = event.source;
  note.time = event.time;
  note.where = event.where;
  note.citation = cite_(event);
  piece_.notes.push_back(std::move(note));
}

void add_piece(PieceFacts piece, SourceFacts* facts) {
  if (piece.header.present) facts->header = std::move(piece.header);
  append(&facts->chunks, &piece.chunks);
  append(&facts->foreign, &piece.foreign);
  append(&facts->notes, &piece.notes);
  append(&facts->odd, &piece.odd);
  facts->processes.push_back(std::move(piece.processes));
  facts->unreadable += piece.unreadable;
  facts->trailers += piece.trailers;
  facts->damage += piece.damage;
  if (facts->channel.empty())
    facts->channel = piece.channel;
  else if (!piece.channel.empty() && piece.channel != facts->channel)
    facts->one_channel = false;
  facts->one_channel = facts->one_channel && piece.one_channel;
  facts->rhythm.append(std::move(piece.rhythm));
  facts->serials.append(std::move(piece.serials));
  facts->journal.append(std::move(piece.journal));
  facts->numbers.append(std::move(piece.numbers));
  facts->history.append(piece.history);
  facts->ids.append(piece.ids);
  facts->earliest = std::min(facts->earliest, piece.earliest);
  facts->latest = std::max(facts->latest, piece.latest);
  facts->sightings.append(std::move(piece.sightings));
}

}  // namespace sil::tracks
