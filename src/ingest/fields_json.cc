#include "ingest/fields_json.h"

#include <algorithm>

#include "bytes/digest.h"
#include "bytes/json_writer.h"

namespace sil::ingest {
namespace {

class Writer {
 public:
  Writer(const std::vector<JsonField>& fields, std::string* out) : fields_(fields), out_(*out) {}

  void object(int32_t parent) {
    out_.push_back('{');
    bool first = true, members_done = false;
    for (size_t i = parent < 0 ? 0 : static_cast<size_t>(parent); i < fields_.size(); ++i) {
      if (fields_[i].parent != parent || (fields_[i].member && members_done)) continue;
      if (!first) out_.push_back(',');
      first = false;
      out_ += '"';
      out_ += fields_[i].key;  // still escaped
      out_ += "\":";
      if (fields_[i].member)
        members(parent);
      else
        value(i);
      members_done = members_done || fields_[i].member;
    }
    out_.push_back('}');
  }

 private:
  void members(int32_t parent) {
    out_ += "{\"#text\":[";
    bool first = true;
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].parent != parent || !fields_[i].member) continue;
      if (!first) out_.push_back(',');
      first = false;
      value(i);
    }
    out_ += "]}";
  }
  void value(size_t i) {
    const JsonField& field = fields_[i];
    const std::string_view text = as_text(field.value.bytes());
    if (field.object && field.value.kind == ValueKind::kJsonObject) return object(static_cast<int32_t>(i));
    switch (field.value.kind) {
      case ValueKind::kJsonString: out_.append("\"").append(text).append("\""); break;
      case ValueKind::kJsonNumber:
      case ValueKind::kJsonArray:
      case ValueKind::kJsonObject: out_ += text; break;
      case ValueKind::kBoolTrue: out_ += "true"; break;
      case ValueKind::kBoolFalse: out_ += "false"; break;
      case ValueKind::kNull:
      case ValueKind::kAbsent: out_ += "null"; break;
      default: append_json_string(text, &out_);
    }
  }

  const std::vector<JsonField>& fields_;
  std::string& out_;
};

}  // namespace

void append_fields_json(const std::vector<JsonField>& fields, std::string* out) {
  const size_t start = out->size();
  Writer(fields, out).object(-1);
  if (out->find_first_of("\n\r", start) == std::string::npos) return;  // a cell's JSON may be broken over lines
  const std::string made = out->substr(start);
  out->resize(start);
  append_json_line(made, out);
}

void append_json_line(std::string_view text, std::string* out) {
  bool in_string = false, escaped = false;
  for (char c : text) {
    if (in_string) {
      out->push_back(c == '\n' || c == '\r' ? ' ' : c);  // no JSON, and yet one line
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        in_string = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      in_string = c == '"';
      out->push_back(c);
    }
  }
}

}  // namespace sil::ingest
