// A value's text in the two forms that tests ask for, made once an event and only when asked: folded
// (caseless tests) and plain (cased tests, regexes). And the pattern tests on it.
//
// Folding: UTF-16LE or UTF-8 to lower-case ASCII by vector kernels chosen at run time; anything beyond ASCII
// takes the scalar road of bytes/text.h, so both roads fold alike (U+212A is a 'k' on both). Thread rule: a
// MemberText belongs to one worker; the functions are pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hunt/rule.h"
#include "model/value.h"

namespace sil::hunt {

constexpr size_t kTextSlack = 64;  // readable bytes behind a TextBuffer's text: kernels may over-read

// A text that is rewritten for every value and never shrinks its store.
class TextBuffer {
 public:
  char* prepare(size_t capacity);  // room for `capacity` bytes and the slack; the text becomes empty
  void set_size(size_t size) { size_ = size; }
  void assign(std::string_view text);
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  size_t size_ = 0, capacity_ = 0;
};

// Lower-case ASCII of `units` UTF-16LE units; false when a unit beyond ASCII occurred (then `to` holds
// nothing useful). `to` needs room for `units` + kTextSlack bytes.
bool fold_utf16_ascii(const uint8_t* from, size_t units, char* to);
bool fold_bytes_ascii(const uint8_t* from, size_t size, char* to);

// One member of a field.
struct MemberText {
  Value value;
  bool has_folded = false, ascii = false, has_plain = false;
  TextBuffer folded_buffer;
  std::string plain_buffer;

  void reset(const Value& v) {
    value = v;
    has_folded = has_plain = false;
  }
  std::string_view folded();  // fills `ascii` too
  std::string_view plain();
};

// Where `needle` (not empty) first stands in `text`, or npos.
size_t find_literal(std::string_view text, std::string_view needle);
// Whole-text match of any pattern (the general case behind the shapes of program_plan.h). A pattern without
// wildcards overlooks blanks behind the text unless `exact_blanks`. `ascii`: the text is known to hold ASCII
// alone (faster).
bool glob_matches(const Pattern& pattern, std::string_view text, bool exact_blanks, bool ascii = false);

}  // namespace sil::hunt
