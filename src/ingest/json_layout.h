// What a key sequence means under a schema: the layout of its events, and where their channel, id, host and
// time stand. Found once per key sequence and worker, then looked up by hash and checked key by key.
//
// Thread rule: one JsonLayouts a worker. Memory: bounded (kMaxShapes a worker; model/event.h bounds the
// interned).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/json_record.h"
#include "ingest/json_trail.h"
#include "model/event.h"
#include "model/taxonomy/schema.h"

namespace sil::ingest {

// What the first records of a source told; the same for all its pieces.
struct JsonProfile {
  const taxonomy::Schema* schema = nullptr;  // null: no known shape, events have an empty log kind
  bool zone_known = false;                   // local times: UTC = time + zone_ticks
  int64_t zone_ticks = 0;
};

struct JsonShape {
  struct Routed {
    uint32_t slot;
    const taxonomy::KindRoute* route;
  };
  struct Timed {
    uint32_t slot;
    taxonomy::TimeForm form;
  };
  std::vector<JsonField> keys;  // key, parent, object, member of each field; keys view `text`
  std::string text;
  std::shared_ptr<const Layout> layout;
  std::vector<uint32_t> channel, provider, event_id, record_id;  // slots in order of preference
  std::vector<Timed> times;
  std::vector<Routed> routes;
  std::vector<Value> key_values;  // behind the fields' values: keys that are values of Schema::key_field; view `text`
  bool duplicates = false;
  struct Deciding {
    uint32_t slot;
    bool text;  // what it says decides; else whether it is there alone
  };
  std::vector<Deciding> deciding;  // of the kind; each slot once
  std::string last_deciding;       // what they held last, and
  const LogKind* last_kind = nullptr;
};

// Dotted path of a field; wrappers (_source, result) are left out. Keys are unescaped.
std::string json_path(std::span<const JsonField> fields, size_t index);

class JsonLayouts {
 public:
  explicit JsonLayouts(const JsonProfile& profile) : profile_(profile) {}
  JsonShape& shape(std::span<const JsonField> fields);
  // The same, and from now on follow() finds it: for records of JSON, from the structural index (json_trail.h).
  JsonShape& learn(std::span<const JsonField> fields) {
    JsonShape& made = shape(fields);
    trail_.add(fields, &made);
    return made;
  }
  JsonShape* follow(const uint8_t* base, size_t end, const uint32_t** next, const uint32_t* last,
                    std::vector<Value>* values) {
    return trail_.follow(base, end, next, last, values);
  }
  // `values`: of the fields, in their order.
  const LogKind* kind(JsonShape& shape, std::span<const Value> values);
  Timestamp time(const JsonShape& shape, std::span<const Value> values);
  [[nodiscard]] uint64_t record_id(const JsonShape& shape, std::span<const Value> values) const;
  [[nodiscard]] const JsonProfile& profile() const { return profile_; }

 private:
  static constexpr size_t kMaxShapes = 2048, kRecent = 64;
  static constexpr size_t kMaxKinds = 8192;

  std::string_view text(const Value& value, std::string* buffer) const;
  const LogKind* make_kind(std::string_view channel, std::string_view provider, uint32_t event_id);

  JsonShape& find_shape(std::span<const JsonField> fields);

  JsonProfile profile_;
  const LogKind* find_kind(const JsonShape& shape, std::span<const Value> values);

  std::unordered_map<uint64_t, std::unique_ptr<JsonShape>> shapes_;
  JsonShape* recent_[kRecent] = {};  // the last of so many fields, as logs of few shapes repeat them
  JsonTrail trail_;
  std::unordered_map<std::string, const LogKind*> kinds_;
  std::string key_, product_, category_, service_, buffer_, other_buffer_, time_buffer_;
};

// "1591367999.305988", or milli-, micro-, nanoseconds; anything with a date in it as RFC 3339.
bool parse_epoch(std::string_view text, Timestamp* out);

// Learns schema and zone from the first records of a source.
class JsonProfiler {
 public:
  void add(std::span<const JsonField> fields);
  // Would this record tell something? Cheap: it is asked before the record is taken apart.
  [[nodiscard]] bool wants(Bytes record) const;
  [[nodiscard]] JsonProfile profile() const;

 private:
  static constexpr size_t kZones = 512;   // records that state both times
  static constexpr size_t kSamples = 64;  // looked at for the schema
  size_t records_ = 0;
  std::vector<std::pair<const taxonomy::Schema*, size_t>> votes_;
  std::vector<int64_t> zones_;  // UTC minus local, in ticks
};

}  // namespace sil::ingest
