#define XXH_INLINE_ALL
#include "ingest/json_layout.h"

#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <set>

#include "ingest/reader.h"
#include "model/field_names.h"
#include "model/json_token.h"

namespace sil::ingest {
namespace {

using taxonomy::Schema;
using taxonomy::TimeForm;

// Interned layouts live as long as the process; a log that never repeats its keys must not fill the memory.
constexpr size_t kMaxInternedFields = 400'000;
std::atomic<size_t> interned_fields{0};

uint64_t mix(uint64_t hash, uint64_t word) {
  return (hash ^ word) * 0x9E3779B97F4A7C15ULL ^ (hash >> 29);
}

uint64_t hash_of(std::span<const JsonField> fields) {
  uint64_t hash = fields.size();
  for (const JsonField& field : fields) {
    hash = mix(hash, XXH3_64bits(field.key.data(), field.key.size()));
    hash =
        mix(hash, static_cast<uint64_t>(field.parent + 1) << 2 | (field.object ? 2U : 0U) | (field.member ? 1U : 0U));
  }
  return hash;
}

template <class Word>
Word word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Keys are short: a call of memcmp for each costs more than the comparison.
bool same_text(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  if (size != b.size()) return false;
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) {
      if (word_at<uint64_t>(a.data() + at) != word_at<uint64_t>(b.data() + at)) return false;
    }
    return word_at<uint64_t>(a.data() + size - 8) == word_at<uint64_t>(b.data() + size - 8);
  }
  if (size >= 4)
    return word_at<uint32_t>(a.data()) == word_at<uint32_t>(b.data()) &&
           word_at<uint32_t>(a.data() + size - 4) == word_at<uint32_t>(b.data() + size - 4);
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

bool same_keys(std::span<const JsonField> a, std::span<const JsonField> b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const JsonField &x = a[i], &y = b[i];
    if (x.parent != y.parent || x.object != y.object || x.member != y.member || !same_text(x.key, y.key)) return false;
  }
  return true;
}

// The frames of Elasticsearch hits and of Splunk's export, which say nothing about the event.
bool is_wrapper(std::span<const JsonField> fields, const JsonField& field) {
  if (field.parent >= 0 || !field.object) return false;
  return field.key == "_source" || (field.key == "result" && fields[0].key == "preview");
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const size_t bar = std::min(list.find('|'), list.size());
    out.push_back(list.substr(0, bar));
    list.remove_prefix(std::min(bar + 1, list.size()));
  }
  return out;
}

void find_slots(std::span<const std::string> paths, std::string_view wanted, std::vector<uint32_t>* slots) {
  for (std::string_view path : split(wanted)) {
    for (uint32_t slot = 0; slot < paths.size(); ++slot) {
      if (paths[slot] == path) slots->push_back(slot);
    }
  }
}

std::shared_ptr<const Layout> make_layout(Layout layout) {
  if (interned_fields.fetch_add(layout.fields.size()) < kMaxInternedFields) return intern_layout(std::move(layout));
  interned_fields.fetch_sub(layout.fields.size());
  return std::make_shared<const Layout>(std::move(layout));  // id 0: nobody caches bindings for it
}

bool duplicated(std::span<const JsonField> fields) {
  std::set<std::pair<int32_t, std::string_view>> seen;
  return std::any_of(fields.begin(), fields.end(), [&](const JsonField& field) {
    return !field.member && !seen.emplace(field.parent, field.key).second;
  });
}

// Copies the keys out of the record, so that the shape outlives it.
void keep_keys(std::span<const JsonField> fields, JsonShape* shape) {
  size_t size = 0;
  for (const JsonField& field : fields) size += field.key.size();
  shape->text.reserve(size + kSlack);
  for (const JsonField& field : fields) {
    JsonField& key = shape->keys.emplace_back(field);
    const size_t at = shape->text.size();
    shape->text.append(field.key);
    key.key = std::string_view(shape->text).substr(at);
    key.value = {};
  }
}

void find_roles(const Schema& schema, std::span<const std::string> paths, JsonShape* shape) {
  find_slots(paths, schema.channel, &shape->channel);
  find_slots(paths, schema.provider, &shape->provider);
  find_slots(paths, schema.event_id, &shape->event_id);
  find_slots(paths, schema.record_id, &shape->record_id);
  for (const taxonomy::TimeField& time : schema.times) {
    std::vector<uint32_t> slots;
    find_slots(paths, time.path, &slots);
    for (uint32_t slot : slots) shape->times.push_back({slot, time.form});
  }
  const auto decides = [&](uint32_t slot, bool text) {
    const auto known =
        std::ranges::find(shape->deciding, slot, [](const JsonShape::Deciding& one) { return one.slot; });
    if (known == shape->deciding.end())
      shape->deciding.push_back({slot, text});
    else
      known->text = known->text || text;
  };
  for (const auto* slots : {&shape->channel, &shape->provider, &shape->event_id}) {
    for (uint32_t slot : *slots) decides(slot, true);
  }
  for (const taxonomy::KindRoute& route : schema.routes) {
    std::vector<uint32_t> slots;
    find_slots(paths, route.path, &slots);
    for (uint32_t slot : slots) {
      shape->routes.push_back({slot, &route});
      decides(slot, !route.value.empty() || route.service == "$");
    }
  }
}

// Where the schema's own path names the host, the field is the header's
// Computer as well, so that findings, grouping and --host see one name in every
// log.
void name_host(const Schema& schema, std::span<const std::string> paths, Layout* layout) {
  static constexpr std::string_view kComputer = "Event.System.Computer";
  for (const LayoutField& field : layout->fields) {
    if (field.path == kComputer) return;
  }
  std::vector<uint32_t> slots;
  find_slots(paths, schema.host, &slots);
  if (slots.empty()) return;
  LayoutField host;
  host.path = kComputer;
  host.name = "Computer";
  host.section = Section::kSystem;
  host.slot = slots.front();
  layout->fields.push_back(std::move(host));
}

void add_key_values(const Schema& schema, std::span<const JsonField> fields, JsonShape* shape, Layout* layout) {
  if (schema.key_field.empty()) return;
  for (size_t i = 0; i < fields.size(); ++i) {
    const JsonField& key = shape->keys[i];
    if (key.parent >= 0 || (!key.object && fields[i].value.kind != ValueKind::kJsonArray)) continue;
    LayoutField field;
    field.path = field.name = std::string(schema.key_field);
    field.slot = static_cast<uint32_t>(shape->keys.size() + shape->key_values.size());
    layout->fields.push_back(std::move(field));
    shape->key_values.push_back(utf8_value(key.key));
  }
}

std::unique_ptr<JsonShape> make_shape(const Schema* schema, std::span<const JsonField> fields) {
  auto shape = std::make_unique<JsonShape>();
  keep_keys(fields, shape.get());
  std::vector<std::string> paths;
  Layout layout;
  static constexpr Schema kNoSchema{};
  const Schema& used = schema == nullptr ? kNoSchema : *schema;
  for (size_t i = 0; i < fields.size(); ++i) {
    paths.push_back(json_path(fields, i));
    const bool leaf = !fields[i].object || fields[i].value.size <= 2;
    if (is_wrapper(fields, fields[i]) || (!leaf && !used.containers)) continue;
    LayoutField field = taxonomy::place_field(used, paths.back());
    field.slot = static_cast<uint32_t>(i);
    layout.fields.push_back(std::move(field));
  }
  name_host(used, paths, &layout);
  add_key_values(used, fields, shape.get(), &layout);
  shape->duplicates = duplicated(fields);
  shape->layout = make_layout(std::move(layout));
  find_roles(used, paths, shape.get());
  return shape;
}

bool usable(const Value& value) {
  return value.kind != ValueKind::kNull && value.kind != ValueKind::kAbsent && value.kind != ValueKind::kJsonObject;
}

std::string_view raw_text(const Value& value) {
  return {reinterpret_cast<const char*>(value.data), value.size};
}

}  // namespace

std::string json_path(std::span<const JsonField> fields, size_t index) {
  std::string out;
  append_unescaped_json(fields[index].key, &out);
  for (int32_t parent = fields[index].parent; parent >= 0; parent = fields[static_cast<size_t>(parent)].parent) {
    const JsonField& above = fields[static_cast<size_t>(parent)];
    if (is_wrapper(fields, above)) break;
    std::string key;
    append_unescaped_json(above.key, &key);
    out.insert(0, key + '.');
  }
  return out;
}

JsonShape& JsonLayouts::shape(std::span<const JsonField> fields) {
  JsonShape*& recent = recent_[fields.size() % kRecent];
  if (recent == nullptr || !same_keys(recent->keys, fields)) recent = &find_shape(fields);
  return *recent;
}

JsonShape& JsonLayouts::find_shape(std::span<const JsonField> fields) {
  const uint64_t hash = hash_of(fields);
  const auto found = shapes_.find(hash);
  // An empty object has the keys of a full one's parent, but is a field of its own: the kinds differ by
  // `object`.
  if (found != shapes_.end() && same_keys(found->second->keys, fields)) return *found->second;
  if (shapes_.size() >= kMaxShapes || found != shapes_.end()) {
    shapes_.clear();
    trail_.clear();
    std::fill(std::begin(recent_), std::end(recent_), nullptr);
  }
  auto& slot = shapes_[hash];
  slot = make_shape(profile_.schema, fields);
  return *slot;
}

std::string_view JsonLayouts::text(const Value& value, std::string* buffer) const {
  const std::string_view raw = raw_text(value);
  const bool escaped = value.kind == ValueKind::kJsonString && raw.find('\\') != std::string_view::npos;
  if (!escaped && value.kind != ValueKind::kJsonArray) return raw;
  buffer->clear();
  if (value.kind == ValueKind::kJsonArray) {  // the first member speaks for all
    size_t position = 0;
    Value member;
    if (next_member(value, &position, &member)) append_text(member, buffer);
  } else {
    append_unescaped_json(raw, buffer);
  }
  return *buffer;
}

const LogKind* JsonLayouts::make_kind(std::string_view channel, std::string_view provider, uint32_t event_id) {
  LogKind kind;
  kind.schema = profile_.schema == nullptr ? "json" : std::string(profile_.schema->name);
  kind.product = product_;
  kind.category = category_;
  kind.service = service_;
  kind.channel = channel;
  kind.provider = provider;
  kind.event_id = event_id;
  return intern_log_kind(std::move(kind));
}

namespace {

// Walks what the deciding slots hold: kind, size and bytes, or whether there is anything; false when `visit` says so.
template <class Visit>
bool each_deciding(const JsonShape& shape, std::span<const Value> values, Visit&& visit) {
  for (const JsonShape::Deciding& one : shape.deciding) {
    const Value& value = values[one.slot];
    if (!one.text) {
      if (!visit(usable(value) ? "+" : "-")) return false;
      continue;
    }
    const uint64_t head = uint64_t{value.size} << 8 | static_cast<uint64_t>(value.kind);
    if (!visit({reinterpret_cast<const char*>(&head), sizeof head}) || !visit(raw_text(value))) return false;
  }
  return true;
}

}  // namespace

// Consecutive records of one shape are mostly of one kind: what decides it is compared as it stands.
const LogKind* JsonLayouts::kind(JsonShape& shape, std::span<const Value> values) {
  std::string_view rest = shape.last_deciding;
  const auto same = [&](std::string_view part) {
    if (!rest.starts_with(part)) return false;
    rest.remove_prefix(part.size());
    return true;
  };
  if (shape.last_kind != nullptr && each_deciding(shape, values, same) && rest.empty()) return shape.last_kind;
  shape.last_deciding.clear();
  each_deciding(shape, values, [&](std::string_view part) {
    shape.last_deciding.append(part);
    return true;
  });
  const LogKind* kind = find_kind(shape, values);
  constexpr size_t kMaxDeciding = 1024;
  shape.last_kind = shape.last_deciding.size() <= kMaxDeciding ? kind : nullptr;
  if (shape.last_kind == nullptr) std::string().swap(shape.last_deciding);
  return kind;
}

const LogKind* JsonLayouts::find_kind(const JsonShape& shape, std::span<const Value> values) {
  const auto first = [&](const std::vector<uint32_t>& slots) -> const Value* {
    for (uint32_t slot : slots) {
      if (usable(values[slot])) return &values[slot];
    }
    return nullptr;
  };
  product_ = profile_.schema == nullptr ? std::string_view() : profile_.schema->product;
  category_.clear();
  service_.clear();
  bool product_routed = false;
  for (const JsonShape::Routed& routed : shape.routes) {
    const taxonomy::KindRoute& route = *routed.route;
    const bool news = (!route.product.empty() && !product_routed) || (!route.category.empty() && category_.empty()) ||
                      (!route.service.empty() && service_.empty());
    const Value& value = values[routed.slot];
    if (!news || !usable(value)) continue;
    const std::string_view said = text(value, &buffer_);
    if (!taxonomy::route_holds(route, said)) continue;
    if (!route.product.empty() && !product_routed) {
      product_ = route.product;
      product_routed = true;
    }
    if (category_.empty()) category_ = route.category;
    if (!service_.empty() || route.service.empty()) continue;
    service_ = route.service == "$" ? said.substr(0, 64) : route.service;
    std::transform(service_.begin(), service_.end(), service_.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  const Value* channel = first(shape.channel);
  const Value* provider = first(shape.provider);
  const Value* event_id = first(shape.event_id);
  const std::string_view channel_text = channel == nullptr ? "" : text(*channel, &buffer_).substr(0, 256);
  const std::string_view provider_text = provider == nullptr ? "" : text(*provider, &other_buffer_).substr(0, 256);
  uint64_t id = 0;
  if (event_id != nullptr) {
    const Number number = number_of(*event_id);
    if (number.kind == Number::Kind::kSigned && number.i >= 0) id = static_cast<uint64_t>(number.i);
    if (number.kind == Number::Kind::kUnsigned) id = number.u;
    if (id > UINT32_MAX) id = 0;
  }
  key_.assign(channel_text).push_back('\0');
  key_.append(provider_text).push_back('\0');
  key_.append(product_).push_back('\0');
  key_.append(category_).push_back('\0');
  key_.append(service_).append(reinterpret_cast<const char*>(&id), sizeof id);
  const auto found = kinds_.find(key_);
  if (found != kinds_.end()) return found->second;
  if (kinds_.size() >= kMaxKinds) kinds_.clear();
  return kinds_[key_] = make_kind(channel_text, provider_text, static_cast<uint32_t>(id));
}

Timestamp JsonLayouts::time(const JsonShape& shape, std::span<const Value> values) {
  for (const JsonShape::Timed& timed : shape.times) {
    const Value& value = values[timed.slot];
    if (!usable(value)) continue;
    const std::string_view said = text(value, &time_buffer_);
    Timestamp time;
    if (timed.form == TimeForm::kEpoch ? !parse_epoch(said, &time) : !parse_rfc3339(said, &time)) continue;
    if (timed.form == TimeForm::kUtcText && time.zone == ZoneSource::kAssumedUtc) time.zone = ZoneSource::kFormat;
    if (timed.form == TimeForm::kLocalText && profile_.zone_known) {
      time.ticks = static_cast<uint64_t>(static_cast<int64_t>(time.ticks) + profile_.zone_ticks);
      if (profile_.zone_ticks != 0 || time.zone == ZoneSource::kAssumedUtc) time.zone = ZoneSource::kInferred;
    }
    return time;
  }
  return {};
}

uint64_t JsonLayouts::record_id(const JsonShape& shape, std::span<const Value> values) const {
  for (uint32_t slot : shape.record_id) {
    const Number number = number_of(values[slot]);
    if (number.kind == Number::Kind::kSigned && number.i > 0) return static_cast<uint64_t>(number.i);
    if (number.kind == Number::Kind::kUnsigned) return number.u;
  }
  return 0;
}

bool parse_epoch(std::string_view text, Timestamp* out) {
  text = text.substr(0, text.find(':') == 2 || text.find('-') != std::string_view::npos ? text.size() : text.find(':'));
  const size_t dot = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(std::min(dot + 1, text.size()));
  const auto digits = [](std::string_view t) {
    return std::all_of(t.begin(), t.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.empty() || whole.size() > 19 || !digits(whole) || !digits(fraction)) return parse_rfc3339(text, out);
  uint64_t number = 0;
  for (char c : whole) number = number * 10 + static_cast<uint64_t>(c - '0');
  constexpr uint64_t kLatest = 253'402'300'799;  // the end of year 9999, in seconds
  Timestamp time;
  if (whole.size() <= 12 && number <= kLatest) {
    uint64_t ticks = 0;
    for (size_t i = 0; i < 7; ++i)
      ticks = ticks * 10 + (i < fraction.size() ? static_cast<uint64_t>(fraction[i] - '0') : 0);
    time.ticks = number * kTicksPerSecond + ticks;
    time.precision = fraction.empty()       ? Precision::kSecond
                     : fraction.size() <= 3 ? Precision::kMillisecond
                     : fraction.size() <= 6 ? Precision::kMicrosecond
                                            : Precision::kTick;
  } else if (whole.size() <= 14) {
    time.ticks = number * 10'000;
    time.precision = Precision::kMillisecond;
  } else if (whole.size() <= 17) {
    time.ticks = number * 10;
    time.precision = Precision::kMicrosecond;
  } else {
    time.ticks = number / 100;
  }
  time.ticks += kUnixEpochTicks;
  time.zone = ZoneSource::kFormat;
  *out = time;
  return true;
}

// ---- profile
// -----------------------------------------------------------------------------------------------------
namespace {

std::string text_at(std::span<const JsonField> fields, std::string_view key) {
  std::string out;
  for (const JsonField& field : fields) {
    if (field.key == key && !field.object && field.value.kind == ValueKind::kJsonString) {
      append_text(field.value, &out);
      break;
    }
  }
  return out;
}

}  // namespace

bool JsonProfiler::wants(Bytes record) const {
  if (records_ < kSamples) return true;
  const std::string_view text(reinterpret_cast<const char*>(record.data()), record.size());
  return zones_.size() < kZones && text.find("\"UtcTime\"") != std::string_view::npos;
}

void JsonProfiler::add(std::span<const JsonField> fields) {
  ++records_;
  if (records_ <= kSamples) {
    std::vector<taxonomy::PathValue> sample;
    for (size_t i = 0; i < fields.size(); ++i) {
      std::string text;
      if (fields[i].value.kind != ValueKind::kJsonArray && !fields[i].object) append_text(fields[i].value, &text);
      sample.emplace_back(json_path(fields, i), std::move(text));
    }
    const Schema* schema = taxonomy::detect_schema(sample);
    const auto vote = std::find_if(votes_.begin(), votes_.end(), [&](const auto& v) { return v.first == schema; });
    if (vote != votes_.end())
      ++vote->second;
    else
      votes_.emplace_back(schema, 1);
  }
  // Sysmon says UTC in UtcTime, beside a header time that may be local. Its network and DNS events run on a
  // clock of their own and tell nothing here.
  Timestamp utc, local;
  const std::string stated = text_at(fields, "UtcTime");
  if (stated.empty()) return;
  std::string header = text_at(fields, "EventTime");
  if (header.empty()) header = text_at(fields, "TimeCreated");
  for (const JsonField& field : fields) {
    if (field.key != "EventID" || field.object) continue;
    std::string id;
    append_text(field.value, &id);
    if (id == "3" || id == "22") return;
  }
  if (!parse_rfc3339(stated, &utc) || !parse_rfc3339(header, &local)) return;
  zones_.push_back(static_cast<int64_t>(utc.ticks) - static_cast<int64_t>(local.ticks));
}

JsonProfile JsonProfiler::profile() const {
  JsonProfile out;
  const auto best = std::max_element(votes_.begin(), votes_.end(), [](const auto& a, const auto& b) {
    return a.second < b.second || (a.second == b.second && a.first == nullptr);
  });
  if (best != votes_.end()) out.schema = best->first;
  if (!zones_.empty()) {  // zones are whole quarters of an hour; the median bears single strange records
    std::vector<int64_t> sorted = zones_;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 2), sorted.end());
    constexpr int64_t kQuarter = 900 * static_cast<int64_t>(kTicksPerSecond);
    const int64_t median = sorted[sorted.size() / 2];
    const int64_t quarters = (median + (median >= 0 ? kQuarter / 2 : -kQuarter / 2)) / kQuarter;
    constexpr int64_t kDay = 15 * 4;  // zones end at +-14 h; beyond it the clock was wrong, not the zone
    out.zone_known = quarters >= -kDay && quarters <= kDay;
    if (out.zone_known) out.zone_ticks = quarters * kQuarter;
  }
  return out;
}

}  // namespace sil::ingest
