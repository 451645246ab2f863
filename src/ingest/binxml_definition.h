// Template definitions, once per distinct content. The same template stands in every chunk at another offset and with
// other name offsets, so contents are compared with names resolved.
//
// Thread rule: one library per worker. Lifetime: definitions live as long as the library or until forget().
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bytes/digest.h"
#include "ingest/binxml_parse.h"

namespace sil::ingest {

struct Definition {
  std::vector<Node> nodes;  // names and literals point into `pool`
  std::string pool;         // the canonical content: what interning compares
  uint32_t slots = 0;       // one more than the highest slot named
};

class DefinitionLibrary {
 public:
  struct Entry {  // one definition of the chunk at hand
    uint32_t offset = 0;
    uint32_t generation = 0;
    const Definition* definition = nullptr;  // null: cannot be parsed
    uint32_t end = 0;                        // where the walk of its tokens ended
    uint32_t stated_end = 0;                 // where its size says
  };

  void begin_chunk(Bytes chunk);
  // The definition at `offset` of the chunk; the reference is good until the next call.
  const Entry& find(uint32_t offset);
  [[nodiscard]] size_t size() const { return by_content_.size(); }
  std::vector<Entry> fresh;  // definitions first met in this chunk, for the closure facts; the caller empties it
  void forget();             // drops everything; callers must hold no Definition

 private:
  void load(uint32_t offset, Entry* entry);
  const Definition* intern();

  static constexpr size_t kTable = 512;
  Bytes chunk_;
  uint32_t generation_ = 0;
  size_t used_ = 0;
  std::array<Entry, kTable> table_{};
  Entry spare_;
  std::vector<Node> nodes_;
  std::string key_;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return hash64(text); }
  };
  std::unordered_map<std::string, std::unique_ptr<Definition>, Hash, std::equal_to<>> by_content_;
};

}  // namespace sil::ingest
