// The value translations: how a source field's text becomes what a rule expects (taxonomy.h, Translation).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "bytes/text.h"
#include "model/taxonomy.h"

namespace sil {
namespace {

struct Pair {
  std::string_view from, to;
};

// Mandatory label RIDs, [MS-DTYP] 2.4.2.4.
constexpr Pair kIntegrity[] = {
    {"S-1-16-0", "Untrusted"}, {"S-1-16-4096", "Low"},     {"S-1-16-8192", "Medium"},     {"S-1-16-8448", "MediumPlus"},
    {"S-1-16-12288", "High"},  {"S-1-16-16384", "System"}, {"S-1-16-20480", "Protected"},
};
constexpr Pair kServiceAccounts[] = {
    {"S-1-5-18", "NT AUTHORITY\\SYSTEM"},
    {"S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE"},
    {"S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE"},
};
constexpr Pair kDirections[] = {{"%%14592", "false"},
                                {"Inbound", "false"},
                                {"ingress", "false"},
                                {"InboundConnectionAccepted", "false"},
                                {"%%14593", "true"},
                                {"Outbound", "true"},
                                {"egress", "true"},
                                {"connect", "true"},
                                {"accept", "false"},
                                {"accept4", "false"},
                                // Calls that laurel left as numbers: x86-64, aarch64 and riscv64, i386 and s390x.
                                {"42", "true"},
                                {"203", "true"},
                                {"362", "true"},
                                {"43", "false"},
                                {"202", "false"},
                                {"288", "false"},
                                {"242", "false"},
                                {"364", "false"},
                                {"ConnectionSuccess", "true"},
                                {"ConnectionAttempt", "true"},
                                {"ConnectionFailed", "true"},
                                {"ConnectionRequest", "true"}};
// What firewalls call letting through and not: pfSense, FortiGate, PAN-OS, Check Point, Cisco's message numbers, Zeek's
// states of a connection that was set up or refused.
constexpr Pair kBlockedWords[] = {
    {"allow", "false"},       {"allowed", "false"},   {"pass", "false"},        {"passed", "false"},
    {"accept", "false"},      {"accepted", "false"},  {"permit", "false"},      {"permitted", "false"},
    {"est-allowed", "false"}, {"forward", "false"},   {"alert", "false"},       {"302013", "false"},
    {"302014", "false"},      {"302015", "false"},    {"302016", "false"},      {"SF", "false"},
    {"S1", "false"},          {"S2", "false"},        {"S3", "false"},          {"RSTO", "false"},
    {"RSTR", "false"},        {"deny", "true"},       {"denied", "true"},       {"drop", "true"},
    {"dropped", "true"},      {"block", "true"},      {"blocked", "true"},      {"reject", "true"},
    {"reset", "true"},        {"reset-both", "true"}, {"reset-client", "true"}, {"reset-server", "true"},
    {"106001", "true"},       {"106006", "true"},     {"106007", "true"},       {"106014", "true"},
    {"106015", "true"},       {"106021", "true"},     {"106023", "true"},       {"REJ", "true"}};
constexpr Pair kProtocols[] = {{"1", "icmp"}, {"6", "tcp"}, {"17", "udp"}, {"58", "icmpv6"}};
// Roots as Sysmon abbreviates them; longest first.
constexpr Pair kRegistryRoots[] = {
    {"\\REGISTRY\\MACHINE\\SOFTWARE\\Classes", "HKCR"},
    {"\\REGISTRY\\MACHINE", "HKLM"},
    {"\\REGISTRY\\USER", "HKU"},
    {"HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes", "HKCR"},
    {"HKEY_LOCAL_MACHINE", "HKLM"},
    {"HKEY_USERS", "HKU"},
    {"HKEY_CURRENT_USER", "HKCU"},
    {"HKEY_CLASSES_ROOT", "HKCR"},
};
// Folders that lie on the system volume of an ordinary installation.
constexpr std::string_view kSystemFolders[] = {"\\windows\\", "\\program files\\", "\\program files (x86)\\",
                                               "\\programdata\\", "\\users\\"};

bool starts_with_folded(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_folded(text.substr(0, prefix.size()), prefix);
}

template <size_t kCount>
bool look_up(const Pair (&table)[kCount], std::string_view text, std::string* out) {
  for (const Pair& row : table) {
    if (equal_folded(row.from, text)) {
      *out = row.to;
      return true;
    }
  }
  return false;
}

bool parse_unsigned(std::string_view text, uint64_t* value) {
  int base = 10;
  if (starts_with_folded(text, "0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool integrity_level(std::string_view text, std::string* out) {
  if (look_up(kIntegrity, text, out)) return true;
  // Rendered: "Mandatory Label\High Mandatory Level".
  const size_t slash = text.rfind('\\');
  const size_t tail = text.find(" Mandatory Level");
  if (slash == std::string_view::npos || tail == std::string_view::npos || tail <= slash) return false;
  *out = text.substr(slash + 1, tail - slash - 1);
  return true;
}

bool hex_to_decimal(std::string_view text, std::string* out) {
  uint64_t value = 0;
  if (!parse_unsigned(text, &value)) return false;
  *out = std::to_string(value);
  return true;
}

// HKLM\SYSTEM\ControlSet00N is CurrentControlSet to Sysmon, and to the rules.
void name_control_set(std::string* path) {
  constexpr std::string_view kSets = "HKLM\\SYSTEM\\ControlSet";
  if (!starts_with_folded(*path, kSets)) return;
  size_t end = kSets.size();
  while (end < path->size() && (*path)[end] >= '0' && (*path)[end] <= '9') ++end;
  if (end != kSets.size() + 3 || (end < path->size() && (*path)[end] != '\\')) return;
  path->replace(0, end, "HKLM\\System\\CurrentControlSet");
}

bool registry_path(std::string_view key, std::string_view value_name, std::string* out) {
  if (key.empty()) return false;
  out->clear();
  for (const Pair& root : kRegistryRoots) {
    if (!starts_with_folded(key, root.from)) continue;
    if (key.size() > root.from.size() && key[root.from.size()] != '\\') continue;
    *out = root.to;
    key.remove_prefix(root.from.size());
    break;
  }
  out->append(key);
  name_control_set(out);
  if (!value_name.empty() && value_name != "-") out->append("\\").append(value_name);
  return true;
}

bool registry_operation(std::string_view text, std::string_view created, std::string* out) {
  if (text == "%%1904" || equal_folded(text, "New registry value created"))
    *out = created;
  else if (text == "%%1905" || equal_folded(text, "Existing registry value modified"))
    *out = "SetValue";
  else if (text == "%%1906" || equal_folded(text, "Registry value deleted"))
    *out = "DeleteValue";
  else
    return false;
  return true;
}

// %%1875 REG_BINARY, %%1876 REG_DWORD, %%1883 REG_QWORD; all others are text in both logs.
bool registry_details(std::string_view value, std::string_view type, std::string* out) {
  uint64_t number = 0;
  const bool dword = type == "%%1876" || type == "REG_DWORD";
  const bool qword = type == "%%1883" || type == "REG_QWORD";
  if (dword && parse_unsigned(value, &number) && number <= UINT32_MAX) {
    *out = fmt::format("DWORD (0x{:08x})", number);
  } else if (qword && parse_unsigned(value, &number)) {
    *out = fmt::format("QWORD (0x{:08x}-0x{:08x})", number >> 32, number & UINT32_MAX);
  } else if (type == "%%1875" || type == "REG_BINARY") {
    *out = "Binary Data";
  } else {
    *out = value;
  }
  return true;
}

bool domain_user(const std::vector<std::string>& texts, std::string* out) {
  if (texts.size() > 2 && look_up(kServiceAccounts, texts[2], out)) return true;
  if (texts.size() < 2 || texts[1].empty() || texts[1] == "-") return false;
  const std::string& domain = texts[0];
  *out = domain.empty() || domain == "-" ? texts[1] : domain + '\\' + texts[1];
  return true;
}

bool device_path(std::string_view text, std::string* out) {
  constexpr std::string_view kVolume = "\\device\\harddiskvolume";
  *out = text;
  if (text.empty()) return false;
  if (!starts_with_folded(text, kVolume)) return true;
  const size_t slash = text.find('\\', kVolume.size());
  if (slash == std::string_view::npos) return true;
  const std::string_view rest = text.substr(slash);
  const bool system = std::any_of(std::begin(kSystemFolders), std::end(kSystemFolders),
                                  [&](std::string_view folder) { return starts_with_folded(rest, folder); });
  if (system) *out = "C:" + std::string(rest);
  return true;
}

bool protocol(std::string_view text, std::string* out) {
  if (!look_up(kProtocols, text, out)) *out = text;
  return !text.empty();
}

// "SHA1=AB..,MD5=CD..": the digest of one algorithm.
bool hash_of(const std::vector<std::string>& texts, std::string_view algorithm, std::string* out) {
  for (std::string_view rest : texts) {
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      std::string_view one = rest.substr(0, comma);
      while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
      const size_t equals = one.find('=');
      if (equals != std::string_view::npos && equal_folded(one.substr(0, equals), algorithm)) {
        *out = one.substr(equals + 1);
        return true;
      }
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

// Defender: "file:_C:\a.exe; containerfile:_C:\b.zip". The resource kind goes, the paths stay.
bool strip_file_prefix(std::string_view text, std::string* out) {
  out->clear();
  if (text.empty()) return false;
  for (;;) {
    const size_t end = std::min(text.find("; "), text.size());
    std::string_view one = text.substr(0, end);
    const size_t mark = one.find(":_");
    const bool kind = mark != std::string_view::npos && mark > 0 &&
                      std::all_of(one.begin(), one.begin() + static_cast<ptrdiff_t>(mark),
                                  [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (kind) one.remove_prefix(mark + 2);
    out->append(one);
    if (end == text.size()) return true;
    out->append("; ");
    text.remove_prefix(end + 2);
  }
}

bool key_value_line(const std::vector<std::string>& texts, std::string_view key, std::string* out) {
  for (std::string_view rest : texts) {
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
      while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (line.size() > key.size() && line[key.size()] == '=' && equal_folded(line.substr(0, key.size()), key)) {
        *out = line.substr(key.size() + 1);
        return true;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

// The kernel gives user 0 its rights whatever a file names it, and rules say root; other numbers stay.
bool unix_user(const std::vector<std::string>& texts, std::string* out) {
  const auto said = std::find_if(texts.begin(), texts.end(), [](const std::string& one) { return !one.empty(); });
  if (said == texts.end()) return false;
  *out = *said == "0" ? "root" : *said;
  return true;
}

bool ecs_user(const std::vector<std::string>& texts, std::string* out) {
  if (!texts.empty() && !texts[0].empty()) {
    *out = texts[0];
    return true;
  }
  return texts.size() > 2 && domain_user({texts[1], texts[2]}, out);
}

bool ecs_hashes(const std::vector<std::string>& texts, std::string* out) {
  if (!texts.empty() && !texts[0].empty()) {
    *out = texts[0];
    return true;
  }
  out->clear();
  for (size_t i = 1; i < texts.size(); ++i) {
    const char* algorithm = nullptr;
    if (texts[i].size() == 32)
      algorithm = out->find("MD5=") == std::string::npos ? "MD5=" : "IMPHASH=";
    else if (texts[i].size() == 40)
      algorithm = "SHA1=";
    else if (texts[i].size() == 64)
      algorithm = "SHA256=";
    if (algorithm == nullptr) continue;
    if (!out->empty()) out->push_back(',');
    out->append(algorithm).append(texts[i]);
  }
  return !out->empty();
}

bool ecs_direction(std::string_view own, std::string_view direction, std::string* out) {
  if (own.empty()) return look_up(kDirections, direction, out);
  *out = own;
  return true;
}

// NXLog's own words for severity and outcome, which it puts where the event's EventType stood.
bool is_collectors_word(std::string_view text) {
  constexpr std::string_view kWords[] = {"INFO", "WARNING", "ERROR", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"};
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords);
}

// The rendered message of Sysmon: "EventType: CreateKey" on a line of its own.
bool message_line(std::string_view own, std::string_view message, std::string_view key, std::string* out) {
  if (!own.empty() && !is_collectors_word(own)) {
    *out = own;
    return true;
  }
  while (!message.empty()) {
    const size_t end = std::min(message.find('\n'), message.size());
    std::string_view line = message.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > key.size() + 1 && line.starts_with(key) && line.substr(key.size(), 2) == ": ") {
      *out = line.substr(key.size() + 2);
      return true;
    }
    message.remove_prefix(std::min(end + 1, message.size()));
  }
  return false;
}

// "anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh": pairs parted by " ; ".
bool message_pair(std::string_view own, std::string_view message, std::string_view key, std::string* out) {
  *out = own;
  if (!own.empty()) return true;
  const std::string mark = std::string(key) + '=';
  size_t at = message.find(mark);
  while (at != std::string_view::npos && at != 0 && message[at - 1] != ' ') at = message.find(mark, at + 1);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = message.substr(at + mark.size());
  *out = rest.substr(0, std::min(rest.find(" ;"), rest.size()));
  return true;
}

// The text of a JSON object's member, quotes taken off; empty where there is none. `object` has no objects inside.
std::string_view member_of(std::string_view object, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  size_t at = object.find(quoted);
  if (at == std::string_view::npos) return {};
  at = object.find_first_not_of(" :\t\r\n", at + quoted.size());
  if (at == std::string_view::npos) return {};
  if (object[at] != '"') return object.substr(at, std::min(object.find_first_of(",} \r\n", at), object.size()) - at);
  size_t end = at + 1;
  while (end < object.size() && object[end] != '"') end += object[end] == '\\' ? 2 : 1;
  return object.substr(at + 1, std::min(end, object.size()) - at - 1);
}

// Lists of pairs: Google's parameters [{"name":"NEW_VALUE","value":"false"}] (boolValue, intValue), Entra's properties
// [{"displayName":"X","newValue":"\"False\""}] and details [{"key":"X","value":"y"}]. Quotes inside the value go.
bool value_in(std::string_view object, std::string_view name, std::string* out) {
  const auto named = [&](const char* key) { return equal_folded(member_of(object, key), name); };
  if (!named("name") && !named("displayName") && !named("key")) return false;
  for (const char* key : {"value", "newValue", "boolValue", "intValue"}) {
    std::string_view value = member_of(object, key);
    if (value.starts_with("\\\"") && value.ends_with("\\\"") && value.size() >= 4)
      value = value.substr(2, value.size() - 4);
    *out = value;
    if (!out->empty()) return true;
  }
  return false;
}

// In each text but the first, the objects that hold no other.
bool named_member(const std::vector<std::string>& texts, std::string_view name, std::string* out) {
  if (!texts.empty() && !texts[0].empty()) {
    *out = texts[0];
    return true;
  }
  for (size_t i = 1; i < texts.size(); ++i) {
    const std::string_view text = texts[i];
    size_t open = 0;
    bool quoted = false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (quoted && text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        quoted = !quoted;
      } else if (!quoted && text[at] == '{') {
        open = at;
      } else if (!quoted && text[at] == '}' && value_in(text.substr(open, at + 1 - open), name, out)) {
        return true;
      }
    }
  }
  return false;
}

bool joined_arguments(const std::vector<std::string>& texts, std::string* out) {
  const auto found = std::find_if(texts.begin(), texts.end(), [](const std::string& text) { return !text.empty(); });
  if (found == texts.end()) return false;
  *out = *found;
  std::replace(out->begin(), out->end(), '\n', ' ');
  return true;
}

bool google_service(const std::vector<std::string>& texts, std::string* out) {
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    *out = text.find('.') == std::string::npos ? text + ".googleapis.com" : text;
    return true;
  }
  return false;
}

}  // namespace

bool translate(const FieldSource& source, const std::vector<std::string>& texts, std::string* out) {
  const auto text = [&](size_t index) { return index < texts.size() ? std::string_view(texts[index]) : ""; };
  switch (source.translation) {
    case Translation::kNone: *out = text(0); return !texts.empty();
    case Translation::kIntegrityLevel: return integrity_level(text(0), out);
    case Translation::kHexToDecimal: return hex_to_decimal(text(0), out);
    case Translation::kRegistryPath: return registry_path(text(0), text(1), out);
    case Translation::kRegistryOperation: return registry_operation(text(0), source.argument, out);
    case Translation::kRegistryDetails: return registry_details(text(0), text(1), out);
    case Translation::kDirection: return look_up(kDirections, text(0).empty() ? text(1) : text(0), out);
    case Translation::kProtocol: return protocol(text(0), out);
    case Translation::kDomainUser: return domain_user(texts, out);
    case Translation::kDevicePath: return device_path(text(0), out);
    case Translation::kHashOf: return hash_of(texts, source.argument, out);
    case Translation::kStripFilePrefix: return strip_file_prefix(text(0), out);
    case Translation::kEcsUser: return ecs_user(texts, out);
    case Translation::kEcsHashes: return ecs_hashes(texts, out);
    case Translation::kEcsDirection: return ecs_direction(text(0), text(1), out);
    case Translation::kMessageLine: return message_line(text(0), text(1), source.argument, out);
    case Translation::kMessagePair: return message_pair(text(0), text(1), source.argument, out);
    case Translation::kNamedMember: return named_member(texts, source.argument, out);
    case Translation::kJoinedArguments: return joined_arguments(texts, out);
    case Translation::kUnixUser: return unix_user(texts, out);
    case Translation::kGoogleService: return google_service(texts, out);
    case Translation::kBlocked:  // the first that says it
      return std::any_of(texts.begin(), texts.end(),
                         [&](const std::string& one) { return look_up(kBlockedWords, one, out); });
    case Translation::kKeyValueLine: return key_value_line(texts, source.argument, out);
  }
  return false;
}

}  // namespace sil
