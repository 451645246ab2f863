// What both ways of reading a record share, so that they give the same fields: how elements and attributes become
// paths and names, and how literal text is put together. Rules: docs/formats/evtx.md, "Fields".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/binxml_parse.h"
#include "model/event.h"

namespace sil::ingest {

constexpr size_t kMaxPath = 4096;          // bytes; longer ones are cut (only made-up templates get there)
constexpr size_t kMaxPathBytes = 1 << 18;  // of all fields of one layout; further fields are dropped

std::string utf8_of(Bytes utf16);
bool is_namespace_attribute(std::string_view name);  // xmlns, xmlns:..: how the text is written, not data
Section section_of(std::string_view path);
std::string without_spaces(std::string_view name);
std::string child_path(const std::string& parent, std::string_view name);
std::string attribute_path(const std::string& element_path, std::string_view name);
// Under System an attribute is named after its element too: "Provider_Name"; elsewhere by itself.
std::string attribute_name(Section section, std::string_view element, std::string_view attribute);

bool is_literal(NodeKind kind);                             // text, CDATA, character and entity references
void append_literal(const Node& node, std::string* utf16);  // its UTF-16 bytes
const Node* find_attribute(const std::vector<Node>& nodes, size_t element, std::string_view ascii_name);
bool same_ascii(Bytes utf16, std::string_view ascii);

// Children of a node: attributes first, then content.
struct Children {
  size_t attributes = 0, content = 0, end = 0;  // [attributes, content) and [content, end)
};
Children children_of(const std::vector<Node>& nodes, size_t element);
inline size_t next_sibling(const std::vector<Node>& nodes, size_t index) {
  return nodes[index].end;
}

}  // namespace sil::ingest
