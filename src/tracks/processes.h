// Who started which process, for every process creation that carries a guid: looked up when a detector has to say who
// acted. There are as many as a host starts programs, so their texts lie in one string a piece and an entry is a few
// numbers.
//
// Thread rule: add on one thread, then read by any; no add behind the first reading. Lifetime: views of texts live as
// long as the page.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/event.h"

namespace sil::tracks {

enum class ProcessText : uint8_t { kUser, kLogonId, kCommandLine, kParentImage };
constexpr size_t kProcessTexts = 4;

class ProcessPage {  // of one piece of a log
 public:
  void add(const Event& event);  // Sysmon 1; without a guid nothing is kept
  // Pages stay as long as their log's facts: room for about as much as the last one held, and in the end no more than
  // is held.
  void expect(size_t texts, size_t entries) {
    texts_.reserve(texts);
    entries_.reserve(entries);
  }
  [[nodiscard]] std::pair<size_t, size_t> sizes() const { return {texts_.size(), entries_.size()}; }
  void shrink() {
    texts_.shrink_to_fit();
    entries_.shrink_to_fit();
  }

 private:
  friend class Processes;
  struct Entry {
    uint64_t hash = 0;  // of the folded guid
    size_t begin = 0;   // in texts_: the folded guid, then its texts
    uint16_t guid = 0;  // length
    std::array<uint16_t, kProcessTexts> lengths{};
    Span where;  // the record
  };
  std::string texts_;
  std::vector<Entry> entries_;
};

class Processes {  // of all pages; the first that has a guid counts
 public:
  void add(const ProcessPage& page, uint32_t source);  // the page outlives this
  // Empty where the process or its text is not known. `guid` as it stands in a log.
  [[nodiscard]] std::string text(std::string_view guid, ProcessText which) const;
  // Where it is said: source and record.
  [[nodiscard]] std::optional<std::pair<uint32_t, Span>> place(std::string_view guid) const;

 private:
  struct Place {
    uint64_t hash = 0;
    const ProcessPage* page = nullptr;
    uint32_t entry = 0, source = 0;
  };
  [[nodiscard]] const std::vector<Place>& in_order() const;
  [[nodiscard]] const Place* find(std::string_view guid) const;
  std::vector<std::pair<const ProcessPage*, uint32_t>> pages_;  // and their sources
  mutable std::once_flag put_in_order_;                         // when first asked: most logs hold nothing to ask about
  mutable std::vector<Place> by_guid_;                          // by hash, then as added
};

}  // namespace sil::tracks
