#include "ingest/json_trail.h"

#include <algorithm>
#include <cstring>

#include "bytes/cursor.h"
#include "model/json_token.h"

namespace sil::ingest {
namespace {

// The first and the last eight bytes of a key; a shorter key fills what it has. Needs 8 readable bytes behind it.
uint64_t head_of(const uint8_t* key, uint32_t length) {
  const auto word = load_le<uint64_t>(key);
  return length >= 8 ? word : word & ((uint64_t{1} << 8 * length) - 1);
}
uint64_t tail_of(const uint8_t* key, uint32_t length) {
  return length > 8 ? load_le<uint64_t>(key + length - 8) : 0;
}

}  // namespace

void JsonTrail::clear() {
  steps_.clear();
  root_.child = nullptr;
}

JsonTrail::Step* JsonTrail::find(Step* step, Kind kind, const uint8_t* key, uint32_t length) {
  const uint64_t head = length == 0 ? 0 : head_of(key, length), tail = tail_of(key, length);
  Step* before = nullptr;
  for (Step* one = step->child; one != nullptr; before = one, one = one->other) {
    if (one->length != length || one->head != head || one->tail != tail || one->kind != kind) continue;
    if (length > 16 && std::memcmp(one->key.data() + 8, key + 8, length - 16) != 0) continue;
    if (before != nullptr) {  // the latest first
      before->other = one->other;
      one->other = step->child;
      step->child = one;
    }
    return one;
  }
  return nullptr;
}

JsonTrail::Step* JsonTrail::child(Step* step, Kind kind, std::string_view key) {
  std::string kept(key);
  kept.append(8, '\0');
  const auto* data = reinterpret_cast<const uint8_t*>(kept.data());
  const auto length = static_cast<uint32_t>(key.size());
  if (Step* known = find(step, kind, data, length)) return known;
  if (steps_.size() >= kMaxSteps) return nullptr;
  Step& made = steps_.emplace_back();
  made.head = length == 0 ? 0 : head_of(data, length);
  made.tail = tail_of(data, length);
  made.length = length;
  made.kind = kind;
  made.key = std::move(kept);
  made.other = step->child;
  step->child = &made;
  return &made;
}

void JsonTrail::add(std::span<const JsonField> fields, JsonShape* shape) {
  if (fields.size() >= kMaxJsonFields) return;
  Step* step = &root_;
  std::vector<int32_t> open{-1};
  for (size_t i = 0; i < fields.size() && step != nullptr; ++i) {
    const JsonField& field = fields[i];
    if (field.member) return;
    for (; step != nullptr && open.back() != field.parent && open.size() > 1; open.pop_back())
      step = child(step, Kind::kClose, {});
    if (step == nullptr || open.back() != field.parent) return;
    step = child(step, field.object ? Kind::kOpen : Kind::kField, field.key);
    if (field.object) open.push_back(static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < open.size() && step != nullptr; ++i) step = child(step, Kind::kClose, {});
  if (step != nullptr) step->shape = shape;
}

// ---- following -------------------------------------------------------------------------------------

struct JsonTrail::Follower {
  Follower(const uint8_t* bytes, size_t stop, const uint32_t* first, const uint32_t* behind, std::vector<Value>* out,
           Step* root)
      : base(bytes), end(stop), next(first), last(behind), values(*out), step(root) {}

  const uint8_t* base;
  size_t end;
  const uint32_t* next;
  const uint32_t* last;
  std::vector<Value>& values;
  Step* step;
  size_t depth = 0;
  std::array<uint32_t, kMaxJsonDepth> open;  // values of the objects that are not closed yet

  [[nodiscard]] size_t token_end(size_t start) const {
    size_t at = next < last && *next < end ? *next : end;
    while (at > start + 1 && is_json_blank(base[at - 1])) --at;
    return at;
  }
  [[nodiscard]] uint8_t peek() const { return next < last && *next < end ? base[*next] : 0; }

  void put(size_t start, size_t stop, ValueKind kind) {
    values.push_back({base + start, static_cast<uint32_t>(stop - start), kind, ValueKind::kAbsent});
  }

  // A key, its colon and the start of its value; the value follows.
  bool key_and_value() {
    if (last - next < 3 || next[2] >= end) return false;
    const size_t start = next[0], colon = next[1], at = next[2];
    if (base[start] != '"' || base[colon] != ':' || base[colon - 1] != '"' || colon < start + 2) return false;
    const uint8_t* key = base + start + 1;
    const auto length = static_cast<uint32_t>(colon - start - 2);
    const uint8_t byte = base[at];
    step = find(step, byte == '{' ? Kind::kOpen : Kind::kField, key, length);
    if (step == nullptr || values.size() + 1 >= kMaxJsonFields) return false;
    next += 3;
    if (byte == '"') {
      const size_t stop = token_end(at);
      if (stop < at + 2 || base[stop - 1] != '"') return false;
      put(at + 1, stop - 1, ValueKind::kJsonString);
      return true;
    }
    if (byte == '[') return array(at, {reinterpret_cast<const char*>(key), length});
    if (byte == '{') {
      if (depth + 2 >= kMaxJsonDepth) return false;
      open[depth++] = static_cast<uint32_t>(values.size());
      put(at, at, ValueKind::kJsonObject);
      return true;
    }
    const size_t stop = token_end(at);
    const ValueKind kind = json_scalar_kind(base + at, stop - at);
    put(at, stop, kind);
    return kind != ValueKind::kAbsent;
  }

  bool array(size_t start, std::string_view key) {
    if (depth > 0 && (key == "Data" || key == "#text")) return false;  // may be fields of their own
    size_t level = 1;
    for (; level != 0; ++next) {
      if (next >= last || *next >= end) return false;
      const uint8_t byte = base[*next];
      level += byte == '{' || byte == '[';
      level -= byte == '}' || byte == ']';
    }
    put(start, next[-1] + 1, ValueKind::kJsonArray);
    return base[next[-1]] == ']';
  }

  JsonShape* run() {
    if (peek() != '{') return nullptr;
    ++next;
    bool fresh = true;  // behind an opening brace
    while (true) {
      const uint8_t byte = peek();
      if (byte == '}') {
        step = find(step, Kind::kClose, base, 0);
        if (step == nullptr) return nullptr;
        const size_t close = *next++;
        if (depth == 0) return next == last || *next >= end ? step->shape : nullptr;
        Value& object = values[open[--depth]];
        object.size = static_cast<uint32_t>(base + close + 1 - object.data);
        fresh = false;
        continue;
      }
      if (!fresh) {
        if (byte != ',') return nullptr;
        ++next;
      }
      const size_t deep = depth;
      if (!key_and_value()) return nullptr;
      fresh = depth != deep;
    }
  }
};

JsonShape* JsonTrail::follow(const uint8_t* base, size_t end, const uint32_t** next, const uint32_t* last,
                             std::vector<Value>* values) {
  values->clear();
  Follower follower(base, end, *next, last, values, &root_);
  JsonShape* shape = follower.run();
  if (shape != nullptr) *next = follower.next;
  return shape;
}

}  // namespace sil::ingest
