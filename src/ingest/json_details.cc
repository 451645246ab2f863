#include "ingest/json_details.h"

#include <algorithm>

#include "ingest/fields_json.h"

namespace sil::ingest {
namespace {

// XML 1.0: the five characters with names; control characters that XML cannot hold become U+FFFD.
void append_xml(std::string_view text, std::string* out) {
  for (char c : text) {
    switch (c) {
      case '&': *out += "&amp;"; break;
      case '<': *out += "&lt;"; break;
      case '>': *out += "&gt;"; break;
      case '"': *out += "&quot;"; break;
      case '\t': *out += "&#9;"; break;
      case '\n': *out += "&#10;"; break;
      case '\r': *out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          *out += "\xEF\xBF\xBD";
        else
          out->push_back(c);
    }
  }
}

}  // namespace

void JsonDetails::cite(const Event& event, std::vector<Span>* spans, std::vector<Span>*) const {
  spans->push_back(event.where);
}

Bytes JsonDetails::bytes(Span span) const {
  if (span.offset < piece_.offset || span.offset - piece_.offset > piece_.length) return {};
  const size_t start = span.offset - piece_.offset;
  return {piece_.buffer.data() + start, std::min<size_t>(span.length, piece_.length - start)};
}

// As written; blanks between tokens go where the record runs over several lines.
void JsonDetails::write_json(const Event& event, std::string* out) const {
  const std::string_view text = as_text(bytes(event.where));
  if (text.find('\n') == std::string_view::npos) {
    out->append(text);
    return;
  }
  append_json_line(text, out);
}

void JsonDetails::write_xml(const Event& event, std::string* out) const {
  *out += "<Event>";
  for (const LayoutField& field : event.layout->fields) {
    const Value value = event.value(field);
    if (!value.present()) continue;
    *out += "<Data Name=\"";
    append_xml(field.path, out);
    *out += "\">";
    std::string text;
    append_text(value, &text);
    append_xml(text, out);
    *out += "</Data>";
  }
  *out += "</Event>";
}

}  // namespace sil::ingest
