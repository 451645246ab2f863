// What a test says about one Windows event; writer.h turns it into a record of Windows' own shape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evtx_writer/binxml.h"

namespace sil::evtx_writer {

struct Field {
  std::string name;  // empty: a nameless <Data>
  Value value;
  int declared = -1;          // type in the definition where it differs from the value's (0x10 declared, 0x15 stored)
  bool optional = false;      // 0e instead of 0d
  bool as_attribute = false;  // kUserData: an attribute of the body element instead of a child element
};

enum class SystemShape : uint8_t {
  kSlots,     // provider and channel in slots 14-16, body in 17 (manifest providers)
  kLiterals,  // provider and channel as literals, RelatedActivityID in 18, body in 19
  kClassic,   // as kLiterals without Version, Opcode, Correlation, Execution (old sources)
  kDirect,    // no template at all, every value a string (forwarded in rendered form)
};

enum class BodyShape : uint8_t {
  kEventData,    // <EventData><Data Name="x">
  kUserData,     // <UserData><body_name xmlns="..."><x>
  kClassicData,  // <EventData> with one nameless Data for an array of strings, and <Binary>
  kNone,         // body slot is NULL
  kCustom,       // `inner` and `inner_values` (wrapped in UserData when user_data)
};

struct Event {
  std::string provider;
  std::string provider_guid;  // "{...}", empty = none
  std::string event_source;   // EventSourceName, kLiterals only; empty = none
  std::string channel;
  std::string computer;
  uint16_t event_id = 0;
  std::optional<uint16_t> qualifiers;
  uint8_t version = 0;
  uint8_t level = 4;
  uint16_t task = 0;
  uint8_t opcode = 0;
  uint64_t keywords = 0x8000000000000000;
  uint64_t time = 0;       // FILETIME: TimeCreated, and the record header unless overridden
  uint64_t record_id = 0;  // EventRecordID, and the record header unless the file is an export
  uint32_t process_id = 0;
  uint32_t thread_id = 0;
  std::string user_sid;     // "S-1-5-18", empty = NULL
  std::string activity_id;  // "{...}", empty = NULL
  std::string related_activity_id;

  SystemShape system = SystemShape::kSlots;
  BodyShape body = BodyShape::kEventData;
  std::string body_name;       // kUserData: the element; kEventData: <EventData Name="...">, may be empty
  std::string body_namespace;  // kUserData: xmlns of the element, may be empty
  std::vector<Field> fields;
  std::vector<uint8_t> binary;  // kClassicData
  Template inner;               // kCustom
  std::vector<Value> inner_values;
  bool user_data = false;    // kCustom
  bool sized_nulls = false;  // NULL slots of System keep their size and old bytes, as in channel files
  bool body_header = false;  // the 0x21 value begins with a fragment header (0f 01 01 00)

  std::optional<uint64_t> header_id;  // record header where it shall disagree
  std::optional<uint64_t> header_time;
};

}  // namespace sil::evtx_writer
