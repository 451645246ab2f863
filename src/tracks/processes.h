// Who started which process, for every process creation that carries a guid: looked up when a detector has to say who
// acted. There are as many as a host starts programs, so their texts lie in one string a piece and an entry is a few
// numbers.
//
// Thread rule: add on one thread, then read by any. Lifetime: views of texts live as long as the page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/event.h"

namespace sil::tracks {

enum class ProcessText : uint8_t { kUser, kLogonId, kCommandLine, kParentImage };
constexpr size_t kProcessTexts = 4;

class ProcessPage {  // of one piece of a log
 public:
  void add(const Event& event);  // Sysmon 1; without a guid nothing is kept

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
    const ProcessPage* page = nullptr;
    size_t entry = 0;
    uint32_t source = 0;
  };
  [[nodiscard]] const Place* find(std::string_view guid) const;
  std::unordered_map<uint64_t, Place> by_guid_;
};

}  // namespace sil::tracks
