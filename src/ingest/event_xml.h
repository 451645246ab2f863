// One Windows event as XML taken apart into flat fields, under the names of evtx_dump's JSON (schema "evtx_dump"), so
// that rules, routes and times are those of every other Windows event. Event schema: MS-EVEN6 2.2.13 and the "Event"
// schema of the Windows SDK (winmeta); XML 1.0 as far as events use it (docs/formats/event-xml.md).
//
// Lifetime: fields view the record's bytes and the parser's own text; both live until the next take_apart().
// Thread rule: one a worker.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_record.h"

namespace sil::ingest {

class EventXml {
 public:
  // `record`: from "<Event" to behind "</Event>", UTF-8. On a fault the fields found so far stay.
  JsonFault take_apart(std::string_view record);
  [[nodiscard]] const std::vector<JsonField>& fields() const { return fields_; }
  [[nodiscard]] bool cut() const { return cut_; }  // more than kMaxJsonFields, or nested deeper than 64

 private:
  struct Attribute {
    std::string_view name, value;
  };
  bool element(int32_t parent, std::string_view parent_name, int depth);
  bool attributes(std::vector<Attribute>* out, bool* closed);
  bool content(int32_t self, std::string_view name, int depth, size_t place, const std::vector<Attribute>& given);
  int32_t add(std::string_view key, int32_t parent, bool object, std::string_view value, bool member = false);
  void leaf(size_t place, std::string_view text, const std::vector<Attribute>& given);
  bool fault(const char* expected);
  std::string_view decoded(std::string_view raw, bool attribute);
  void skip_blanks();

  std::string_view text_;
  size_t at_ = 0;
  std::vector<JsonField> fields_;
  std::string arena_;             // values with references, decoded; never longer than the record
  std::deque<std::string> keys_;  // names that a JSON key must escape, escaped (JsonField::key)
  JsonFault fault_;
  bool cut_ = false;
};

}  // namespace sil::ingest
