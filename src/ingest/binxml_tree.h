// The general walker: any record, however it is built, as a tree with all templates filled in. Slow and plain; it is
// the twin of the compiled path and the source of XML.
//
// Bounds: kMaxTreeItems items a record (templates that embed templates grow without end), kMaxTemplateDepth,
// kMaxOpenElements. Lifetime: a tree views the chunk, the definitions and itself.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "ingest/binxml_definition.h"
#include "ingest/binxml_value.h"
#include "model/event.h"

namespace sil::ingest {

constexpr size_t kMaxTreeItems = 1 << 16;
constexpr size_t kChunkText = 1 << 20;  // composed text is cut near here; a chunk holds 65,536 bytes

struct TreeItem {
  NodeKind kind = NodeKind::kText;  // kElement, literals, PI, or kSubstitution/kOptional with a value
  uint32_t element = 0;             // kElement: index
  const Node* node = nullptr;       // literals and PIs
  Value value;                      // substitutions
};
struct TreeAttribute {
  Bytes name;
  std::vector<TreeItem> items;
};
struct TreeElement {
  Bytes name;
  std::vector<TreeAttribute> attributes;
  std::vector<TreeItem> content;
  bool branches = false;  // its template has elements or a fragment inside, whether they are there or left out
};

struct FragmentEnd {  // of each embedded fragment, for the closure facts
  uint32_t offset = 0, end = 0, stated_end = 0;
};

struct Tree {
  std::vector<TreeElement> elements;
  std::vector<TreeItem> roots;
  ValueFlags flags;
  const char* problem = nullptr;  // what could not be decoded; the rest is there
  bool limited = false;           // kMaxTreeItems or a depth was reached
  size_t end = 0;                 // where the walk of the record's BinXML ended, in chunk
  bool saw_eof = false;
  std::vector<FragmentEnd> fragments;
  // owners of what items point to
  std::deque<std::vector<Node>> nodes;
  void clear();
};

// chunk[begin, end) is the record's BinXML.
void build_tree(Bytes chunk, size_t begin, size_t end, DefinitionLibrary* definitions, Tree* tree);

// The fields of a tree: a layout (slots 0, 1, 2 .. in field order) and their values. Composed text lives in `arena`.
void tree_fields(const Tree& tree, Layout* layout, std::vector<Value>* values, std::deque<std::string>* arena);

// One element's or attribute's text put together, UTF-16 (values in their text form).
std::string composed_utf16(const std::vector<TreeItem>& items);

}  // namespace sil::ingest
