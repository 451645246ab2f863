// An event that counts in a correlation, as it is remembered: its citation, and under which correlation and member
// rule it counts with which group and value. Written by the workers, kept in a SpillLog or in a case.
// Layout: docs/design/correlation.md, "What is remembered".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hunt/tuple_sorter.h"
#include "model/evidence.h"

namespace sil::hunt {

struct MemberUse {
  uint16_t correlation = 0, member = 0;
  Tuple::Kind kind = Tuple::kNone;
  TextKey value;
  std::string group;  // list of texts, in the order of group-by
};

struct MemberEntry {
  Timestamp time;
  uint64_t record_id = 0;
  std::string host, channel;
  Citation citation;  // source: set by whoever reads the entry
  std::vector<MemberUse> uses;
  // Of the event: copies of a record (same bytes, same offset) share it, as they share a finding's id.
  [[nodiscard]] uint64_t identity() const;
  // Of the fact: the same record wherever it lies, as a case joins findings. Computer, channel, record id and the time
  // to 100 ns, which a collector keeps that writes other bytes; its bytes where the time is less exact; without
  // computer or record id bytes and offset.
  [[nodiscard]] uint64_t fact() const;
  [[nodiscard]] std::string fact_text() const;
};

void append_entry(const MemberEntry& entry, std::string* out);
// Takes one entry off the front. False: these are not entries (damaged case); `entries` is then of no further use.
bool take_entry(std::string_view* entries, MemberEntry* entry);

// Several texts as one, so that no two lists look alike: each with its length in front (four bytes).
void append_text_of_list(std::string_view text, std::string* list);
std::vector<std::string> texts_of_list(std::string_view list);

}  // namespace sil::hunt
