#include "casefile/lists.h"

#include "bytes/json_buffer.h"
#include "model/json_token.h"

namespace sil::casefile {
namespace {

// A case has many findings, each with several lists: they are put together in one buffer a thread.
class List {
 public:
  List() : out_(buffer()) {
    out_.clear();
    out_.literal("[");
  }
  List& begin() {
    comma();
    out_.literal("[");
    return *this;
  }
  List& end() {
    out_.literal("]");
    return *this;
  }
  List& string(std::string_view text) {
    comma();
    out_.string(text);
    return *this;
  }
  List& number(uint64_t value) {
    comma();
    out_.number(value);
    return *this;
  }
  List& digest(const Sha256& digest) {
    comma();
    out_.literal("\"");
    out_.hex(digest);
    out_.literal("\"");
    return *this;
  }
  std::string finish() {
    end();
    return std::string(out_.view());
  }

 private:
  static JsonBuffer& buffer() {
    thread_local JsonBuffer kept;
    return kept;
  }
  void comma() {
    if (out_.last() != '[') out_.literal(",");  // a string ends with its quote
  }
  JsonBuffer& out_;
};

}  // namespace

std::string text_of(const std::vector<std::string>& items) {
  List list;
  for (const std::string& item : items) list.string(item);
  return list.finish();
}

std::string text_of(const std::vector<Span>& spans) {
  List list;
  for (const Span& span : spans) list.begin().number(span.offset).number(span.length).end();
  return list.finish();
}

std::string text_of(const std::vector<Dependency>& deps) {
  List list;
  for (const Dependency& dep : deps) {
    list.begin().number(dep.span.offset).number(dep.span.length);
    list.digest(dep.sha256).string(dep.source_id).end();
  }
  return list.finish();
}

std::string text_of(const std::vector<MatchedField>& fields) {
  List list;
  for (const MatchedField& field : fields)
    list.begin().string(field.field).string(field.value).string(field.selection).end();
  return list.finish();
}

std::vector<std::string> strings_of(std::string_view json) {
  std::vector<std::string> out;
  size_t position = 0;
  Value member;
  while (next_json_member(json, &position, &member)) append_text(member, &out.emplace_back());
  return out;
}

// Members come flattened, so the inner arrays are told apart by their fixed length.
std::vector<Span> spans_of(std::string_view json) {
  std::vector<Span> out;
  size_t position = 0;
  Value offset, length;
  while (next_json_member(json, &position, &offset) && next_json_member(json, &position, &length)) {
    out.push_back({number_of(offset).u, static_cast<uint32_t>(number_of(length).u)});
  }
  return out;
}

std::vector<Dependency> deps_of(std::string_view json) {
  std::vector<Dependency> out;
  std::vector<std::string> parts = strings_of(json);
  for (size_t i = 0; i + 3 < parts.size(); i += 4) {
    Dependency dep;
    dep.span = {parse_number(parts[i]).u, static_cast<uint32_t>(parse_number(parts[i + 1]).u)};
    parse_hex(parts[i + 2], &dep.sha256);
    dep.source_id = parts[i + 3];
    out.push_back(std::move(dep));
  }
  return out;
}

std::vector<MatchedField> fields_of(std::string_view json) {
  std::vector<MatchedField> out;
  std::vector<std::string> parts = strings_of(json);
  for (size_t i = 0; i + 2 < parts.size(); i += 3)
    out.push_back({std::move(parts[i]), std::move(parts[i + 1]), std::move(parts[i + 2])});
  return out;
}

}  // namespace sil::casefile
