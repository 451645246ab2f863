#include "bytes/text.h"
#include "ingest/binxml_shape.h"
#include "ingest/evtx_json.h"
#include "ingest/evtx_json_plan.h"

namespace sil::ingest {
namespace {

class XmlRenderer {
 public:
  XmlRenderer(const Tree& tree, std::string* out) : tree_(tree), out_(*out), start_(out->size()) {}
  void run() {
    for (const TreeItem& item : tree_.roots) content_item(item, nullptr, {});
  }

 private:
  static bool is_value(const TreeItem& item) {
    return item.kind == NodeKind::kSubstitution || item.kind == NodeKind::kOptional;
  }

  // XML 1.0 has no place for most control characters: they are shown as U+FFFD, the bytes stay in the citation.
  void escaped(std::string_view text, bool attribute) {
    for (size_t i = 0; i < text.size();) {
      char32_t code = next_scalar(text, &i);
      if (code == '&')
        out_ += "&amp;";
      else if (code == '<')
        out_ += "&lt;";
      else if (code == '>')
        out_ += "&gt;";
      else if (code == '"' && attribute)
        out_ += "&quot;";
      else if (code == '\r' || (attribute && (code == '\n' || code == '\t')))
        out_ += "&#" + std::to_string(code) + ';';
      else if ((code < 0x20 && code != '\n' && code != '\t') || code == 0xFFFE || code == 0xFFFF)
        append_utf8(kReplacement, &out_);
      else
        append_utf8(code, &out_);
    }
  }
  void name(Bytes utf16) {  // a name that is none would break the document
    for (char c : utf8_of(utf16)) {
      bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
                   c == '.' || c == ':' || static_cast<uint8_t>(c) >= 0x80;
      out_ += plain ? c : '_';
    }
  }
  std::string plain(const TreeItem& item, const Value* array, const Value& member) const {
    std::string text;
    if (is_value(item))
      append_text(&item.value == array ? member : item.value, &text);
    else if (is_literal(item.kind))
      text = utf8_of(as_bytes(composed_utf16({item})));
    return text;
  }

  void content_item(const TreeItem& item, const Value* array, const Value& member) {
    if (out_.size() - start_ > kMaxRecordText) return;
    if (item.kind == NodeKind::kElement) return repeated(tree_.elements[item.element]);
    if (item.kind == NodeKind::kPiTarget) {
      out_ += "<?";
      name(item.node->name_bytes());
      out_ += "?>";
      return;
    }
    escaped(plain(item, array, member), false);
  }

  // An array of more than one member repeats the element that holds it.
  void repeated(const TreeElement& element) {
    const Value* array = nullptr;
    auto look = [&](const std::vector<TreeItem>& items) {
      for (const TreeItem& item : items) {
        if (!array && is_value(item) && item.value.is_array()) array = &item.value;
      }
    };
    look(element.content);
    for (const TreeAttribute& attribute : element.attributes) look(attribute.items);
    if (!array) return one(element, nullptr, {});
    for_each_member(*array, [&](const Value& member) {
      one(element, array, member);
      return out_.size() - start_ <= kMaxRecordText;
    });
  }

  void one(const TreeElement& element, const Value* array, const Value& member) {
    out_ += '<';
    name(element.name);
    for (const TreeAttribute& attribute : element.attributes) {
      std::string text;
      bool optional = attribute.items.size() == 1 && attribute.items[0].kind == NodeKind::kOptional;
      for (const TreeItem& item : attribute.items) text += plain(item, array, member);
      if (text.empty() && optional) continue;
      out_ += ' ';
      name(attribute.name);
      out_ += "=\"";
      escaped(text, true);
      out_ += '"';
    }
    size_t before = out_.size();
    out_ += '>';
    size_t inside = out_.size();
    for (const TreeItem& item : element.content) content_item(item, array, member);
    if (out_.size() == inside) {
      out_.resize(before);
      out_ += "/>";
      return;
    }
    out_ += "</";
    name(element.name);
    out_ += '>';
  }

  const Tree& tree_;
  std::string& out_;
  size_t start_;
};

}  // namespace

void append_tree_xml(const Tree& tree, std::string* out) {
  XmlRenderer(tree, out).run();
}

}  // namespace sil::ingest
