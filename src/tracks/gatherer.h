// Takes what a worker sees of one piece - structure facts, anomalies, events - and keeps what the detectors need of it.
// The hot side of this room: a fact costs a few stores, an event a table look-up by its log kind.
//
// Thread rule: one gatherer a worker; results are merged in order by whoever owns the sources.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "model/event.h"
#include "tracks/device_notes.h"
#include "tracks/line_notes.h"
#include "tracks/notes.h"
#include "tracks/processes.h"
#include "tracks/source_facts.h"

namespace sil::tracks {

struct PieceFacts {
  HeaderFacts header;
  std::vector<ChunkFacts> chunks;
  std::vector<uint64_t> foreign;
  uint64_t unreadable = 0, trailers = 0, damage = 0;
  std::string channel;
  bool one_channel = true;
  std::vector<Note> notes;
  ProcessPage processes;
  Rhythm rhythm;
  Serials serials;
  JournalFacts journal;
  LineNumbers numbers;
  HistoryTimes history;
  IdRanges ids;
  uint64_t earliest = UINT64_MAX, latest = 0;
  Sightings sightings;
  std::vector<Anomaly> odd;
};

// How an event's bytes are cited; the pipeline has the one function for it.
using Cite = std::function<Citation(const Event&)>;

class Gatherer {
 public:
  explicit Gatherer(Cite cite) : cite_(std::move(cite)) {}
  void begin(uint32_t source);
  void fact(const StructureFact& fact);
  void anomaly(const Anomaly& anomaly);
  void event(const Event& event);
  PieceFacts take();

 private:
  void record(const StructureFact& fact);
  void record_end(const StructureFact& fact);
  void definition(const StructureFact& fact);
  void chunk_end(const StructureFact& fact);
  void compare(const RecordFact& record);
  void audit(const Event& event);
  void number(const Event& event);
  void typed(const Event& event);
  enum class Sight : uint8_t { kNone, kNetwork, kLogon, kSshd, kLoginRecord };
  static Sight sight_of(const LogKind& kind);
  void sight(const Event& event);

  Cite cite_;
  PieceFacts piece_;
  std::pair<size_t, size_t> last_processes_;  // bytes of texts and entries of the last piece
  ChunkFacts* chunk_ = nullptr;               // the one being walked
  RecordFact previous_;
  bool awaits_next_ = false;    // the last record's header time was not its own
  std::vector<uint8_t> kinds_;  // by LogKind::id: 0 unknown, else 1 + interest (notes.h)
  const LogKind* last_kind_ = nullptr;
  bool event_log_ = false, audit_log_ = false, lines_ = false, device_ = false, journaled_ = false, numbered_ = false,
       rotated_ = false, typed_ = false;  // what last_kind_ is of
  Sight sight_ = Sight::kNone;
  std::vector<std::pair<const Layout*, std::string_view>> audit_states_;  // by layout, the last few
  uint32_t source_ = 0;
  // The range of the last numbered event: of its kind and host nothing is decoded while they stay the same.
  size_t range_ = SIZE_MAX;  // index into piece_.ids
  const LogKind* range_kind_ = nullptr;
  std::string range_host_;            // bytes of the field
  std::vector<int32_t> host_fields_;  // by Layout::id: index of the computer's name, -1 none, -2 not looked at
  SightingMaker sightings_;
  DeviceNotes devices_;
  LineNotes line_notes_;
  JournalWatcher journal_;
  LineNumberer numberer_;
};

// Adds a piece to its source, in file order.
void add_piece(PieceFacts piece, SourceFacts* facts);

}  // namespace sil::tracks
