// Ivanti Connect Secure (Pulse Secure): the standard line "2024-05-30 10:11:12 - ive - [192.0.2.7] anna(Realm)[Roles]
// - text", with "PulseSecure: - - - " before it, and WELF `id=firewall time="2024-05-30 10:11:12" pri=6 fw=.. vpn=ive
// user=.. msg=".."`.
#include <algorithm>

#include "ingest/key_values.h"
#include "ingest/line_formats.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

// AUT24414, ADM20664: the message's code, at the beginning of its text.
void add_message(std::string_view text, LineRecord* record) {
  size_t at = 0;
  while (at < text.size() && at < 3 && text[at] >= 'A' && text[at] <= 'Z') ++at;
  size_t end = at;
  while (end < text.size() && end < 10 && text[end] >= '0' && text[end] <= '9') ++end;
  if (at == 3 && end > at && end < text.size() && text[end] == ':') record->add("code", text.substr(0, end));
}

bool take_welf(std::string_view text, LineRecord* record) {
  if (!text.starts_with("id=firewall ") || text.find(" vpn=") == std::string_view::npos) return false;
  record->schema = &taxonomy::kIvanti;
  add_key_values(text, ' ', '=', record);
  const std::string_view time = record->get("time");
  if (time.size() >= 19) parse_plain_time(time.substr(0, 10), time.substr(11), &record->time);
  add_message(record->get("msg"), record);
  return true;
}

bool take_standard(std::string_view text, LineRecord* record) {
  while (text.starts_with("- ")) text.remove_prefix(2);
  if (text.size() < 30 || text[4] != '-' || text[10] != ' ' || text.substr(19, 3) != " - ") return false;
  Timestamp time;
  if (!parse_plain_time(text.substr(0, 10), text.substr(11, 8), &time)) return false;
  std::string_view rest = text.substr(22);
  const size_t node = rest.find(" - [");
  if (node == std::string_view::npos || node > 64) return false;
  record->schema = &taxonomy::kIvanti;
  record->time = time;
  record->add("vpn", rest.substr(0, node));
  rest.remove_prefix(node + 4);
  const size_t close = std::min(rest.find(']'), rest.size());
  if (close != 0) record->add("src", rest.substr(0, close));
  rest.remove_prefix(std::min(close + 2, rest.size()));
  const size_t dash = rest.find(" - ");
  if (dash == std::string_view::npos) return true;
  const std::string_view who = rest.substr(0, dash), message = rest.substr(dash + 3);
  const size_t realm = who.find('('), end = who.find(')', std::min(realm, who.size()));
  if (realm != 0) record->add("user", who.substr(0, realm));
  if (realm != std::string_view::npos && end != std::string_view::npos && end > realm + 1)
    record->add("realm", who.substr(realm + 1, end - realm - 1));
  const size_t roles = who.find('['), roles_end = who.find(']', std::min(roles, who.size()));
  if (roles != std::string_view::npos && roles_end != std::string_view::npos && roles_end > roles + 1)
    record->add("roles", who.substr(roles + 1, roles_end - roles - 1));
  record->add("msg", message);
  add_message(message, record);
  return true;
}

bool take_ivanti(std::string_view text, const SyslogHeader&, LineRecord* record) {
  return take_welf(text, record) || take_standard(text, record);
}

}  // namespace

constinit const LineFormat kIvantiLines = {.name = "ivanti",
                                           .title = "Ivanti Connect Secure (Pulse)",
                                           .strict = false,
                                           .confidence = 88,
                                           .payload = take_ivanti};

}  // namespace sil::ingest
