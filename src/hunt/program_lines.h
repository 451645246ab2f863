// Long texts are looked at line by line: script blocks, pipelines, messages hardly ever come back whole, but nearly all
// of their lines do. What a line holds of the field's literals is remembered by the line's raw bytes; a literal without
// a line break stands in the text where it stands in one of its lines.
//
// A part of the value cache (docs/design/matching.md): bounded, one worker's own, nothing decoded on a hit. Each line
// remembers which one followed it last, so that a text like the last one costs a comparison of its bytes and no hash.
// Thread rule: LineIndex is immutable once made; a LineMemory belongs to one worker.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/program_cache.h"
#include "hunt/program_plan.h"
#include "hunt/program_scan.h"
#include "hunt/program_text.h"

namespace sil::hunt {

// What all leaves of one field ask of a text of several lines, as literals to find in its lines.
class LineIndex {
 public:
  enum class Place : uint8_t { kAnywhere, kStart, kEnd };  // of the whole text
  struct Target {
    uint32_t leaf = 0;  // local
    uint32_t size = 0;  // of the literal
    Place place = Place::kAnywhere;
    bool exact = false;  // the leaf holds; else it may hold
  };
  LineIndex(const Plan& plan, uint32_t field);
  // Every leaf that is a witness is found by its lines.
  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] const Target& target(uint32_t id) const { return targets_[id]; }
  // Leaves that are false where no line holds a literal of theirs.
  [[nodiscard]] const std::vector<uint64_t>& decided() const { return decided_; }
  // Targets whatever the text.
  [[nodiscard]] const std::vector<uint32_t>& always() const { return always_; }
  // The targets that a line meets, each once, ascending. `first`, `last`: the line's place in the text.
  void find(MemberText& line, bool first, bool last, std::vector<uint32_t>* out) const;

 private:
  bool add_test(const Plan& plan, const CompiledTest& test, uint32_t leaf);  // false: not found by lines
  bool add(std::string_view literal, Target target, bool cased);

  bool usable_ = true;
  std::vector<Target> targets_;
  std::vector<uint64_t> decided_;
  std::vector<uint32_t> always_;
  std::deque<std::string> folded_;  // of cased literals
  GramScanner narrow_, wide_;
  struct Short {
    std::string_view literal;
    uint32_t target = 0;
    bool ascii = true;
  };
  std::vector<Short> shorts_;  // fewer than 4 bytes
};

// One field's index, made when the first worker meets a long text. Thread rule: any worker.
class LineIndexOnce {
 public:
  const LineIndex& of(const Plan& plan, uint32_t field) {
    std::call_once(once_, [&] { made_ = std::make_unique<const LineIndex>(plan, field); });
    return *made_;
  }

 private:
  std::once_flag once_;
  std::unique_ptr<const LineIndex> made_;
};

class LineMemory {
 public:
  // Views both.
  LineMemory(const LineIndex& index, const KeywordGate& gate, size_t max_entries, CacheBudget* budget)
      : index_(index), gate_(gate), max_entries_(max_entries), budget_(*budget) {}
  void release();  // gives everything back, to the budget too
  [[nodiscard]] const LineIndex& index() const { return index_; }
  // Appends the targets that the lines of a kUtf8, kUtf16 or kJsonString value meet (some more than once), and adds to
  // `keywords` what the plan's gate says of them (program_cache.h). False, and nothing was done: the text is one line.
  bool look(const Value& value, std::vector<uint32_t>* targets, uint64_t* keywords, uint64_t* hits, uint64_t* misses);

 private:
  struct Line;
  Line* find(uint64_t hash, Bytes bytes, uint8_t flags) const;
  Line* learn(uint64_t hash, Bytes bytes, uint8_t flags, size_t text_size, ValueKind kind);
  Line* line_at(Bytes rest, bool first, ValueKind kind, uint64_t* misses);
  void forget();  // all lines
  void grow();
  void put(Line* line);
  uint8_t* allocate(size_t bytes);

  const LineIndex& index_;
  const KeywordGate& gate_;
  size_t max_entries_;
  CacheBudget& budget_;
  size_t large_bytes_ = 0;
  std::vector<Line*> slots_;
  size_t count_ = 0, total_ = 0, used_ = 0, chunk_ = 0;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  std::vector<std::unique_ptr<uint8_t[]>> large_;  // of lines longer than a chunk
  uint64_t generation_ = 0;                        // counts emptyings
  Line* opening_ = nullptr;                        // the first line of the last text
  MemberText text_;
  std::vector<uint32_t> found_;
  TextBuffer scratch_;
  std::vector<uint64_t> maybe_;
};

constexpr size_t kMaxLineText = size_t{256} << 10;  // longer ones are searched as they are

}  // namespace sil::hunt
