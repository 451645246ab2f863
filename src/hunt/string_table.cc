#include "hunt/string_table.h"

#include <cstring>

#include "bytes/digest.h"

namespace sil::hunt {

StringTable::StringTable() : starts_{0}, slots_(1024) {}

std::string_view StringTable::text(uint32_t number) const {
  return std::string_view(texts_).substr(starts_[number], starts_[number + 1] - starts_[number]);
}

size_t StringTable::memory() const {
  return texts_.capacity() + starts_.capacity() * sizeof(starts_[0]) + slots_.capacity() * sizeof(slots_[0]);
}

uint32_t StringTable::add(std::string_view wanted) {
  size_t mask = slots_.size() - 1;
  size_t at = hash64(wanted) & mask;
  while (slots_[at] != 0) {
    if (text(slots_[at] - 1) == wanted) return slots_[at] - 1;
    at = (at + 1) & mask;
  }
  auto number = static_cast<uint32_t>(size());
  texts_.append(wanted);
  starts_.push_back(texts_.size());
  slots_[at] = number + 1;
  if (size() * 4 > slots_.size() * 3) grow();
  return number;
}

void StringTable::grow() {
  slots_.assign(slots_.size() * 2, 0);
  size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < size(); ++number) {
    size_t at = hash64(text(number)) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = number + 1;
  }
}

void append_text_of_list(std::string_view text, std::string* list) {
  auto length = static_cast<uint32_t>(text.size());
  char bytes[sizeof(length)];
  std::memcpy(bytes, &length, sizeof(length));
  list->append(bytes, sizeof(length));
  list->append(text);
}

std::vector<std::string_view> texts_of_list(std::string_view list) {
  std::vector<std::string_view> out;
  uint32_t length = 0;
  while (list.size() >= sizeof(length)) {
    std::memcpy(&length, list.data(), sizeof(length));
    list.remove_prefix(sizeof(length));
    out.push_back(list.substr(0, length));
    list.remove_prefix(std::min<size_t>(length, list.size()));
  }
  return out;
}

}  // namespace sil::hunt
