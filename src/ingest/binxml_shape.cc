#include "ingest/binxml_shape.h"

#include <algorithm>

#include "bytes/text.h"

namespace sil::ingest {

std::string utf8_of(Bytes utf16) {
  std::string out;
  append_utf8_from_utf16le(utf16, &out);
  return out;
}

bool is_namespace_attribute(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

Section section_of(std::string_view path) {
  auto under = [&](std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '.');
  };
  if (under("Event.System")) return Section::kSystem;
  if (under("Event.EventData")) return Section::kEventData;
  if (under("Event.UserData")) return Section::kUserData;
  return Section::kOther;
}

std::string without_spaces(std::string_view name) {
  std::string out(name);
  out.erase(std::remove(out.begin(), out.end(), ' '), out.end());
  return out;
}

std::string child_path(const std::string& parent, std::string_view name) {
  std::string out = parent.empty() ? std::string(name) : parent + '.' + std::string(name);
  if (out.size() > kMaxPath) out.resize(kMaxPath);
  return out;
}
std::string attribute_path(const std::string& element_path, std::string_view name) {
  return child_path(element_path + ".#attributes", name);
}
std::string attribute_name(Section section, std::string_view element, std::string_view attribute) {
  if (section == Section::kSystem) return std::string(element) + '_' + std::string(attribute);
  return without_spaces(attribute);
}

bool is_literal(NodeKind kind) {
  return kind == NodeKind::kText || kind == NodeKind::kCData || kind == NodeKind::kCharRef ||
         kind == NodeKind::kEntityRef;
}

void append_literal(const Node& node, std::string* utf16) {
  auto unit = [&](uint16_t code) {
    *utf16 += static_cast<char>(code & 0xff);
    *utf16 += static_cast<char>(code >> 8);
  };
  if (node.kind == NodeKind::kText || node.kind == NodeKind::kCData) {
    if (node.data_size) utf16->append(reinterpret_cast<const char*>(node.data), node.data_size);
  } else if (node.kind == NodeKind::kCharRef) {
    unit(node.slot);
  } else if (node.kind == NodeKind::kEntityRef) {
    constexpr std::pair<std::string_view, char> kEntities[] = {
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (auto [name, code] : kEntities) {
      if (same_ascii(node.name_bytes(), name)) return unit(static_cast<uint8_t>(code));
    }
    unit('&');  // an unknown entity stays as it was written
    if (node.name_size) utf16->append(reinterpret_cast<const char*>(node.name), node.name_size);
    unit(';');
  }
}

bool same_ascii(Bytes utf16, std::string_view ascii) {
  if (utf16.size() != 2 * ascii.size()) return false;
  for (size_t i = 0; i < ascii.size(); ++i) {
    if (load_le<uint16_t>(utf16.data() + 2 * i) != static_cast<uint8_t>(ascii[i])) return false;
  }
  return true;
}

Children children_of(const std::vector<Node>& nodes, size_t element) {
  Children out;
  out.end = nodes[element].end;
  out.attributes = out.content = element + 1;
  while (out.content < out.end && nodes[out.content].kind == NodeKind::kAttribute) {
    out.content = nodes[out.content].end;
  }
  return out;
}

const Node* find_attribute(const std::vector<Node>& nodes, size_t element, std::string_view ascii_name) {
  Children children = children_of(nodes, element);
  for (size_t i = children.attributes; i < children.content; i = nodes[i].end) {
    if (same_ascii(nodes[i].name_bytes(), ascii_name)) return &nodes[i];
  }
  return nullptr;
}

}  // namespace sil::ingest
