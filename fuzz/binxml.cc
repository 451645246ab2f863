// The BinXML of one record: parser, general walker, fields and both renderers. The first byte chooses how much of the
// input is the record; the rest stays behind it, reachable by offsets only.
#include <deque>

#include "ingest/binxml_tree.h"
#include "ingest/evtx_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sil;
  if (size < 2 || size > 65536) return 0;
  std::vector<uint8_t> chunk(data + 1, data + size);
  size_t end = data[0] == 0 ? chunk.size() : chunk.size() * data[0] / 256;
  ingest::DefinitionLibrary definitions;
  definitions.begin_chunk(chunk);
  ingest::Tree tree;
  ingest::build_tree(chunk, 0, end, &definitions, &tree);
  Layout layout;
  std::vector<Value> values;
  std::deque<std::string> arena;
  ingest::tree_fields(tree, &layout, &values, &arena);
  std::string out;
  ingest::append_tree_json(tree, &out);
  ingest::append_tree_xml(tree, &out);
  return 0;
}
