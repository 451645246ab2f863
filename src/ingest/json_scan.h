// Where JSON values begin and end in a stream of bytes: one value a line, or values one after the other
// (arrays, pretty print, concatenation). No validation: that is json_record's work. RFC 8259.
//
// Thread rule: a ValueScanner belongs to one thread; it can stop and go on where a buffer ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bytes/cursor.h"

namespace sil::ingest {

enum class JsonMode : uint8_t {
  kLines,   // one object a line
  kValues,  // objects inside arrays, or one after the other over any number of lines
};

// Follows one object from its brace to the end. A value that cannot go on (a brace where none may stand, a
// line break inside a string) ends there and is marked damaged, so that the next one is found.
class ValueScanner {
 public:
  static constexpr size_t kMaxDepth = 512;  // of brackets followed; deeper counts as damage

  enum class Status : uint8_t { kOpen, kDone, kDamaged };
  void reset() { *this = {}; }
  // Feeds bytes from *position; stops behind the value's last byte, or where damage was met.
  Status feed(Bytes bytes, size_t* position);

 private:
  [[nodiscard]] bool in_object() const { return objects_[depth_ - 1]; }
  Status open(bool object);
  Status step(uint8_t byte);

  size_t depth_ = 0;
  bool in_string_ = false, escaped_ = false;
  uint8_t last_ = 0;  // last significant byte outside strings; '"' after a string
  std::array<bool, kMaxDepth> objects_{};
};

// Between values: skips blanks, commas, brackets of enclosing arrays and the frame of {"Records":[...]}.
// Returns the position of the next object's brace, or bytes.size(). `skipped_text` tells that bytes were
// passed that belong to no frame: damage. `at_end`: no more bytes will come.
size_t next_value(Bytes bytes, size_t position, bool at_end, bool* skipped_text);

// Length of a frame such as `{"Records":[` at `position`, 0 when none stands there.
size_t frame_length(Bytes bytes, size_t position);

// How the values of a source are laid out, from its first bytes.
JsonMode json_mode(Bytes head);
size_t skip_bom(Bytes head);  // 3 for a UTF-8 byte order mark, else 0

}  // namespace sil::ingest
