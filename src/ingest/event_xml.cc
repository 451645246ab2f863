#include "ingest/event_xml.h"

#include <algorithm>
#include <charconv>

#include "bytes/json_writer.h"
#include "bytes/text.h"

namespace sil::ingest {
namespace {

constexpr int kMaxDepth = 64;
constexpr size_t kRoom = 128;  // readable bytes behind a decoded value

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool ends_name(char c) {
  return is_blank(c) || c == '>' || c == '/' || c == '=' || c == '<';
}
std::string_view local(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// A reference at `*at` (behind the '&'): appends what it means and steps behind its ';'. false: it stays as it is.
bool append_reference(std::string_view text, size_t* at, std::string* out) {
  const size_t end = text.find(';', *at);
  if (end == std::string_view::npos || end - *at > 10 || end == *at) return false;
  const std::string_view name = text.substr(*at, end - *at);
  static constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, meant] : kNamed) {
    if (name != known) continue;
    out->push_back(meant);
    *at = end + 1;
    return true;
  }
  if (name.front() != '#' || name.size() < 2) return false;
  const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  uint32_t code = 0;
  const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  if (error != std::errc() || last != digits.data() + digits.size() || code > 0x10FFFF || digits.empty()) return false;
  append_utf8(code >= 0xD800 && code < 0xE000 ? char32_t{0xFFFD} : char32_t{code}, out);
  *at = end + 1;
  return true;
}

// A name as JSON has it between its quotes? Attributes may hold anything: <Data Name='a"b'>.
bool is_plain_key(std::string_view key) {
  const bool ascii = std::all_of(key.begin(), key.end(),
                                 [](char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; });
  if (ascii) return true;
  return std::none_of(key.begin(), key.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }) &&
         is_valid_utf8(key);
}

}  // namespace

JsonFault EventXml::take_apart(std::string_view record) {
  text_ = record;
  at_ = 0;
  fields_.clear();
  arena_.clear();
  keys_.clear();
  if (arena_.capacity() < record.size() + kRoom) arena_.reserve(record.size() + kRoom);
  fault_ = {};
  cut_ = false;
  if (element(-1, {}, 0)) {
    skip_blanks();
    if (at_ != text_.size()) fault("the end of the event");
  }
  return fault_;
}

bool EventXml::fault(const char* expected) {
  if (!fault_.expected) fault_ = {expected, std::min(at_, text_.size())};
  return false;
}

void EventXml::skip_blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

int32_t EventXml::add(std::string_view key, int32_t parent, bool object, std::string_view value, bool member) {
  if (fields_.size() >= kMaxJsonFields) {
    cut_ = true;
    return static_cast<int32_t>(fields_.size()) - 1;
  }
  JsonField field;
  field.key = key;
  if (!is_plain_key(key)) {
    std::string quoted;
    append_json_string(key, &quoted);
    field.key = keys_.emplace_back(quoted, 1, quoted.size() - 2);
  }
  field.parent = parent;
  field.object = object;
  field.member = member;
  field.value = utf8_value(value);
  if (object) field.value.kind = ValueKind::kJsonObject;
  fields_.push_back(field);
  return static_cast<int32_t>(fields_.size()) - 1;
}

// Text without references, as XML 1.0 2.11 has it: a line break is one LF.
std::string_view EventXml::decoded(std::string_view raw, bool attribute) {
  if (raw.find_first_of(attribute ? "&" : "&\r<") == std::string_view::npos) return raw;
  const size_t start = arena_.size();
  for (size_t at = 0; at < raw.size();) {
    const char c = raw[at++];
    if (c == '&' && append_reference(raw, &at, &arena_)) continue;
    if (c == '\r' && !attribute) {
      if (at >= raw.size() || raw[at] != '\n') arena_.push_back('\n');
      continue;
    }
    if (c == '<' && raw.substr(at).starts_with("![CDATA[")) {
      const size_t end = std::min(raw.find("]]>", at), raw.size());
      arena_ += raw.substr(at + 8, end - std::min(end, at + 8));
      at = std::min(end + 3, raw.size());
      continue;
    }
    if (c == '<' && raw.substr(at).starts_with("!--")) {
      at = std::min(std::min(raw.find("-->", at), raw.size()) + 3, raw.size());
      continue;
    }
    arena_.push_back(c);
  }
  return std::string_view(arena_).substr(start);
}

bool EventXml::attributes(std::vector<Attribute>* out, bool* closed) {
  for (;;) {
    skip_blanks();
    if (at_ >= text_.size()) return fault("an attribute or '>'");
    if (text_[at_] == '>') {
      ++at_;
      *closed = false;
      return true;
    }
    if (text_.substr(at_).starts_with("/>")) {
      at_ += 2;
      *closed = true;
      return true;
    }
    const size_t start = at_;
    while (at_ < text_.size() && !ends_name(text_[at_])) ++at_;
    const std::string_view name = text_.substr(start, at_ - start);
    skip_blanks();
    if (name.empty() || at_ >= text_.size() || text_[at_] != '=') return fault("an attribute and '='");
    ++at_;
    skip_blanks();
    if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) return fault("a quote");
    const char quote = text_[at_++];
    const size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return fault("the closing quote");
    if (name != "xmlns" && !name.starts_with("xmlns:"))
      out->push_back({local(name), decoded(text_.substr(at_, end - at_), true)});
    at_ = end + 1;
  }
}

// What stands at `place` is no object: text, beside it perhaps attributes.
void EventXml::leaf(size_t place, std::string_view text, const std::vector<Attribute>& given) {
  if (place >= fields_.size()) return;
  if (given.empty()) {
    fields_[place].object = false;
    fields_[place].value = utf8_value(text);
    return;
  }
  const auto self = static_cast<int32_t>(place);
  const int32_t group = add("#attributes", self, true, "object");
  for (const Attribute& one : given) add(one.name, group, false, one.value);
  if (!text.empty()) add("#text", self, false, text);
}

bool EventXml::element(int32_t parent, std::string_view parent_name, int depth) {
  if (at_ >= text_.size() || text_[at_] != '<') return fault("an element");
  ++at_;
  const size_t start = at_;
  while (at_ < text_.size() && !ends_name(text_[at_])) ++at_;
  const std::string_view name = text_.substr(start, at_ - start);
  if (name.empty()) return fault("an element's name");
  std::vector<Attribute> given;
  bool closed = false;
  if (!attributes(&given, &closed)) return false;

  // <Data Name="X"> and its kin are the field X; nameless ones are members of Data.
  std::string_view key = local(name);
  bool member = false;
  if (parent_name == "EventData" && (key == "Data" || key == "ComplexData")) {
    const auto named = std::find_if(given.begin(), given.end(), [](const auto& one) { return one.name == "Name"; });
    member = named == given.end() || named->value.empty();
    if (!member) key = named->value;
    given.clear();
  }
  const auto place = static_cast<size_t>(add(key, parent, true, "object", member));
  if (closed) return leaf(place, {}, given), true;
  return content(static_cast<int32_t>(place), name, depth, place, given);
}

bool EventXml::content(int32_t self, std::string_view name, int depth, size_t place,
                       const std::vector<Attribute>& given) {
  const size_t begin = at_;
  bool children = false;
  for (;;) {
    const size_t next = text_.find('<', at_);
    if (next == std::string_view::npos) {
      at_ = text_.size();
      return fault("a closing tag");
    }
    const std::string_view rest = text_.substr(next);
    at_ = next;
    if (rest.starts_with("</")) {
      const size_t end = text_.find('>', next);
      if (end == std::string_view::npos) return fault("'>'");
      std::string_view closing = text_.substr(next + 2, end - next - 2);
      while (!closing.empty() && is_blank(closing.back())) closing.remove_suffix(1);
      if (closing != name) return fault("the closing tag of the open element");
      if (!children) leaf(place, decoded(text_.substr(begin, next - begin), false), given);
      at_ = end + 1;
      return true;
    }
    if (rest.starts_with("<![CDATA[") || rest.starts_with("<!--") || rest.starts_with("<?")) {
      const std::string_view stop = rest[1] == '?' ? "?>" : rest[2] == '[' ? "]]>" : "-->";
      const size_t end = text_.find(stop, next);
      if (end == std::string_view::npos) return fault(stop.data());
      at_ = end + stop.size();
      continue;
    }
    if (depth >= kMaxDepth) {
      cut_ = true;
      return fault("elements nested at most 64 deep");
    }
    if (!children && !given.empty()) {
      const int32_t group = add("#attributes", self, true, "object");
      for (const Attribute& one : given) add(one.name, group, false, one.value);
    }
    children = true;
    if (!element(self, local(name), depth + 1)) return false;
  }
}

}  // namespace sil::ingest
