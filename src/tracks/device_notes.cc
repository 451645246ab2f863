#include "tracks/device_notes.h"

#include <algorithm>

#include "bytes/text.h"
#include "tracks/device_deeds.h"

namespace sil::tracks {
namespace {

std::string text_of(FieldFinder& field, const Event& event) {
  std::string out;
  append_text(field.in(event), &out);
  return out;
}

// "https(203.0.113.9)", "10.0.0.5:50001": the address in it; empty = none.
std::string address_in(std::string text) {
  if (const size_t open = text.rfind('('); open != std::string::npos) {
    text = text.substr(open + 1);
    text.resize(std::min(text.find(')'), text.size()));
  }
  const bool address = text.find_first_of("0123456789") != std::string::npos &&
                       text.find_first_not_of("0123456789abcdefABCDEF.:") == std::string::npos &&
                       text.find_first_of(".:") != std::string::npos;
  return address ? text : std::string();
}

std::string value_behind(const std::string& text, std::string_view mark) {
  const size_t at = text.find(mark);
  if (at == std::string::npos) return {};
  const size_t begin = at + mark.size();
  size_t end = std::min(text.find_first_of(" ,;)\"'", begin), text.size());
  while (end > begin && text[end - 1] == '.') --end;
  return text.substr(begin, end - begin);
}

}  // namespace

bool DeviceNotes::of_device(const LogKind& kind) {
  return kind.schema == "cisco" || kind.schema == "fortigate" || kind.schema == "panos" || kind.schema == "ivanti";
}

void DeviceNotes::add(const Event& event, const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes) {
  const std::string& schema = event.kind->schema;
  Said said;
  const bool any = schema == "cisco"       ? cisco(event, &said)
                   : schema == "fortigate" ? fortigate(event, &said)
                   : schema == "panos"     ? panos(event, &said)
                                           : ivanti(event, &said);
  if (any) note(event, said, cite, notes);
}

bool DeviceNotes::cisco(const Event& event, Said* said) {
  const std::string mnemonic = text_of(mnemonic_, event);
  said->login = mnemonic == "605005" || mnemonic.ends_with("LOGIN_SUCCESS") || mnemonic == "CONFIG_I";
  const bool command = mnemonic == "111008" || mnemonic == "111010" || mnemonic == "CFGLOG_LOGGEDCMD" ||
                       mnemonic == "AAA_ACCOUNTING_MESSAGE";
  if (command) said->command = text_of(command_, event);
  if (mnemonic == "LOGGINGHOST_STARTSTOP") said->command = text_of(message_, event);
  said->restart = mnemonic == "RESTART";
  if (!said->login && !said->restart && said->command.empty()) return false;
  said->user = event.text("user");
  said->address = address_in(event.text("src_ip"));
  return true;
}

bool DeviceNotes::fortigate(const Event& event, Said* said) {
  const std::string id = text_of(logid_, event);
  if (id.size() < 9) return false;
  const std::string_view number = std::string_view(id).substr(id.size() - 5);
  const std::string_view kind = std::string_view(id).substr(0, id.size() - 5);  // type, subtype, the number's zero
  if (kind != "01000" && kind != "1000") return false;                          // event, system
  if (number == "32001") {
    said->login = true;
  } else if (number == "32044" || number == "32028" || number == "32029") {
    said->command = std::string(number) + ' ' + event.text("msg");
  } else if (number == "44546" || number == "44547") {
    said->command = text_of(cfgpath_, event);
    if (!said->command.starts_with("log.")) return false;
    said->command += ' ' + event.text("cfgattr");
  } else {
    return false;
  }
  said->user = event.text("user");
  said->address = address_in(event.text("srcip"));
  if (said->address.empty()) said->address = address_in(event.text("ui"));
  return true;
}

bool DeviceNotes::panos(const Event& event, Said* said) {
  const std::string type = text_of(type_, event);
  if (type == "SYSTEM") {
    said->command = text_of(opaque_, event);
    said->user = value_behind(said->command, " by user ");
    if (said->user.empty()) said->user = value_behind(said->command, " by ");
    said->address = address_in(value_behind(said->command, " from "));
    return true;
  }
  if (type != "CONFIG") return false;
  said->command = event.text("cmd") + ' ' + text_of(path_, event);
  said->user = event.text("admin");
  for (const LayoutField& field : event.layout->fields) {  // not the relay's, which stands behind it
    if (field.path != "host") continue;
    std::string host;
    append_text(event.value(field), &host);
    said->address = address_in(host);
    break;
  }
  return event.text("result") != "Failed" && event.text("result") != "Unauthorized";
}

bool DeviceNotes::ivanti(const Event& event, Said* said) {
  const std::string code = text_of(code_, event);
  if (!code.starts_with("ADM")) return false;
  said->command = text_of(msg_, event);
  if (code == "ADM20599") said->command = "log cleared: " + said->command;  // whatever the language of its text
  said->user = event.text("user");
  said->address = address_in(event.text("src"));
  return true;
}

void DeviceNotes::add_page(const Event& event, const std::string& message,
                           const std::function<Citation(const Event&)>& cite, std::vector<Note>* notes) {
  if (!message.starts_with("/status_logs") && !message.starts_with("/diag_logs") &&
      !message.starts_with("/system_advanced_syslog"))
    return;
  Said said;
  said.command = message;
  if (const size_t at = message.find('@'); at != std::string::npos) {
    const size_t begin = message.find_last_of(" '", at);
    if (begin != std::string::npos) said.user = message.substr(begin + 1, at - begin - 1);
    const size_t end = std::min(message.find_first_of(" '", at), message.size());
    said.address = address_in(message.substr(at + 1, end - at - 1));
  }
  note(event, said, cite, notes);
}

void DeviceNotes::note(const Event& event, const Said& said, const std::function<Citation(const Event&)>& cite,
                       std::vector<Note>* notes) {
  const std::string& schema = event.kind->schema;
  const std::string command = folded(said.command);
  const bool tells = !command.empty() && device_deed(schema, command).any();
  // What may take a deed back again is kept as well.
  const bool again = schema == "cisco" ? command.starts_with("logging ")
                                       : command.starts_with("log.") && command.find("enable]") != std::string::npos;
  if (!tells && !again && !said.login && !said.restart) return;
  Note note;
  note.interest = said.restart ? Interest::kHostState : Interest::kDevice;
  if (said.restart) note.fields.emplace_back("program", "cisco");
  note.source = event.source;
  note.time = event.time;
  note.host = event.text("Computer");
  if (note.host.empty() && schema == "ivanti") note.host = event.text("vpn");
  note.channel = schema;
  note.record_id = event.record_id;
  std::string text = said.command;
  clip_text(0, &text);
  note.fields.emplace_back(said.login ? "login" : "command", std::move(text));
  note.fields.emplace_back("user", said.user);
  note.fields.emplace_back("src_ip", said.address);
  note.citation = cite(event);
  notes->push_back(std::move(note));
}

}  // namespace sil::tracks
