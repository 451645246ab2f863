// One EVTX chunk to events: checksum first (it also brings the chunk into the cache), then the records in order.
// What counts as a record where header and body disagree: docs/formats/evtx.md, "Damage".
//
// Thread rule: one scratch per worker. Lifetime: events die when the sink returns.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/binxml_layout.h"
#include "ingest/binxml_tree.h"
#include "ingest/evtx_details.h"
#include "ingest/evtx_format.h"
#include "ingest/reader.h"

namespace sil::ingest {

struct EvtxScratch : ReadScratch {
  DefinitionLibrary definitions;
  PairLibrary pairs;
  std::vector<Value> values;
  Tree tree;
  Layout tree_layout;
  std::deque<std::string> arena;
  std::unordered_map<std::string, std::shared_ptr<const Layout>> tree_layouts;  // by path sequence
  std::unordered_map<std::string, const LogKind*> kinds;                        // by raw bytes
  std::string key;
  std::vector<std::shared_ptr<const Layout>> kept;  // layouts the process would not keep, for this chunk
  EvtxDetails details;
  bool force_walker = false;  // tests: never take the compiled path
  uint64_t compiled_records = 0, walked_records = 0;
  void trim();  // called between chunks: bounds the caches against made-up templates
};

class ChunkWalker {
 public:
  ChunkWalker(Bytes chunk, uint64_t offset, uint32_t source, EvtxScratch* scratch, EventSink* sink);
  void run();
  void run_one(uint32_t offset, uint32_t size);  // one record by its place, whatever the chunk says

 private:
  struct Record {
    uint32_t offset = 0, size = 0;  // in chunk; size includes the size copy
    uint64_t id = 0, time = 0;      // of the record's header
  };
  struct Instance {  // a template instance found on the compiled path
    const Definition* definition = nullptr;
    const uint8_t* values = nullptr;
    uint32_t offset = 0;  // of the definition, in the chunk
  };
  void walk(const ChunkHeader& header);
  [[nodiscard]] bool header_anomalies(const ChunkHeader& header);
  void headerless();
  size_t resync(size_t from, size_t limit);
  [[nodiscard]] bool carries_on(size_t at, size_t limit) const;
  void record(const Record& record);
  bool compiled(const Record& record, Event* event);
  void walked(const Record& record, Event* event);
  Instance instance(const uint8_t* at, const uint8_t* end);
  void emit(const Record& record, const ValueFlags& flags, Event* event);
  const LogKind* kind_of(const Event& event, const SystemSlots& slots, KindMemo* memo);
  const LogKind* kind_from(uint32_t event_id, Bytes channel, Bytes provider);
  void record_facts(const Record& record, const Event& event, size_t end, bool saw_eof);
  void fragment_end(uint32_t offset, uint32_t end, uint32_t stated_end);
  void definition_ends(const Record& record);
  void anomaly(AnomalyKind kind, Level level, size_t offset, size_t length, std::string summary,
               std::string expected = {}, std::string found = {});

  Bytes chunk_;
  uint64_t offset_;
  uint32_t source_;
  EvtxScratch& scratch_;
  EventSink& sink_;
  bool facts_, remains_;  // all facts; only those that lead to records no longer counted
  uint32_t records_ = 0, last_record_end_ = 0;
  uint64_t last_id_ = 0;
  uint32_t anomalies_ = 0;
};

}  // namespace sil::ingest
