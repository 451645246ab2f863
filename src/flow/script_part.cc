#include "flow/script_part.h"

#include <algorithm>
#include <cstring>

#include "model/field_names.h"
#include "model/taxonomy.h"

namespace sil::flow {
namespace {

constexpr size_t kMaxBindings = 1 << 12;
const Logsource kScripts{"windows", "ps_script", ""};

class Packer {
 public:
  explicit Packer(std::string* out) : out_(out) {}
  void number(uint64_t n) { out_->append(reinterpret_cast<const char*>(&n), sizeof n); }
  void text(const void* data, size_t size) {
    number(size);
    out_->append(static_cast<const char*>(data), size);
  }
  void value(const Value& value) {
    number(static_cast<uint64_t>(value.kind) << 8 | static_cast<uint64_t>(value.element));
    text(value.data, value.data ? value.size : 0);
  }
  void spans(const std::vector<Span>& spans, const EventDetails& details) {
    number(spans.size());
    for (const Span& span : spans) {
      Bytes bytes = details.bytes(span);
      number(span.offset);
      number(span.length);
      text(bytes.data(), bytes.size());
    }
  }

 private:
  std::string* out_;
};

// Reads what Packer wrote in this same process.
class Unpacker {
 public:
  explicit Unpacker(std::string_view from) : from_(from) {}
  uint64_t number() {
    uint64_t n = 0;
    std::memcpy(&n, from_.data(), sizeof n);
    from_.remove_prefix(sizeof n);
    return n;
  }
  std::string_view text() {
    const auto size = static_cast<size_t>(number());
    std::string_view out = from_.substr(0, size);
    from_.remove_prefix(size);
    return out;
  }
  Value value() {
    const uint64_t kinds = number();
    const std::string_view bytes = text();
    return {reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<uint32_t>(bytes.size()),
            static_cast<ValueKind>(kinds >> 8), static_cast<ValueKind>(kinds & 0xff)};
  }
  std::vector<std::pair<Span, std::string_view>> spans() {
    std::vector<std::pair<Span, std::string_view>> out(static_cast<size_t>(number()));
    for (auto& [span, bytes] : out) {
      span.offset = number();
      span.length = static_cast<uint32_t>(number());
      bytes = text();
    }
    return out;
  }

 private:
  std::string_view from_;
};

std::vector<uint32_t> places_of(const Event& event, std::string_view field) {
  std::vector<uint32_t> out;
  for (const std::string& name : field_source(kScripts, *event.kind, field).names) {
    for (const FieldPlace& place : resolve_field(*event.layout, name)) {
      if (place.inside.empty()) out.push_back(place.field);
    }
    if (!out.empty()) break;
  }
  return out;
}

Value first_present(const Event& event, const std::vector<uint32_t>& places) {
  for (uint32_t place : places) {
    Value value = event.value(event.layout->fields[place]);
    if (value.present() && value.kind != ValueKind::kNull) return value;
  }
  return {};
}

bool whole_number(const Value& value, uint32_t* out) {
  const Number number = number_of(value);
  uint64_t n = 0;
  if (number.kind == Number::Kind::kUnsigned)
    n = number.u;
  else if (number.kind == Number::Kind::kSigned && number.i > 0)
    n = static_cast<uint64_t>(number.i);
  if (n == 0 || n > kMaxPartTotal) return false;
  *out = static_cast<uint32_t>(n);
  return true;
}

bool is_text(const Value& value) {
  return value.kind == ValueKind::kUtf16 || value.kind == ValueKind::kUtf8 || value.kind == ValueKind::kJsonString ||
         value.kind == ValueKind::kAnsi;
}

void pack(const Event& event, const std::vector<uint32_t>& text_places, bool whole_event, std::string* body) {
  Packer packer(body);
  std::vector<uint32_t> slots;
  for (uint32_t place : text_places) slots.push_back(event.layout->fields[place].slot);
  packer.number(slots.size());
  for (uint32_t slot : slots) packer.number(slot);
  packer.number(event.values.size());
  for (size_t i = 0; i < event.values.size(); ++i) {
    packer.value(std::find(slots.begin(), slots.end(), i) == slots.end() ? event.values[i] : Value{});
  }
  packer.value(first_present(event, text_places));
  std::vector<Span> spans, deps;
  std::string json;
  if (event.details) {
    event.details->cite(event, &spans, &deps);
    if (whole_event) event.details->write_json(event, &json);
    packer.spans(spans, *event.details);
    packer.spans(deps, *event.details);
  } else {
    packer.number(0);
    packer.number(0);
  }
  packer.text(json.data(), json.size());
}

}  // namespace

bool PartReader::is_script_block(const LogKind& kind) {
  auto [found, inserted] = kinds_.try_emplace(kind.id, false);
  if (inserted) found->second = applies(kScripts, kind, nullptr);
  return found->second;
}

const PartReader::Binding& PartReader::bind(const Event& event) {
  const uint64_t key = uint64_t{event.kind->id} << 32 | event.layout->id;
  const bool cached = event.layout->id != 0;
  if (cached) {
    if (auto found = bindings_.find(key); found != bindings_.end()) return found->second;
    if (bindings_.size() >= kMaxBindings) bindings_.clear();
  }
  Binding& binding = cached ? bindings_[key] : uncached_;
  binding = {places_of(event, "ScriptBlockText"), places_of(event, "ScriptBlockId"), places_of(event, "MessageNumber"),
             places_of(event, "MessageTotal")};
  return binding;
}

bool PartReader::read(const Event& event, std::span<const uint32_t> rules, bool whole_event, BlockPart* out) {
  if (!wants(event) || !event.layout || !is_script_block(*event.kind)) return false;
  const Binding& binding = bind(event);
  uint32_t number = 0, total = 0;
  if (!whole_number(first_present(event, binding.total), &total) || total < 2) return false;
  if (!whole_number(first_present(event, binding.number), &number) || number > total) return false;
  std::string id;
  append_folded_text(first_present(event, binding.id), &id);
  if (id.empty() || !is_text(first_present(event, binding.text))) return false;

  std::string key;
  append_folded_text(event.find("Computer"), &key);
  key += '\0';
  key += id;
  key += '\0';
  key += std::to_string(total);
  const Sha256 digest = sha256(as_bytes(key));
  std::copy_n(digest.begin(), out->block.size(), out->block.begin());
  out->number = number;
  out->total = total;
  out->kind = event.kind;
  out->layout = intern_layout(*event.layout);
  out->time = event.time;
  out->record_id = event.record_id;
  out->where = event.where;
  out->rules.assign(rules.begin(), rules.end());
  out->body.clear();
  pack(event, binding.text, whole_event, &out->body);
  return true;
}

UnpackedPart unpack(std::string_view body) {
  Unpacker from(body);
  UnpackedPart out;
  out.text_slots.resize(static_cast<size_t>(from.number()));
  for (uint32_t& slot : out.text_slots) slot = static_cast<uint32_t>(from.number());
  out.values.resize(static_cast<size_t>(from.number()));
  for (Value& value : out.values) value = from.value();
  out.text = from.value();
  out.spans = from.spans();
  out.deps = from.spans();
  out.json = from.text();
  return out;
}

}  // namespace sil::flow
