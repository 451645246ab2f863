// The plain renderers over a filled-in tree. JSON has the shape of `evtx_dump -o jsonl` (docs/formats/evtx.md,
// "JSON"); XML is what a viewer shows, arrays repeat their element.
#pragma once

#include <string>

#include "ingest/binxml_tree.h"

namespace sil::ingest {

void append_tree_json(const Tree& tree, std::string* out);
void append_tree_xml(const Tree& tree, std::string* out);

}  // namespace sil::ingest
