#include "ledger/canonical.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "bytes/json_writer.h"
#include "bytes/text.h"

namespace sil::ledger {
namespace {

constexpr int kMaxDepth = 64;
constexpr double kMaxWhole = 9007199254740991.0;  // 2^53 - 1

tl::unexpected<Error> bad(const char* expected, std::string found = {}) {
  return fail(ErrorCode::kFormat, "JSON", expected, std::move(found));
}

template <class T>
T got(simdjson::dom::element element) {  // of an element whose type was asked before
  T out{};
  auto error = element.get(out);
  (void)error;
  return out;
}

Result<Json> value_of(simdjson::dom::element element, int depth);

Result<Json> object_of(simdjson::dom::object object, int depth) {
  Json::Object out;
  for (auto [key, element] : object) {
    auto value = value_of(element, depth + 1);
    if (!value) return value;
    out.emplace_back(std::string(key), std::move(*value));
  }
  std::vector<std::string_view> names;
  for (const auto& member : out) names.push_back(member.first);
  std::sort(names.begin(), names.end());
  if (auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
    return bad("each key once", std::string(*twice) + " twice");
  return Json(std::move(out));
}

Result<Json> value_of(simdjson::dom::element element, int depth) {
  using simdjson::dom::element_type;
  if (depth >= kMaxDepth) return fail(ErrorCode::kLimit, "JSON", "at most 64 levels");
  switch (element.type()) {
    case element_type::OBJECT: {
      const auto members = got<simdjson::dom::object>(element);
      return object_of(members, depth);
    }
    case element_type::ARRAY: {
      Json::Array out;
      const auto items = got<simdjson::dom::array>(element);
      for (simdjson::dom::element item : items) {
        auto value = value_of(item, depth + 1);
        if (!value) return value;
        out.push_back(std::move(*value));
      }
      return Json(std::move(out));
    }
    case element_type::STRING: return Json(got<std::string_view>(element));
    case element_type::BOOL: return Json(got<bool>(element));
    case element_type::NULL_VALUE: return Json();
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE: {
      auto number = got<double>(element);
      // Beyond 2^53 every double is whole; below 1e21 its canonical form is digits alone, which are refused.
      const bool digits = element.type() != element_type::DOUBLE || std::fabs(number) < 1e21;
      if (digits && std::fabs(number) > kMaxWhole) return bad("whole numbers up to 2^53");
      return Json(number);
    }
  }
  return bad("a JSON value");
}

// RFC 8785 section 3.2.2.3: ECMAScript's Number::toString. The shortest digits come from to_chars, whose own choice of
// notation is another.
void append_number(double value, std::string* out) {
  if (value == 0) {
    *out += '0';
    return;
  }
  char buffer[40];
  if (std::fabs(value) <= kMaxWhole && value == std::floor(value)) {
    out->append(buffer, std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(value)).ptr);
    return;
  }
  char* end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value), std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<size_t>(end - buffer));
  size_t e = text.find('e');
  int exponent = 0;
  const char* from = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(from, end, exponent);
  std::string digits(1, text[0]);
  if (e > 1) digits += text.substr(2, e - 2);
  int count = static_cast<int>(digits.size()), point = exponent + 1;  // the value is 0.DIGITS * 10^point
  if (value < 0) *out += '-';
  if (count <= point && point <= 21) {
    *out += digits + std::string(static_cast<size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    *out += digits.insert(static_cast<size_t>(point), ".");
  } else if (-6 < point && point <= 0) {
    *out += "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  } else {
    if (count > 1) digits.insert(1, ".");
    *out += digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  }
}

// Reads what almost every entry is: canonical already, of ASCII without escapes, whole numbers of at most 15 digits,
// keys in order. Such a text is its own canonical form, so it need not be written again to be compared. False at any
// doubt: then the general way decides.
class OrdinaryReader {
 public:
  explicit OrdinaryReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  bool read(Json* out) { return plain() && value(out, 0) && at_ == end_; }

 private:
  [[nodiscard]] bool plain() const {  // eight bytes at a time
    constexpr uint64_t kOnes = 0x0101010101010101, kHigh = kOnes << 7;
    uint64_t bad = 0, word = 0;
    const char* from = at_;
    for (; from != end_; from += std::min<std::ptrdiff_t>(8, end_ - from)) {
      word = kOnes * 'x';
      std::memcpy(&word, from, static_cast<size_t>(std::min<std::ptrdiff_t>(8, end_ - from)));
      const uint64_t backslash = word ^ kOnes * '\\', del = word ^ kOnes * 0x7F;
      bad |= word | ((word - kOnes * 0x20) & ~word) | ((backslash - kOnes) & ~backslash) | ((del - kOnes) & ~del);
    }
    return (bad & kHigh) == 0;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (static_cast<size_t>(end_ - at_) < word.size() || std::string_view(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  bool text(std::string_view* out) {  // of printable ASCII without backslashes, which read() asked before
    if (!take('"')) return false;
    const char* from = at_;
    at_ = static_cast<const char*>(std::memchr(from, '"', static_cast<size_t>(end_ - from)));
    if (!at_) return false;
    *out = {from, static_cast<size_t>(at_++ - from)};
    return true;
  }
  bool number(Json* out) {
    const char* from = at_;
    uint64_t value = 0;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') value = value * 10 + static_cast<uint64_t>(*at_++ - '0');
    const auto digits = at_ - from;
    if (digits == 0 || digits > 15 || (digits > 1 && *from == '0')) return false;
    *out = Json(value);
    return true;
  }
  bool members(Json* out, int depth) {
    Json::Object object;
    std::string_view before, key;
    if (!take('}')) {
      object.reserve(8);
      do {
        if (!text(&key) || !take(':') || (!object.empty() && key <= before)) return false;
        object.emplace_back(std::string(key), Json());
        if (!value(&object.back().second, depth + 1)) return false;
        before = key;
      } while (take(','));
      if (!take('}')) return false;
    }
    *out = Json(std::move(object));
    return true;
  }
  bool items(Json* out, int depth) {
    Json::Array array;
    if (!take(']')) {
      array.reserve(16);
      do {
        if (!value(&array.emplace_back(), depth + 1)) return false;
      } while (take(','));
      if (!take(']')) return false;
    }
    *out = Json(std::move(array));
    return true;
  }
  bool value(Json* out, int depth) {
    if (at_ == end_ || depth >= kMaxDepth) return false;
    if (take('{')) return members(out, depth);
    if (take('[')) return items(out, depth);
    if (*at_ == '"') {
      std::string_view read;
      if (!text(&read)) return false;
      *out = Json(read);
      return true;
    }
    if (take("null")) {
      *out = Json();
      return true;
    }
    const bool yes = take("true");
    if (yes || take("false")) {
      *out = Json(yes);
      return true;
    }
    return number(out);
  }

  const char* at_;
  const char* end_;
};

// RFC 8785 section 3.2.3: by UTF-16 code units.
bool before(const Json::Member& a, const Json::Member& b) {
  if (is_ascii(a.first) && is_ascii(b.first)) return a.first < b.first;
  return to_utf16(a.first) < to_utf16(b.first);
}

}  // namespace

const Json* Json::find(std::string_view name) const {
  const Object* members = object();
  if (!members) return nullptr;
  for (const Member& member : *members)
    if (member.first == name) return &member.second;
  return nullptr;
}

std::string Json::text(std::string_view name) const {
  const Json* found = find(name);
  return found && found->string() ? *found->string() : std::string();
}

bool Json::number(std::string_view name, uint64_t* out) const {
  const Json* found = find(name);
  const double* value = found ? std::get_if<double>(&found->value_) : nullptr;
  if (!value || *value < 0 || *value > kMaxWhole || *value != std::floor(*value)) return false;
  *out = static_cast<uint64_t>(*value);
  return true;
}

const Json::Array& Json::items(std::string_view name) const {
  static const Array kNone;
  const Json* found = find(name);
  return found && found->array() ? *found->array() : kNone;
}

Json& Json::set(std::string name, Json value) {
  if (!object()) value_ = Object{};
  auto& members = std::get<Object>(value_);
  for (Member& member : members) {
    if (member.first == name) {
      member.second = std::move(value);
      return *this;
    }
  }
  members.emplace_back(std::move(name), std::move(value));
  return *this;
}

void Json::erase(std::string_view name) {
  if (auto* members = std::get_if<Object>(&value_))
    std::erase_if(*members, [&](const Member& member) { return member.first == name; });
}

Json Json::take(std::string_view name) {
  if (auto* members = std::get_if<Object>(&value_))
    for (Member& member : *members)
      if (member.first == name) return std::move(member.second);
  return {};
}

void Json::append(std::string* out) const {
  if (const bool* flag = std::get_if<bool>(&value_)) {
    *out += *flag ? "true" : "false";
  } else if (const double* number = std::get_if<double>(&value_)) {
    append_number(*number, out);
  } else if (const std::string* text = string()) {
    append_json_string(*text, out);
  } else if (const Array* items = array()) {
    *out += '[';
    for (size_t i = 0; i < items->size(); ++i) {
      if (i > 0) *out += ',';
      (*items)[i].append(out);
    }
    *out += ']';
  } else if (const Object* members = object()) {
    std::vector<const Member*> sorted;
    for (const Member& member : *members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) { return before(*a, *b); });
    *out += '{';
    for (size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0) *out += ',';
      append_json_string(sorted[i]->first, out);
      *out += ':';
      sorted[i]->second.append(out);
    }
    *out += '}';
  } else {
    *out += "null";
  }
}

std::string Json::canonical() const {
  std::string out;
  append(&out);
  return out;
}

Result<Json> parse_json(std::string_view text, size_t limit) {
  if (text.size() > limit) return fail(ErrorCode::kLimit, "JSON", "at most " + std::to_string(limit) + " bytes");
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (auto error = parser.parse(text.data(), text.size()).get(root))
    return bad("one JSON value", simdjson::error_message(error));
  return value_of(root, 0);
}

Result<Json> parse_canonical(std::string_view text) {
  if (Json ordinary; OrdinaryReader(text).read(&ordinary)) return ordinary;
  return parse_canonical_plainly(text);
}

Result<Json> parse_canonical_plainly(std::string_view text) {
  auto value = parse_json(text);
  if (value && value->canonical() != text) return bad("the canonical form (RFC 8785)", "another spelling");
  return value;
}

}  // namespace sil::ledger
