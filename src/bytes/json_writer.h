// Writes JSON into a string: no tree, no allocation besides the string itself. Field order is the call order
// (the first field of our objects is `schema`); `canonical.h` of the ledger sorts where RFC 8785 is wanted.
//
// Escaping follows RFC 8785 section 3.2.2.2: the seven short escapes, \u00XX for other control characters,
// everything else as UTF-8. Invalid UTF-8 becomes U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sil {

void append_json_string(std::string_view utf8, std::string* out);   // with the quotes
void append_json_escaped(std::string_view utf8, std::string* out);  // without the quotes

class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(out) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);
  JsonWriter& number(uint64_t value);
  JsonWriter& number(int64_t value);
  JsonWriter& number(uint32_t value) { return number(uint64_t{value}); }
  JsonWriter& number(int value) { return number(int64_t{value}); }
  JsonWriter& real(double value);  // shortest round trip (RFC 8785 section 3.2.2.3); not a number gives null
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // already serialised

  // key and value at once
  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).string(value); }

 private:
  void comma();
  std::string* out_;
  bool first_ = true;
};

}  // namespace sil
