#include "ingest/audit_record.h"

#include <algorithm>
#include <charconv>

#include "ingest/address_text.h"
#include "ingest/json_layout.h"

namespace sil::ingest {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int upper_hex(char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_encoded(std::string_view text) {
  return text.size() >= 2 && text.size() % 2 == 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return upper_hex(c) >= 0; });
}

// Fields that the kernel and the daemons write encoded when they hold a blank, a quote or a control character
// (auparse typetab.h: ESCAPED, ESCAPED_KEY, ESCAPED_FILE, PROCTITLE, TTY_DATA).
constexpr std::string_view kEncodable[] = {
    "acct", "cgroup",    "cmd",      "comm",  "cwd",    "data",     "device",
    "dir",  "exe",       "file",     "grp",   "key",    "name",     "new-fs",
    "vm",   "new_group", "new-disk", "ocomm", "old-fs", "old-disk", "invalid_context",
    "path", "proctitle", "root_dir", "sw",    "watch",  "root",     "acl"};

bool is_encodable(std::string_view key, std::string_view type) {
  if (key == "data") return type == "TTY" || type == "USER_TTY";
  return std::any_of(std::begin(kEncodable), std::end(kEncodable),  // the first byte tells most apart
                     [&](std::string_view one) { return one.size() == key.size() && one[0] == key[0] && one == key; });
}

bool is_argument(std::string_view key) {  // a0 .. a99999, a1[0]
  return key.size() > 1 && key[0] == 'a' && is_digit(key[1]);
}

uint64_t hex_number(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return number;
}

}  // namespace

bool parse_audit_head(std::string_view line, AuditHead* head) {
  *head = {};
  if (line.starts_with("node=")) {
    const size_t end = line.find(' ');
    if (end == std::string_view::npos) return false;
    head->node = line.substr(5, end - 5);
    line.remove_prefix(end + 1);
  }
  if (!line.starts_with("type=")) return false;
  const size_t end = line.find(' ');
  constexpr std::string_view kMark = "msg=audit(";
  if (end == std::string_view::npos || end > 5 + 64 || line.substr(end + 1, kMark.size()) != kMark) return false;
  head->type = line.substr(5, end - 5);
  if (head->type.starts_with("UNKNOWN[")) head->type = audit_type_name(head->type);
  const size_t stamp = end + 1 + kMark.size();
  const size_t close = line.find(')', stamp);
  if (close == std::string_view::npos || close - stamp > 64 || head->type.empty()) return false;
  head->stamp = line.substr(stamp, close - stamp);
  size_t body = close + 1;
  while (body < line.size() && (line[body] == ':' || line[body] == ' ')) ++body;
  head->body = line.substr(body);
  return true;
}

bool parse_audit_stamp(std::string_view stamp, Timestamp* time, uint64_t* serial) {
  const size_t colon = stamp.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view number = stamp.substr(colon + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), *serial);
  if (error != std::errc() || end != number.data() + number.size()) return false;
  const std::string_view seconds = stamp.substr(0, colon);
  if (seconds.empty() || !std::all_of(seconds.begin(), seconds.end(), [](char c) { return is_digit(c) || c == '.'; }))
    return false;
  return parse_epoch(seconds, time);
}

void AuditEventBuilder::begin(const AuditHead& first) {
  paths_.clear();
  arguments_.clear();
  cwd_ = arch_ = syscall_ = syscall_name_ = family_ = split_key_ = {};
  std::fill(std::begin(registers_), std::end(registers_), std::string_view());
  split_.clear();
  execve_ = -1;
  parse_audit_stamp(first.stamp, &record_->time, &record_->record_id);
  if (!first.node.empty()) record_->add("node", first.node);
}

// key=value, key="value", key='pairs', behind 0x1D the same; a value without quotes ends at a blank.
template <class Visit>
void AuditEventBuilder::for_each_pair(std::string_view body, Visit&& visit) {
  size_t at = 0;
  while (at < body.size()) {
    while (at < body.size() && (body[at] == ' ' || body[at] == '\x1d' || body[at] == ',')) ++at;
    size_t equals = at;
    while (equals < body.size() && body[equals] != '=' && body[equals] != ' ' && body[equals] != '\x1d') ++equals;
    if (equals >= body.size() || body[equals] != '=' || equals == at || equals - at > 64) {
      at = equals + (equals == at ? 1 : 0);
      continue;  // a word that is no pair
    }
    Pair pair{body.substr(at, equals - at), {}, false};
    at = equals + 1;
    if (at < body.size() && body[at] == '"') {
      size_t end = body.find('"', at + 1);
      end = std::min(end, body.size());
      pair.value = body.substr(at + 1, end - at - 1);
      pair.quoted = true;
      at = std::min(end + 1, body.size());
    } else if (at < body.size() && body[at] == '\'') {
      const size_t limit = std::min(body.find('\x1d', at), body.size());
      size_t end = body.substr(0, limit).rfind('\'');
      if (end <= at) end = limit;
      for_each_pair(body.substr(at + 1, end - at - 1), visit);
      at = std::min(end + 1, body.size());
      continue;
    } else if (at < body.size() && body[at] == '{') {  // SADDR={ saddr_fam=inet laddr=10.0.0.1 lport=22 }
      const size_t end = std::min(body.find('}', at), body.size());
      for_each_pair(body.substr(at + 1, end - at - 1), visit);
      at = std::min(end + 1, body.size());
      continue;
    } else {
      size_t end = at;
      while (end < body.size() && body[end] != ' ' && body[end] != '\x1d') ++end;
      pair.value = body.substr(at, end - at);
      if (pair.value.ends_with(',')) pair.value.remove_suffix(1);
      at = end;
    }
    visit(pair);
  }
}

std::string_view AuditEventBuilder::decode_hex(std::string_view hex, bool nul_to_blank) {
  char* out = record_->room(hex.size() / 2);
  size_t size = 0;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    const char c = static_cast<char>(upper_hex(hex[i]) << 4 | upper_hex(hex[i + 1]));
    out[size++] = c == '\0' && nul_to_blank ? ' ' : c;
  }
  while (size > 0 && nul_to_blank && out[size - 1] == ' ') --size;
  return {out, size};
}

std::string_view AuditEventBuilder::text_of(const AuditHead& head, const Pair& pair) {
  if (pair.quoted || !is_encoded(pair.value) || !is_encodable(pair.key, head.type)) return pair.value;
  return decode_hex(pair.value, pair.key == "proctitle" || pair.key == "cmd");
}

void AuditEventBuilder::add_key(int32_t group, std::string_view value) {
  while (!value.empty()) {  // several keys of one rule are parted by 0x01
    const size_t end = std::min(value.find('\x01'), value.size());
    record_->add_in(group, "key", value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

void AuditEventBuilder::end_split_argument(int32_t group) {
  if (split_key_.empty()) return;
  std::string_view text = record_->keep(split_);
  if (is_encoded(text)) text = decode_hex(text, false);
  record_->add_in(group, split_key_, text);
  arguments_.push_back(text);
  split_key_ = {};
  split_.clear();
}

void AuditEventBuilder::add_execve(int32_t group, const Pair& pair) {
  const size_t bracket = pair.key.find('[');
  if (bracket != std::string_view::npos) {  // a1[0]=..: a piece of a long argument
    const std::string_view name = pair.key.substr(0, bracket);
    if (name != split_key_) end_split_argument(group);
    split_key_ = name;
    split_ += pair.value;
    return;
  }
  if (pair.key.ends_with("_len")) {  // a1_len=..: says that pieces follow
    record_->add_in(group, pair.key, pair.value);
    return;
  }
  end_split_argument(group);
  std::string_view text = pair.value;
  if (!pair.quoted && is_encoded(text)) text = decode_hex(text, false);
  record_->add_in(group, pair.key, text);
  arguments_.push_back(text);
}

void AuditEventBuilder::add_access_vector(int32_t group, std::string_view body) {
  // "avc:  denied  { read write } for  pid=.."
  const size_t open = body.find('{'), close = body.find('}');
  if (!body.starts_with("avc:") || open == std::string_view::npos || close == std::string_view::npos || close < open)
    return;
  std::string_view result = body.substr(4, open - 4), permissions = body.substr(open + 1, close - open - 1);
  for (std::string_view* text : {&result, &permissions}) {
    while (text->starts_with(' ')) text->remove_prefix(1);
    while (text->ends_with(' ')) text->remove_suffix(1);
  }
  record_->add_in(group, "seresult", result);
  record_->add_in(group, "seperms", permissions);
}

void AuditEventBuilder::add_pair(const AuditHead& head, int32_t group, const Pair& pair) {
  if (kind_ == Kind::kExecve && is_argument(pair.key)) {
    add_execve(group, pair);
    return;
  }
  const std::string_view text = text_of(head, pair);
  if (pair.key == "key") {
    add_key(group, text);
    return;
  }
  record_->add_in(group, pair.key, text);
  switch (kind_) {
    case Kind::kSyscall:
      if (pair.key == "arch") arch_ = text;
      if (pair.key == "syscall") syscall_ = text;
      if (pair.key == "SYSCALL") syscall_name_ = text;
      if (pair.key.size() == 2 && pair.key[0] == 'a' && pair.key[1] >= '0' && pair.key[1] <= '2')
        registers_[pair.key[1] - '0'] = text;
      break;
    case Kind::kCwd:
      if (pair.key == "cwd") cwd_ = text;
      break;
    case Kind::kPath:
      if (pair.key == "name") paths_.push_back({text, {}});
      if (pair.key == "nametype" && !paths_.empty()) paths_.back().nametype = text;
      break;
    case Kind::kSockaddr:
      if (pair.key == "saddr_fam") family_ = text;
      if (pair.key == "saddr" && head.body.find("SADDR=") == std::string_view::npos) add_socket(group, pair.value);
      break;
    case Kind::kExecve:
    case Kind::kOther: break;
  }
}

AuditEventBuilder::Kind AuditEventBuilder::kind_of(std::string_view type) {
  if (type == "SYSCALL") return Kind::kSyscall;
  if (type == "EXECVE") return Kind::kExecve;
  if (type == "CWD") return Kind::kCwd;
  if (type == "PATH") return Kind::kPath;
  return type == "SOCKADDR" ? Kind::kSockaddr : Kind::kOther;
}

void AuditEventBuilder::add(const AuditHead& head) {
  record_->add("type", head.type);
  if (head.type == "EOE") return;
  kind_ = kind_of(head.type);
  int32_t group = kind_ == Kind::kExecve ? execve_ : -1;
  if (group < 0) group = record_->group(head.type);
  if (kind_ == Kind::kExecve) execve_ = group;
  if (head.body.starts_with("avc:")) add_access_vector(group, head.body);
  const std::string_view body =
      head.body.starts_with("avc:") ? head.body.substr(std::min(head.body.find('}'), head.body.size())) : head.body;
  for_each_pair(body, [&](const Pair& pair) { add_pair(head, group, pair); });
  if (kind_ == Kind::kSyscall && syscall_name_.empty()) {
    syscall_name_ = syscall_name(arch_, syscall_);
    if (!syscall_name_.empty()) record_->add_in(group, "SYSCALL", syscall_name_);
  }
}

// struct sockaddr in hex, little-endian family (2 = inet, 10 = inet6, 1 = local).
void AuditEventBuilder::add_socket(int32_t group, std::string_view hex) {
  if (!is_encoded(hex) || hex.size() < 4) return;
  const std::string_view bytes = decode_hex(hex, false);
  const auto byte = [&](size_t i) { return i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0U; };
  const unsigned family = byte(0) | byte(1) << 8;
  Bytes address;
  if (family == 1) {
    record_->add_in(group, "saddr_fam", "local");
    std::string_view path = bytes.substr(2);
    if (path.starts_with('\0')) path.remove_prefix(1);  // abstract
    record_->add_in(group, "path", path.substr(0, path.find('\0')));
    return;
  }
  if (family == 2 && bytes.size() >= 8) {
    address = as_bytes(bytes.substr(4, 4));
  } else if (family == 10 && bytes.size() >= 24) {
    address = as_bytes(bytes.substr(8, 16));
  } else {
    return;
  }
  family_ = family == 2 ? "inet" : "inet6";
  record_->add_in(group, "saddr_fam", family_);
  record_->add_in(group, "laddr", record_->keep(address_text(address)));
  record_->add_in(group, "lport", record_->keep(std::to_string(byte(2) << 8 | byte(3))));
}

// Does a relative name begin at the working directory? Calls on an open directory name that by its number alone.
bool AuditEventBuilder::from_cwd(bool written) const {
  constexpr std::string_view kAtCalls[] = {"openat",    "openat2", "mkdirat",   "mknodat",  "unlinkat", "renameat",
                                           "renameat2", "linkat",  "symlinkat", "fchmodat", "fchownat"};
  if (std::find(std::begin(kAtCalls), std::end(kAtCalls), syscall_name_) == std::end(kAtCalls)) return true;
  const bool two = syscall_name_.starts_with("renameat") || syscall_name_ == "linkat";
  const std::string_view directory = registers_[two && written ? 2 : syscall_name_ == "symlinkat" ? 1 : 0];
  return directory == "ffffff9c" || directory == "ffffffffffffff9c";  // AT_FDCWD: fcntl.h
}

void AuditEventBuilder::add_files() {
  constexpr uint64_t kAccessMode = 3;  // O_WRONLY or O_RDWR: fcntl.h
  const std::string_view flags = registers_[syscall_name_ == "openat" ? 2 : 1];
  const bool opens = syscall_name_ == "open" || syscall_name_ == "openat";
  const bool writes = syscall_name_ == "creat" || syscall_name_ == "truncate" ||
                      (opens && !flags.empty() && (hex_number(flags) & kAccessMode) != 0);
  for (const Path& path : paths_) {
    const bool written = path.nametype == "CREATE" || (path.nametype == "NORMAL" && writes);
    if ((!written && path.nametype != "DELETE") || path.name.empty() || path.name == "(null)") continue;
    std::string_view name = path.name;
    if (name.front() != '/' && !cwd_.empty() && from_cwd(written)) {
      std::string whole(cwd_);
      if (!whole.ends_with('/')) whole += '/';
      name = record_->keep(whole += name);
    }
    record_->add(written ? "TargetFilename" : "DeletedFilename", name);
  }
}

void AuditEventBuilder::finish() {
  if (execve_ >= 0) {
    end_split_argument(execve_);
    size_t size = 0;
    for (std::string_view argument : arguments_) size += argument.size() + 1;
    char* out = record_->room(size);
    size_t at = 0;
    for (std::string_view argument : arguments_) {
      if (at != 0) out[at++] = ' ';
      at += argument.copy(out + at, argument.size());
    }
    record_->add_in(execve_, "argv", {out, at});
    return;
  }
  // Most sockets that programs connect to are of their own host (local, netlink): no connection of a network.
  if (syscall_name_ == "connect" && family_.starts_with("inet")) record_->add("Initiated", "true");
  if (!paths_.empty()) add_files();
}

}  // namespace sil::ingest
