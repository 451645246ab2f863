#include "casefile/lists.h"

#include "bytes/json_writer.h"
#include "model/json_token.h"

namespace sil::casefile {
namespace {

std::string hex_of(const Sha256& digest) {
  return hex(Bytes(digest.data(), digest.size()));
}

}  // namespace

std::string text_of(const std::vector<std::string>& items) {
  std::string out;
  JsonWriter json(&out);
  json.begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
  return out;
}

std::string text_of(const std::vector<Span>& spans) {
  std::string out;
  JsonWriter json(&out);
  json.begin_array();
  for (const Span& span : spans) json.begin_array().number(span.offset).number(span.length).end_array();
  json.end_array();
  return out;
}

std::string text_of(const std::vector<Dependency>& deps) {
  std::string out;
  JsonWriter json(&out);
  json.begin_array();
  for (const Dependency& dep : deps) {
    json.begin_array().number(dep.span.offset).number(dep.span.length);
    json.string(hex_of(dep.sha256)).string(dep.source_id).end_array();
  }
  json.end_array();
  return out;
}

std::string text_of(const std::vector<MatchedField>& fields) {
  std::string out;
  JsonWriter json(&out);
  json.begin_array();
  for (const MatchedField& field : fields)
    json.begin_array().string(field.field).string(field.value).string(field.selection).end_array();
  json.end_array();
  return out;
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
