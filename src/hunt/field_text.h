// The text a field of a rule has in an event: for grouping and counting, read through the rule's logsource as
// the evaluators read it (renames, translations), but exact, never folded.
//
// Thread rule: one reader a worker. Lifetime: none but its own cache.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/event.h"
#include "model/taxonomy.h"

namespace sil::hunt {

class FieldTextReader {
 public:
  FieldTextReader();
  ~FieldTextReader();
  // Appends the text; several members are joined by ", ". False: absent, null, or an object (which has no
  // text). `key` stands for (logsource, field) in the cache: the same pair must always come with the same
  // key.
  bool read(uint32_t key, const Logsource& logsource, std::string_view field, const Event& event, std::string* out);

 private:
  struct Binding;
  const Binding& bind(uint32_t key, const Logsource& logsource, std::string_view field, const Event& event);
  std::unordered_map<uint64_t, std::unique_ptr<Binding>> cache_;
  std::unique_ptr<Binding> uncached_;
};

}  // namespace sil::hunt
