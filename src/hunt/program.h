// Rules compiled for speed: route -> slots -> witnesses -> candidates -> atoms -> condition (docs/design/matching.md).
// A Program is immutable and shared; a Matcher is one worker's scratch. No allocation on an event that matches nothing.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "hunt/rule.h"
#include "model/event.h"

namespace sil::hunt {

struct ProgramOptions {
  bool value_cache = true;
  size_t value_cache_entries = 16384;  // per field and worker
  size_t long_text = 1024;             // bytes; longer texts of several lines are cached by line (program_lines.h)
};

class Program {
 public:
  // `rules` must outlive the program.
  static std::unique_ptr<const Program> compile(std::span<const Rule> rules, const ProgramOptions& options);
  ~Program();
  [[nodiscard]] std::span<const Rule> rules() const;
  struct Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  explicit Program(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class Matcher {
 public:
  explicit Matcher(const Program& program);
  ~Matcher();
  // Indices of the rules that match, ascending by rule id text then index. Valid until the next call.
  std::span<const uint32_t> match(const Event& event);
  // Of the last match(), while its event lives: the values that made match number `index` true, and the fields the log
  // cannot carry (as explain_match of plain.h). Appends to `matched`, sets `missing_fields`.
  void explain(size_t index, std::vector<MatchedField>* matched, std::vector<std::string>* missing_fields);
  struct Statistics {
    uint64_t events = 0, routed = 0, candidates = 0, cache_hits = 0, cache_misses = 0, regex_calls = 0;
    uint64_t line_hits = 0, line_misses = 0;  // lines of long texts
  };
  [[nodiscard]] const Statistics& statistics() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sil::hunt
