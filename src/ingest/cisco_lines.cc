// Cisco ASA, FTD and IOS: "%FACILITY-SEVERITY-MNEMONIC: text" (ASA syslog messages guide; IOS system message guide).
// What a text says is named for the messages that connections, VPN leases, logins and commands leave.
//
// Direction: 302013 and 302015 name the end on the less trusted interface first, whoever began; "inbound" says that end
// began, "outbound" the other. 302014 and 302016 have no such word: their `ip`, `port`, `interface` hold both ends, in
// that order, and which of them began is not known from the line.
#include <algorithm>

#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

bool is_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// A text with places: "<src> blank <port>"; '{name}' takes up to the character behind it.
struct Message {
  std::string_view id, pattern;
  std::string_view begins = {};  // the row is for texts that begin so
};
constexpr Message kMessages[] = {
    {"302013",
     "Built {direction} TCP connection {session} for {dst_if}:{dst_ip}/{dst_port} ({*}) to "
     "{src_if}:{src_ip}/{src_port} (",
     "Built outbound"},  // the far end is named first, whoever began
    {"302013",
     "Built {direction} TCP connection {session} for {src_if}:{src_ip}/{src_port} ({*}) to "
     "{dst_if}:{dst_ip}/{dst_port} ("},
    {"302015",
     "Built {direction} UDP connection {session} for {dst_if}:{dst_ip}/{dst_port} ({*}) to "
     "{src_if}:{src_ip}/{src_port} (",
     "Built outbound"},  // the far end is named first, whoever began
    {"302015",
     "Built {direction} UDP connection {session} for {src_if}:{src_ip}/{src_port} ({*}) to "
     "{dst_if}:{dst_ip}/{dst_port} ("},
    {"302014",
     "Teardown TCP connection {session} for {interface}:{ip}/{port} to "
     "{interface}:{ip}/{port} duration {duration} bytes {bytes} "},
    {"302016",
     "Teardown UDP connection {session} for {interface}:{ip}/{port} to "
     "{interface}:{ip}/{port} duration {duration} bytes {bytes} "},
    {"106023",
     "Deny {proto} src {src_if}:{src_ip} dst {dst_if}:{dst_ip} (type {icmp_type}, code {icmp_code}) by "
     "access-group \"{rule}\"",
     "Deny icmp"},
    {"106023",
     "Deny {proto} src {src_if}:{src_ip}/{src_port} dst {dst_if}:{dst_ip}/{dst_port} by "
     "access-group \"{rule}\""},
    {"106006", "Deny inbound UDP from {src_ip}/{src_port} to {dst_ip}/{dst_port} on interface {src_if}\n"},
    {"106014", "Deny inbound {proto} src {src_if}:{src_ip} dst {dst_if}:{dst_ip} (type {icmp_type}, code {icmp_code})"},
    {"106015",
     "Deny TCP (no connection) from {src_ip}/{src_port} to {dst_ip}/{dst_port} flags {flags} on interface "
     "{src_if}\n"},
    {"106021", "Deny {proto} reverse path check from {src_ip} to {dst_ip} on interface {src_if}\n"},
    {"106001", "Inbound TCP connection denied from {src_ip}/{src_port} to {dst_ip}/{dst_port} "},
    {"106100", "access-list {rule} {action} {proto} {src_if}/{src_ip}({src_port}) -> {dst_if}/{dst_ip}({dst_port}) "},
    {"113039", "Group <{group}> User <{user}> IP <{src_ip}> "},
    {"113019", "Group = {group}, Username = {user}, IP = {src_ip}, "},
    {"113004", "AAA user authentication Successful : server = {server} : user = {user} "},
    {"113005",
     "AAA user authentication Rejected : reason = {reason} : server = {server} : user = {user} "
     ": user IP = {src_ip} "},
    {"113015",
     "AAA user authentication Rejected : reason = {reason} : local database : user = {user} : "
     "user IP = {src_ip} "},
    {"722051", "Group <{group}> User <{user}> IP <{src_ip}> IPv4 Address <{assigned_ip}> "},
    {"722022", "Group <{group}> User <{user}> IP <{src_ip}> "},
    {"716001", "Group <{group}> User <{user}> IP <{src_ip}> "},
    {"605005", "Login permitted from {src_ip}/{src_port} to {interface}:{dst_ip}/{service} for user \"{user}\""},
    {"605004", "Login denied from {src_ip}/{src_port} to {interface}:{dst_ip}/{service} for user \"{user}\""},
    {"111008", "User '{user}' executed the '{command}' command."},
    {"111010", "User '{user}', running '{application}' from IP {src_ip}, executed '{command}'"},
    {"IPACCESSLOGP", "list {rule} {action} {proto} {src_ip}({src_port}) -> {dst_ip}({dst_port}), "},
    {"BADAUTH", "Invalid MD5 digest from {src_ip}({src_port}) to {dst_ip}({dst_port})"},
    {"CONFIG_P", "Configured programmatically by process {process} from {application} as {user} on {terminal}\n"},
    {"CONFIG_I", "Configured from {application} by {user} on {terminal} ({src_ip})"},
    {"AAA_ACCOUNTING_MESSAGE", "update:{src_ip}@{terminal}:{user}:{command}\n"},
    {"CFGLOG_LOGGEDCMD", "User:{user}  logged command:{command}\n"},
    {"LOGIN_SUCCESS", "Login Success [user: {user}] [Source: {src_ip}] [localport: {dst_port}]"},
    {"WEBLOGIN_SUCCESS", "Login Success [user: {user}] [Source: {src_ip}] "},
    {"LOGIN_FAILED", "Login failed [user: {user}] [Source: {src_ip}] [localport: {dst_port}]"},
};

// A port, with the name of a user of the identity firewall behind it: "50001(LOCAL\\anna)"; on IOS the interface.
std::string_view port_of(std::string_view text) {
  return text.substr(0, text.find_first_not_of("0123456789"));
}

// Fills fields as far as the text agrees with the pattern.
void add_named(std::string_view text, std::string_view pattern, LineRecord* record) {
  while (!pattern.empty()) {
    if (pattern.front() != '{') {
      if (pattern.front() == '\n') return;
      if (text.empty() || text.front() != pattern.front()) return;
      text.remove_prefix(1);
      pattern.remove_prefix(1);
      continue;
    }
    const size_t close = pattern.find('}');
    const std::string_view name = pattern.substr(1, close - 1);
    pattern.remove_prefix(close + 1);
    const size_t stop = std::min(pattern.find('{'), pattern.size());
    const std::string_view mark = pattern.substr(0, stop);  // the text up to the next place
    size_t end = mark == "\n" ? std::string_view::npos : text.find(mark.empty() ? "\n" : mark);
    if (end == std::string_view::npos && name == "src_ip" && mark.size() == 1) end = text.size();
    if (end == std::string_view::npos) {
      if (mark != "\n") return;
      end = text.size();
    }
    const std::string_view value = name.ends_with("port") ? port_of(text.substr(0, end)) : text.substr(0, end);
    if (name != "*" && !value.empty()) record->add(name, value);
    text.remove_prefix(end);
  }
}

// "126: May 30 10:11:14" of the device, behind a relay's time: the number.
std::string_view number_before(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  return end != 0 && text.substr(end).starts_with(": ") ? text.substr(0, end) : std::string_view();
}

bool take_cisco(std::string_view text, const SyslogHeader& header, LineRecord* record) {
  std::string_view sequence = header.sequence;
  if (!text.starts_with('%')) {
    if (header.priority < 0 && !header.timed) return false;
    const size_t mark = text.substr(0, 64).find(": %");  // a second time, from the device, behind the relay's
    if (mark == std::string_view::npos) return false;
    if (const std::string_view own = number_before(text); !own.empty()) sequence = own;
    const std::string_view tag = header.program;  // which it looks like behind a relay's host
    if (sequence.empty() && tag.find_first_not_of("0123456789") == std::string_view::npos) sequence = tag;
    text.remove_prefix(mark + 2);
  }
  size_t end = 1;
  while (end < text.size() && end < 64 && is_name(text[end])) ++end;
  if (end >= text.size() || text[end] != ':') return false;
  const std::string_view whole = text.substr(1, end - 1);
  const size_t last = whole.rfind('-');
  if (last == std::string_view::npos || last < 3 || whole[last - 2] != '-' || whole[last - 1] < '0' ||
      whole[last - 1] > '7')
    return false;
  std::string_view body = text.substr(end + 1);
  while (body.starts_with(' ')) body.remove_prefix(1);
  const std::string_view mnemonic = whole.substr(last + 1);
  record->schema = &taxonomy::kCisco;
  record->add("facility", whole.substr(0, last - 2));
  record->add("severity", whole.substr(last - 1, 1));
  record->add("mnemonic", mnemonic);
  if (!sequence.empty()) record->add("sequence", sequence);
  if (!header.clock_mark.empty()) record->add("clock", header.clock_mark);
  if (!header.zone_name.empty()) record->add("zone", header.zone_name);
  record->add("message", body);
  for (const Message& row : kMessages) {
    const bool alike = row.id.size() == mnemonic.size() && row.id.back() == mnemonic.back();  // most differ there
    if (alike && row.id == mnemonic && body.starts_with(row.begins)) {
      add_named(body, row.pattern, record);
      break;
    }
  }
  return true;
}

}  // namespace

constinit const LineFormat kCiscoLines = {
    .name = "cisco", .title = "Cisco ASA, FTD and IOS", .strict = false, .confidence = 88, .payload = take_cisco};

}  // namespace sil::ingest
