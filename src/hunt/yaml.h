// YAML 1.1 through libyaml's events into a light tree that keeps what Sigma needs and loaders usually lose:
// line and column of every node, whether a scalar was quoted, and duplicate keys (an error here, naming both
// lines).
//
// Bounds: kMaxYamlBytes a text, kMaxYamlDepth levels, kMaxYamlNodes nodes with aliases counted as often as
// they are used (a YAML bomb is an error). Lifetime: nodes live in the arena until reset(), texts there or in
// the text that was read. Thread rule: one arena, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hunt/fault.h"

namespace sil::hunt {

constexpr size_t kMaxYamlBytes = 1 << 20;
constexpr size_t kMaxYamlDepth = 64;
constexpr uint32_t kMaxYamlNodes = 400'000;

struct YamlEntry;
struct YamlNode {
  enum class Kind : uint8_t { kScalar, kList, kMap } kind = Kind::kScalar;
  bool plain = false;                  // scalar without quotes, block style or string tag: its text decides its type
  bool one_line = false;               // scalar that lies in one line as written: columns inside it can be told
  uint32_t line = 0, column = 0;       // from 1
  uint32_t weight = 1;                 // nodes below and here, aliases counted fully
  std::string_view text;               // scalar
  std::span<const YamlEntry> entries;  // list and map, in the order of the file

  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  [[nodiscard]] bool is_null() const;                              // plain null, Null, NULL, ~ or nothing at all
  [[nodiscard]] bool is_boolean(bool* value) const;                // plain true/false only; yes, no, on, off stay text
  [[nodiscard]] bool is_number() const;                            // plain decimal; octal, hex, dates and _ stay text
  [[nodiscard]] const YamlNode* find(std::string_view key) const;  // map value or null
  [[nodiscard]] uint32_t column_of(size_t offset) const;           // of a byte of `text`
};
struct YamlEntry {
  const YamlNode* key = nullptr;  // null in lists
  const YamlNode* value = nullptr;
};

class YamlArena {
 public:
  void* take(size_t bytes, size_t alignment);
  std::string_view keep(std::string_view text);
  void reset();  // keeps the memory for the next file

 private:
  static constexpr size_t kBlock = 256 * 1024;
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  std::vector<Block> blocks_;
  size_t block_ = 0, used_ = 0;
};

struct YamlDocument {
  const YamlNode* root = nullptr;  // null when there is a fault
  std::string_view text;           // the bytes of this document: what a rule's digest covers
  uint32_t line = 1;               // its first line
  std::optional<Fault> fault;
};

// All documents of a text; damage in one leaves the others readable. Empty documents are left out.
std::vector<YamlDocument> read_yaml(std::string_view text, YamlArena* arena);
// The same by libyaml alone, without the shortcut for ordinary rules (yaml_lines.h): the slow, plain twin.
std::vector<YamlDocument> read_yaml_plainly(std::string_view text, YamlArena* arena);

}  // namespace sil::hunt
