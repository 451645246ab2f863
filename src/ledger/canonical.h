// JSON as a value, and its one byte form (RFC 8785): members by UTF-16 code units, numbers as ECMAScript writes them.
//
// Parsing is strict (simdjson's grammar and UTF-8): no duplicate keys, no lone surrogates, no depth beyond 64, no
// numbers that a double does not hold exactly as integers. Text is not normalised: NFC and NFD differ.
// Errors: kFormat, kLimit. Thread rule: values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bytes/result.h"

namespace sil::ledger {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;  // in no order; canonical() sorts

  Json() = default;
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(uint64_t value) : value_(static_cast<double>(value)) {}
  Json(int value) : value_(static_cast<double>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  bool operator==(const Json&) const = default;

  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&value_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Json* find(std::string_view name) const;    // null where it is no object or has none
  [[nodiscard]] std::string text(std::string_view name) const;    // a string member, else ""
  bool number(std::string_view name, uint64_t* out) const;        // a whole number up to 2^53
  [[nodiscard]] const Array& items(std::string_view name) const;  // an array member, else an empty one
  Json& set(std::string name, Json value);                        // replaces; makes an object of nothing
  void erase(std::string_view name);
  Json take(std::string_view name);  // a member's value moved out, null where there is none

  [[nodiscard]] std::string canonical() const;

 private:
  void append(std::string* out) const;
  std::variant<std::monostate, bool, double, std::string, Array, Object> value_;
};

Result<Json> parse_json(std::string_view text, size_t limit = size_t{16} << 20);
// Same, and refuses a text that is not its own canonical form: what was signed has one spelling.
Result<Json> parse_canonical(std::string_view text);
// The slow twin: parses anything, writes it canonically and compares. Equal answers are demanded by tests.
Result<Json> parse_canonical_plainly(std::string_view text);

}  // namespace sil::ledger
