// Cisco ASA, FTD and IOS: "%FACILITY-SEVERITY-MNEMONIC: text" (ASA syslog messages guide; IOS system message guide).
// What a text says is named for the messages that connections, VPN leases, logins and commands leave.
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
     "Teardown TCP connection {session} for {src_if}:{src_ip}/{src_port} to "
     "{dst_if}:{dst_ip}/{dst_port} duration {duration} bytes {bytes} "},
    {"302016",
     "Teardown UDP connection {session} for {src_if}:{src_ip}/{src_port} to "
     "{dst_if}:{dst_ip}/{dst_port} duration {duration} bytes {bytes} "},
    {"106023",
     "Deny {proto} src {src_if}:{src_ip}/{src_port} dst {dst_if}:{dst_ip}/{dst_port} by "
     "access-group \"{rule}\""},
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
    {"CONFIG_I", "Configured from {application} by {user} on {terminal} ({src_ip})"},
    {"AAA_ACCOUNTING_MESSAGE", "update:{src_ip}@{terminal}:{user}:{command}\n"},
    {"CFGLOG_LOGGEDCMD", "User:{user}  logged command:{command}\n"},
    {"LOGIN_SUCCESS", "Login Success [user: {user}] [Source: {src_ip}] [localport: {dst_port}]"},
    {"LOGIN_FAILED", "Login failed [user: {user}] [Source: {src_ip}] [localport: {dst_port}]"},
};

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
    if (name != "*" && end != 0) record->add(name, text.substr(0, end));
    text.remove_prefix(end);
  }
}

bool take_cisco(std::string_view text, const SyslogHeader& header, LineRecord* record) {
  if (!text.starts_with('%')) {
    if (header.priority < 0 && !header.timed) return false;
    const size_t mark = text.substr(0, 64).find(": %");  // a second time, from the device, behind the relay's
    if (mark == std::string_view::npos) return false;
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
  record->add("message", body);
  for (const Message& row : kMessages) {
    if (row.id == mnemonic && body.starts_with(row.begins)) {
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
