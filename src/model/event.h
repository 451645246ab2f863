// An event as a view (house.md, shape 1): a layout that names its fields, one Value per slot, and a way back to bytes.
//
// Thread rule: Layout and LogKind are immutable once interned and shared by all workers; an Event belongs to one
// worker. Lifetime: an Event and its values die when EventSink::on_event returns.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/evidence.h"
#include "model/value.h"

namespace sil {

// ---- the route's dimensions ----------------------------------------------------------------------------------
struct LogKind {
  uint32_t id = 0;      // dense, process-wide; do not print it
  std::string schema;   // which field names this event speaks: "evtx", "nxlog", "winlogbeat", "zeek", "ecs", ...
  std::string product;  // Sigma's words; empty = not known
  std::string category;
  std::string service;
  std::string channel;    // Windows: as the event names it
  std::string provider;   // Windows: provider name, else empty
  uint32_t event_id = 0;  // Windows; 0 otherwise
};
// Interns: equal contents give the same pointer, for the life of the process. Bounded by kMaxLogKinds, after which
// a kind with empty channel and provider is returned. Thread-safe; readers keep a small cache before it.
const LogKind* intern_log_kind(LogKind kind);
const LogKind* log_kind(uint32_t id);
constexpr uint32_t kMaxLogKinds = 1u << 16;

// ---- layouts -------------------------------------------------------------------------------------------------
enum class Section : uint8_t { kSystem, kEventData, kUserData, kOther };

struct LayoutField {
  std::string path;  // full, dotted: "Event.EventData.CommandLine", "winlog.event_data.Image", "id.orig_h"
  std::string name;  // the field's own name, spaces removed: "CommandLine"; "Data" for nameless EVTX Data
  Section section = Section::kOther;
  uint32_t slot = 0;              // index into Event::values
  int32_t needs_slot = -1;        // the field is absent when this slot is null (BinXML dependency)
  bool absent_when_null = false;  // attribute with optional substitution; else null means present and empty
};

struct Layout {
  uint32_t id = 0;  // dense, process-wide
  std::vector<LayoutField> fields;
};
// Interns by contents (paths, slots, sections). Same rules as LogKind; kMaxLayouts, then a layout without id reuse
// is returned (id 0: bindings for it are not cached).
std::shared_ptr<const Layout> intern_layout(Layout layout);
constexpr uint32_t kMaxLayouts = 1u << 16;

// ---- the event -----------------------------------------------------------------------------------------------
struct Event;

// What a reader can say about one of its events while the batch lives; called for findings and `dump` only.
class EventDetails {
 public:
  virtual ~EventDetails() = default;
  // Spans of the record and of the further bytes needed to decode it, offsets in the source.
  virtual void cite(const Event& event, std::vector<Span>* spans, std::vector<Span>* deps) const = 0;
  // Raw bytes behind a span that cite() gave.
  [[nodiscard]] virtual Bytes bytes(Span span) const = 0;
  virtual void write_json(const Event& event, std::string* out) const = 0;  // one line, no newline
  virtual void write_xml(const Event& event, std::string* out) const = 0;
};

// Digest of the bytes at Event::where, for whoever asks; made once.
class RecordDigest {
 public:
  virtual ~RecordDigest() = default;
  virtual const Sha256& value() = 0;
};

// Of an event whose record its log no longer counts (docs/design/recovered.md): it is never an ordinary event.
struct Recovered {
  std::string how;     // "hidden inside another record"
  std::string mended;  // what was put right, on a copy, so that it decodes; empty = nothing
};

struct Event {
  uint32_t source = 0;  // index into the run's sources
  Span where;           // the (first) record
  Timestamp time;
  uint64_t record_id = 0;  // EventRecordID or what the format has; 0 = none
  const LogKind* kind = nullptr;
  const Layout* layout = nullptr;
  std::span<const Value> values;
  Bytes raw;   // the record as text where the source has one (keyword rules search it); else empty
  Bytes json;  // the record where it is JSON and all values view it, still escaped; else empty
  const EventDetails* details = nullptr;
  uint32_t cookie = 0;                   // the reader's own
  RecordDigest* digest = nullptr;        // where a stage before keeps digests of all records
  const Recovered* recovered = nullptr;  // null: an ordinary event

  // The value of a layout field, with null and dependency rules applied (kAbsent, kNull, or a kind with bytes).
  [[nodiscard]] Value value(const LayoutField& field) const {
    if (field.needs_slot >= 0 && is_null(static_cast<size_t>(field.needs_slot))) return {};
    const Value& v = field.slot < values.size() ? values[field.slot] : kNothing;
    if (v.kind == ValueKind::kNull && field.absent_when_null) return {};
    return v;
  }
  // First field with this canonical name (model/field_names.h has the full lookup). Slow path: findings, summaries.
  [[nodiscard]] Value find(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;  // find() as text, "" when absent

 private:
  static constexpr Value kNothing{};
  [[nodiscard]] bool is_null(size_t slot) const {
    return slot >= values.size() || values[slot].kind == ValueKind::kNull || values[slot].kind == ValueKind::kAbsent;
  }
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
  virtual void on_anomaly(Anomaly anomaly) = 0;
  virtual void on_fact(const StructureFact& fact) = 0;
  [[nodiscard]] virtual bool wants_facts() const = 0;  // readers skip the work when nobody listens
  // Of the facts only those that lead to records which the log no longer counts: next to nothing in a log in order.
  [[nodiscard]] virtual bool wants_remains() const { return wants_facts(); }
};

}  // namespace sil
