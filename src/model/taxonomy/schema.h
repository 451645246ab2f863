// A schema: which field names a log speaks when it reaches us as JSON (or key=value), how its events are
// routed, and what Sigma's names are called there. Chosen once a source, by signature, never per event. Pure
// data: one file a schema family in this folder, one row in schemas.cc (docs/taxonomy.md).
//
// Lifetime: all constant, for the life of the process. Thread rule: immutable.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/taxonomy/tables.h"

namespace sil::taxonomy {

enum class TimeForm : uint8_t {
  kText,       // RFC 3339 or ISO 8601; without zone: UTC, marked as assumed
  kUtcText,    // the same, and the format says that a time without zone is UTC
  kLocalText,  // the same, written in the host's zone without saying so (or saying Z falsely)
  kEpoch,      // seconds, milli-, micro- or nanoseconds since 1970, told apart by size
};
struct TimeField {
  std::string_view path;
  TimeForm form = TimeForm::kText;
};

// Where a path stands in the canonical field space. A path that ends in '*' is a prefix: the rest is the
// name.
struct Placement {
  std::string_view path;
  Section section = Section::kOther;
  std::string_view canonical = {};  // path under Event.System for kSystem; name for others, empty = last component
};

// Of each dimension (product, category, service) the first row that holds and names it decides. value: "" =
// the path is present, "x*" = prefix, caseless. service "$" = the value itself, in lower case.
struct KindRoute {
  std::string_view path, value;
  std::string_view product, category, service;
};

// Which generic categories an event of a service can serve besides its own.
struct Offer {
  std::string_view service;  // of the kind; "" = any
  std::string_view category;
  std::string_view of = {};  // the kind's own category; "" = any
};

// Which services an event serves besides its own: a line of sshd stands in the
// authentication log too.
struct Serves {
  std::string_view service;  // of the kind; "" = any
  std::string_view also;
  std::string_view product = {};  // the rule's word where it differs from the
                                  // kind's (fortios, fortigate)
};

struct SchemaFields {
  std::string_view category;   // of the rule; "" = any
  std::string_view service;    // of the kind; "" = any
  uint32_t first_id, last_id;  // of the kind; 0,0 = any
  std::span<const Rename> renames;
};

struct Schema {
  std::string_view name;  // LogKind::schema
  std::string_view title;
  // Alternatives parted by ';', each a list of conditions parted by ',': "path", "path=value", "prefix.*",
  // "!path".
  std::string_view signature;
  std::string_view product;
  std::string_view channel = {}, provider = {}, event_id = {};  // paths parted by '|'; the first present one counts
  std::string_view record_id = {}, host = {};
  std::span<const TimeField> times = {};
  std::span<const KindRoute> routes = {};
  std::span<const Placement> placements = {};
  std::span<const Offer> offers = {};
  std::span<const Serves> serves = {};
  std::span<const SchemaFields> fields = {};
  std::span<const SchemaFields> more_fields = {};  // asked after `fields`
  // Field whose values are the keys of the record's own objects and arrays (laurel: the audit record types).
  std::string_view key_field = {};
  Section other = Section::kOther;  // section of paths that no placement names
  bool containers = true;           // objects are fields of their own too, as raw text
};

using PathValue = std::pair<std::string, std::string>;  // flattened path and the scalar's text

std::span<const Schema* const> schemas();  // in the order in which signatures are tried
const Schema* find_schema(std::string_view name);
// The first schema whose signature holds for one sample object; null = none (events then have no log kind).
const Schema* detect_schema(std::span<const PathValue> sample);
// path, name and section of a field under this schema; `slot` is left to the caller.
LayoutField place_field(const Schema& schema, std::string_view path);
// Does a route's row hold for this text?
bool route_holds(const KindRoute& route, std::string_view text);

}  // namespace sil::taxonomy
