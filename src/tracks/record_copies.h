// Copies of the same records in several files - a channel's own log, an export of it, what a collector was sent, JSON
// of a forwarder - and where they disagree (reference 4.5, "WEF disagreement"). Files are told apart by what they
// hold, not by names: equal computer names occur on different machines, and a machine set back to a snapshot writes
// other records under the same ids. So a disagreement counts only where the files are shown to be of one log: the very
// same record (id, time, event) with another value, or records that agree on both sides of the one that does not.
//
// Thread rule: pure functions. Lifetime: a CopyGroup owns its copies; Pair views group and sources.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/event.h"
#include "tracks/judge.h"

namespace sil::tracks {

struct FieldPrint {
  uint32_t name = 0, value = 0;  // hashes: unequal hashes of a value are unequal values
};
struct RecordCopy {
  uint32_t source = 0;
  uint32_t event_id = 0, provider = 0;  // provider: hash of the folded name, 0 = not named
  uint64_t id = 0, ticks = 0;
  Span where;
  std::vector<FieldPrint> prints;  // by name
};
// Where ranges of ids overlap: which sources are to be read again for which records of a log.
struct CopyPlan {
  std::string host, channel;                // as one of the sources names them
  std::string folded_host, folded_channel;  // what is compared
  uint64_t first = 0, last = 0;
  std::vector<uint32_t> sources;
  uint64_t records = 0;  // at most, in all of them
};
constexpr uint64_t kIdMargin = 64;           // around an overlap: records that were numbered anew lie beside it
constexpr uint64_t kCopiesAtOnce = 200'000;  // records of a plan, some 250 bytes each
std::vector<CopyPlan> plan_copies(const std::vector<SourceFacts>& sources);

struct CopyGroup {
  CopyPlan plan;
  std::vector<RecordCopy> copies;  // by source, then id
};

using NamedText = std::pair<std::string, std::string>;
// Fields that copies are compared by, each name once ("Data", "Data 2"), as text; System values are no part of them.
void compared_fields(const Event& event, const std::function<void(std::string_view name, std::string_view text)>& see);
// Equal for values that only differ in form: case, braces, hex or decimal, digits of a time behind the millisecond.
uint32_t value_print(std::string_view text);
uint32_t name_print(std::string_view name);
RecordCopy copy_of(const Event& event);
void sort_copies(CopyGroup* group);

struct Altered {
  const RecordCopy *here = nullptr, *there = nullptr;
  std::vector<uint32_t> fields;  // name prints that differ; empty: time or event differ
};
struct Renumbered {
  const RecordCopy *here = nullptr, *there = nullptr;  // the first of them
  int64_t shift = 0;                                   // there minus here
  size_t records = 0;
};
struct Absent {
  const RecordCopy *before = nullptr, *after = nullptr;  // neighbours here
  const RecordCopy* there = nullptr;                     // the first that is not here
  uint64_t last = 0;                                     // id of the last one
  size_t records = 1;
  bool counted = false;  // sound chunks here say that they hold its id
};
struct Pair {
  const SourceFacts *here = nullptr, *there = nullptr;  // here: the one in doubt, where one can be told
  size_t same = 0;                                      // records that agree
  std::vector<Altered> altered, replaced;  // the same record with other values; another record under the id
  std::vector<Renumbered> renumbered;
  std::vector<Absent> absent;
};
constexpr size_t kCopiesCompared = 32;  // sources of one log that are compared with each other
std::vector<Pair> compare_copies(const CopyGroup& group, const std::vector<SourceFacts>& sources);

// Reads a record's fields again, to be quoted; empty when nobody could.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  virtual std::vector<NamedText> fields(uint32_t source, Span where) = 0;
};

}  // namespace sil::tracks
