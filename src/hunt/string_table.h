// Each text once, as a number: group values and counted values of correlations. About 12 bytes a text beside
// the text itself. Exact: equal numbers mean equal bytes.
//
// Lifetime: texts live as long as the table and move when it grows: text() is valid until the next add().
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sil::hunt {

class StringTable {
 public:
  StringTable();
  uint32_t add(std::string_view text);
  [[nodiscard]] std::string_view text(uint32_t number) const;
  [[nodiscard]] size_t size() const { return starts_.size() - 1; }
  [[nodiscard]] size_t memory() const;  // bytes held

 private:
  void grow();
  std::string texts_;
  std::vector<uint64_t> starts_;  // one more than there are texts
  std::vector<uint32_t> slots_;   // number + 1, open addressing; a power of two
};

// Several texts as one, so that no two lists look alike: each with its length in front (four bytes).
void append_text_of_list(std::string_view text, std::string* list);
std::vector<std::string_view> texts_of_list(std::string_view list);

}  // namespace sil::hunt
