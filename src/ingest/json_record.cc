#include "ingest/json_record.h"

#include <simdjson.h>

#include <cstring>

#include "model/json_token.h"

namespace sil::ingest {

// ---- index
// -----------------------------------------------------------------------------------------------------
struct JsonIndex::Impl {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;
};

JsonIndex::JsonIndex() : impl_(std::make_unique<Impl>()) {}
JsonIndex::~JsonIndex() = default;

const char* JsonIndex::build(Bytes bytes) {
  if (impl_->parser == nullptr || impl_->capacity < bytes.size()) {
    const size_t capacity = std::max<size_t>(bytes.size(), size_t{1} << 20);
    const auto error =
        simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, kMaxJsonDepth, impl_->parser);
    if (error != simdjson::SUCCESS) return "memory for the index";
    impl_->capacity = capacity;
  }
  switch (impl_->parser->stage1(bytes.data(), bytes.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: return nullptr;
    case simdjson::UTF8_ERROR: return "valid UTF-8";
    case simdjson::UNCLOSED_STRING: return "the end of a string";
    case simdjson::UNESCAPED_CHARS: return "escaped control characters";
    default: return "a JSON object";
  }
}

const uint32_t* JsonIndex::begin() const {
  return impl_->parser->structural_indexes.get();
}
const uint32_t* JsonIndex::end() const {
  return begin() + impl_->parser->n_structural_indexes;
}

// ---- walk
// ------------------------------------------------------------------------------------------------------
namespace {

// RFC 8259 section 6.
bool is_number(const uint8_t* at, const uint8_t* end) {
  const auto digits = [&] {
    const uint8_t* first = at;
    while (at < end && *at >= '0' && *at <= '9') ++at;
    return at - first;
  };
  if (at < end && *at == '-') ++at;
  const uint8_t* integer = at;
  const ptrdiff_t count = digits();
  if (count == 0 || (count > 1 && *integer == '0')) return false;
  if (at < end && *at == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == end;
}

}  // namespace

ValueKind json_scalar_kind(const uint8_t* at, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(at), size);
  if (text == "null") return ValueKind::kNull;
  if (text == "true") return ValueKind::kBoolTrue;
  if (text == "false") return ValueKind::kBoolFalse;
  return is_number(at, at + size) ? ValueKind::kJsonNumber : ValueKind::kAbsent;
}

namespace {

class Walk {
 public:
  Walk(const uint8_t* base, Bytes record, const uint32_t* first, const uint32_t* last, std::vector<JsonField>* fields)
      : base_(base),
        end_(static_cast<size_t>(record.data() - base) + record.size()),
        next_(first),
        last_(last),
        fields_(*fields) {}

  bool run() {
    if (!take('{')) return fail("an object");
    if (!object(-1, 1)) return false;
    return next_ == last_ || fail("the end of the record");
  }
  [[nodiscard]] const char* expected() const { return expected_; }
  [[nodiscard]] size_t where() const { return where_; }
  [[nodiscard]] bool too_deep() const { return too_deep_; }

 private:
  bool fail(const char* expected) {
    if (expected_ == nullptr) {
      expected_ = expected;
      where_ = next_ < last_ ? *next_ : end_;
    }
    return false;
  }
  [[nodiscard]] uint8_t peek() const { return next_ < last_ ? base_[*next_] : 0; }
  bool take(uint8_t byte) {
    if (peek() != byte) return false;
    ++next_;
    return true;
  }
  // Where the token that starts at next_[-1] ends: before the blanks in front of the next structural byte.
  [[nodiscard]] size_t token_end(size_t start) const {
    size_t end = next_ < last_ ? *next_ : end_;
    while (end > start + 1 && is_json_blank(base_[end - 1])) --end;
    return end;
  }
  // A string token: its text between the quotes.
  bool string(std::string_view* text) {
    const size_t start = *next_++;
    const size_t end = token_end(start);
    if (end < start + 2 || base_[end - 1] != '"') return fail("the end of a string");
    *text = {reinterpret_cast<const char*>(base_ + start + 1), end - start - 2};
    return true;
  }

  bool object(int32_t parent, size_t depth) {
    if (take('}')) return true;
    do {
      if (peek() != '"') return fail("a key");
      JsonField field;
      field.parent = parent;
      if (!string(&field.key)) return false;
      if (!take(':')) return fail("a colon");
      if (!value(&field, depth)) return false;
    } while (take(','));
    return take('}') || fail("a comma or a closing brace");
  }

  void keep(const JsonField& field) {
    if (fields_.size() < kMaxJsonFields) fields_.push_back(field);
  }

  bool value(JsonField* field, size_t depth) {
    const uint8_t byte = peek();
    std::string_view text;
    if (byte == '"') {
      if (!string(&text)) return false;
      field->value = utf8_value(text);
      field->value.kind = ValueKind::kJsonString;
      keep(*field);
      return true;
    }
    if (byte == '{') return depth < kMaxJsonDepth ? nested(field, depth) : container(field, ValueKind::kJsonObject);
    if (byte == '[') return container(field, ValueKind::kJsonArray);
    if (next_ >= last_) return fail("a value");
    const size_t start = *next_++;
    const size_t size = token_end(start) - start;
    const ValueKind kind = json_scalar_kind(base_ + start, size);
    if (kind == ValueKind::kAbsent) {
      --next_;
      return fail("a value");
    }
    field->value = Value{base_ + start, static_cast<uint32_t>(size), kind, ValueKind::kAbsent};
    keep(*field);
    return true;
  }

  bool nested(JsonField* field, size_t depth) {
    const size_t start = *next_++;
    const auto index = static_cast<int32_t>(fields_.size());
    const bool kept = fields_.size() < kMaxJsonFields;
    field->object = true;
    keep(*field);
    if (!object(kept ? index : -1, depth + 1)) return false;
    if (kept) {
      const size_t size = next_[-1] + 1 - start;
      fields_[static_cast<size_t>(index)].value =
          Value{base_ + start, static_cast<uint32_t>(size), ValueKind::kJsonObject, ValueKind::kAbsent};
    }
    return true;
  }

  // A value that stays raw. Brackets are only counted here: what reads it later walks it with care.
  bool container(JsonField* field, ValueKind kind) {
    const size_t start = *next_;
    if (kind == ValueKind::kJsonObject) too_deep_ = true;
    size_t depth = 0;
    do {
      const uint8_t byte = peek();
      if (next_ >= last_) return fail("a closing bracket");
      if (byte == '{' || byte == '[') ++depth;
      if (byte == '}' || byte == ']') --depth;
      ++next_;
    } while (depth != 0);
    if (base_[next_[-1]] != (kind == ValueKind::kJsonObject ? '}' : ']')) return fail("a closing bracket");
    field->value = Value{base_ + start, static_cast<uint32_t>(next_[-1] + 1 - start), kind, ValueKind::kAbsent};
    if (!repeated(*field)) keep(*field);
    return true;
  }

  // evtx_dump writes several nameless Data as one array: each becomes a field, as in the event itself.
  bool repeated(const JsonField& field) {
    if (field.value.kind != ValueKind::kJsonArray || field.parent < 0) return false;
    const std::string_view above = fields_[static_cast<size_t>(field.parent)].key;
    const bool data = (field.key == "Data" && above == "EventData") || (field.key == "#text" && above == "Data");
    if (!data) return false;
    size_t position = 0, count = 0;
    JsonField member = field;
    member.member = true;
    while (count < kMaxRepeatedMembers && next_member(field.value, &position, &member.value)) {
      keep(member);
      ++count;
    }
    return count != 0 && count < kMaxRepeatedMembers;
  }

  const uint8_t* base_;
  size_t end_;
  const uint32_t* next_;
  const uint32_t* last_;
  std::vector<JsonField>& fields_;
  const char* expected_ = nullptr;
  size_t where_ = 0;
  bool too_deep_ = false;
};

}  // namespace

JsonFault take_apart(const uint8_t* base, Bytes record, const uint32_t* first, const uint32_t* last,
                     std::vector<JsonField>* fields, bool* too_deep) {
  fields->clear();
  Walk walk(base, record, first, last, fields);
  const bool good = walk.run();
  *too_deep = walk.too_deep();
  if (good) return {};
  return {walk.expected(), walk.where() - static_cast<size_t>(record.data() - base)};
}

}  // namespace sil::ingest
