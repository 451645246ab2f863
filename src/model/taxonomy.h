// Log sources -> logs (sigma reference 2): which log kinds a rule's logsource means, and what the rule's
// field names are called there. Data, not code: the tables stand in model/taxonomy/*.cc, one file a schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace sil {

struct Logsource {
  std::string product, category, service;
};

// How a source field's value becomes what the rule expects.
enum class Translation : uint8_t {
  kNone,
  kIntegrityLevel,     // mandatory label SID -> Low, Medium, ... (4688)
  kHexToDecimal,       // "0xad4" -> 2772 (4688 process ids)
  kRegistryPath,       // \REGISTRY\MACHINE -> HKLM, \REGISTRY\USER -> HKU (4657), joined with the value name
  kRegistryOperation,  // %%1904 -> `argument`, %%1905 -> SetValue, %%1906 -> DeleteValue (4657)
  kRegistryDetails,    // NewValue and NewValueType -> "DWORD (0x00000004)", as Sysmon writes Details (4657)
  kDirection,          // %%14593 -> true, %%14592 -> false (5156)
  kProtocol,           // 6 -> tcp, 17 -> udp (5156)
  kDomainUser,         // domain, user, SID -> DOMAIN\user; well-known SIDs -> NT AUTHORITY\SYSTEM ... (4688)
  kDevicePath,         // \device\harddiskvolumeN\x -> C:\x where x is of the system volume, else as it is (5156)
  kHashOf,             // one digest out of Hashes="ALG=hex,..." : md5, sha1, sha256, Imphash
  kStripFilePrefix,    // "file:_C:\x" -> "C:\x" (Defender Path)
  kEcsUser,            // native, domain, user -> the native one, else DOMAIN\user
  kEcsHashes,          // native, digests apart -> the native one, else "MD5=..,SHA1=.." by their lengths
  kEcsDirection,       // native, network.direction -> the native one, else egress -> true, ingress -> false
  kMessageLine,        // native, message -> the native one unless it is the collector's own, else its "Key: value"
                       // line
  kMessagePair,        // native, message -> the native one, else its "KEY=value" (sudo)
  kNamedMember,        // native, objects as they stand -> the native one, else the value of the object of this name
  kJoinedArguments,    // first one present, its members joined by blanks
  kUnixUser,           // first one present; the number 0 is root
  kGoogleService,      // admin -> admin.googleapis.com
  kBlocked,            // what a firewall did: allow, pass, accept, .. -> false, deny, drop, block, .. -> true
  kKeyValueLine,       // "HostApplication=..." line inside a nameless Data block (400, 600, 800)
};

struct FieldSource {  // where a rule's field lives in an event of this kind
  // Source field names, never empty. Without translation: the first that the layout has. With one: all of
  // them, each giving one text for translate(), in this order.
  std::vector<std::string> names;
  Translation translation = Translation::kNone;
  std::string
      argument;  // kHashOf: algorithm; k*Line, kMessagePair, kNamedMember: key; kRegistryOperation: what %%1904 means
  bool missing = false;  // the log cannot carry it (names = {field}): marked in missing_fields
};

struct RouteGuard {                 // extra condition that splits one event id (registry_add on Sysmon 12)
  std::string field;                // the log's own name; empty = no condition
  std::vector<std::string> values;  // any of, caseless
  FieldSource source;               // where `field` stands in this kind's schema
};

// Thread rule: all functions are pure; tables are constant. Words are compared without case.

// Does a rule with this logsource apply to events of this kind? `guard` is filled when only under a
// condition.
bool applies(const Logsource& logsource, const LogKind& kind, RouteGuard* guard);
// Is the logsource known at all (else `rules check` says so; a rule of an unknown service matches nothing)?
bool known_logsource(const Logsource& logsource);
// Whether a reader of this program can produce events of this logsource today.
bool has_reader(const Logsource& logsource);
struct LogPlace {  // a Windows channel and the event ids of it; 0,0 = all
  std::string channel;
  uint32_t first_id = 0, last_id = 0;
};
// The Windows logs that a logsource means, in the order of the tables; empty for other products.
std::vector<LogPlace> log_places(const Logsource& logsource);
// The setting without which a host does not write events of this id, or leaves `field` of them empty (field "": the
// event itself); empty = written by default, or not known.
std::string_view audit_setting(std::string_view channel, uint32_t event_id, std::string_view field);
// Where `field` of a rule with `logsource` lives in events of `kind`.
FieldSource field_source(const Logsource& logsource, const LogKind& kind, std::string_view field);
// Applies a translation to texts of the source fields: one text a name, "" for an absent one; members of an
// array-valued field (nameless Data) joined by '\n'. false = the value does not exist.
bool translate(const FieldSource& source, const std::vector<std::string>& texts, std::string* out);

}  // namespace sil
