#include "ingest/audit_processes.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "bytes/digest.h"
#include "bytes/text.h"

namespace sil::ingest {
namespace {

constexpr size_t kMaxProcesses = 32768;
constexpr size_t kMaxText = size_t{16} << 20;
constexpr size_t kMaxProcessText = size_t{16} << 10;
constexpr size_t kLinesBack = 16;  // records of one event lie close together
constexpr size_t kBytesBack = size_t{64} << 10;

// The line that holds `at`, without its line break.
std::string_view line_around(std::string_view text, size_t at) {
  const void* before = at == 0 ? nullptr : memrchr(text.data(), '\n', at);
  const size_t start = before == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(before) - text.data()) + 1;
  size_t end = std::min(text.find('\n', at), text.size());
  if (end > start && text[end - 1] == '\r') --end;
  return text.substr(start, end - start);
}

// The SYSCALL line of the event that `execve`, a line of `piece`, belongs to: before it, mostly the very line before.
bool find_syscall(std::string_view piece, std::string_view execve, const AuditHead& of, AuditHead* found,
                  std::string_view* line) {
  size_t start = static_cast<size_t>(execve.data() - piece.data());
  const size_t limit = start > kBytesBack ? start - kBytesBack : 0;
  for (size_t seen = 0; seen < kLinesBack && start > limit; ++seen) {
    *line = line_around(piece, start - 1);
    start = static_cast<size_t>(line->data() - piece.data());
    if (parse_audit_head(*line, found) && found->type == "SYSCALL" && found->stamp == of.stamp &&
        found->node == of.node)
      return true;
  }
  return false;
}

// What stands behind a key of the kernel's, all of which stand before text that a process may choose; `key` with the
// blank before it.
std::string_view behind(std::string_view body, std::string_view key) {
  const void* found = memmem(body.data(), body.size(), key.data(), key.size());
  if (found == nullptr) return {};
  return body.substr(static_cast<size_t>(static_cast<const char*>(found) - body.data()) + key.size());
}

std::string_view number_of(std::string_view body, std::string_view key) {
  const std::string_view rest = behind(body, key);
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

// exe="/bin/sh", or in hex without quotes; "" = none.
std::string_view image_of(std::string_view body) {
  const std::string_view rest = behind(body, " exe=");
  const std::string_view image = rest.substr(0, rest.find_first_of(" \x1d"));
  return image == "(null)" ? std::string_view() : image;
}

// The kernel adds a word where the file is gone: what a process deleted of itself is still that process.
std::string without_deleted(std::string_view image) {
  std::string out(image);
  if (image.size() > 1 && image.front() == '"') return out.substr(1, out.size() - 2);
  out.clear();
  for (size_t i = 0; i + 1 < image.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(image.data() + i, image.data() + i + 2, byte, 16);
    out.push_back(static_cast<char>(byte));
  }
  constexpr std::string_view kDeleted = " (deleted)";
  if (out.ends_with(kDeleted)) out.resize(out.size() - kDeleted.size());
  return out;
}

bool same_image(std::string_view a, std::string_view b) {
  return a == b || without_deleted(a) == without_deleted(b);
}

void add_line(std::string_view line, std::string_view piece, uint64_t offset, AuditProcess* process) {
  if (process->text.size() + line.size() > kMaxProcessText) return;
  process->spans.push_back(
      {offset + static_cast<uint64_t>(line.data() - piece.data()), static_cast<uint32_t>(line.size())});
  process->text.append(line);
}

}  // namespace

const AuditProcess* find_parent(const AuditParents& parents, size_t line) {
  const auto found = std::lower_bound(parents.begin(), parents.end(), line,
                                      [](const AuditParent& one, size_t wanted) { return one.line < wanted; });
  return found != parents.end() && found->line == line ? found->process.get() : nullptr;
}

AuditProcesses::Key AuditProcesses::key_of(std::string_view node, std::string_view number) {
  Key key{hash64(node), 0};
  std::from_chars(number.data(), number.data() + number.size(), key.number);
  return key;
}

void AuditProcesses::remember(Key key, std::shared_ptr<AuditProcess> process) {
  bytes_ += process->text.size();
  known_[key] = process;
  order_.push_back({key, std::move(process)});
  while (order_.size() > kMaxProcesses || bytes_ > kMaxText) {
    const Known& oldest = order_.front();
    const auto found = known_.find(oldest.key);
    if (found != known_.end() && found->second == oldest.process) known_.erase(found);
    bytes_ -= oldest.process->text.size();
    order_.pop_front();
  }
}

void AuditProcesses::take_execve(std::string_view piece, size_t at, uint64_t offset, AuditParents* parents) {
  const std::string_view execve = line_around(piece, at);
  AuditHead head, call;
  std::string_view syscall;
  if (!parse_audit_head(execve, &head) || head.type != "EXECVE") return;
  if (!find_syscall(piece, execve, head, &call, &syscall)) return;
  const std::string_view number = number_of(call.body, " pid="), parent = number_of(call.body, " ppid=");
  if (number.empty()) return;
  const size_t place = static_cast<size_t>(syscall.data() - piece.data());
  const auto found = known_.find(key_of(head.node, parent));
  if (found != known_.end() && (parents->empty() || parents->back().line < place))
    parents->push_back({place, found->second});
  if (call.body.substr(0, 256).find(" success=no") != std::string_view::npos) return;
  const Key key = key_of(head.node, number);
  const auto own = known_.find(key);
  if (own != known_.end() && !own->second->spans.empty() && own->second->spans.front().offset == offset + place) {
    const size_t before = own->second->text.size();  // its first arguments, or further ones
    add_line(execve, piece, offset, own->second.get());
    bytes_ += own->second->text.size() - before;
    return;
  }
  auto process = std::make_shared<AuditProcess>();
  add_line(syscall, piece, offset, process.get());
  if (process->spans.empty()) return;
  process->image = image_of(call.body);
  add_line(execve, piece, offset, process.get());
  remember(key, std::move(process));
}

// Any system call tells which image a process runs.
void AuditProcesses::take_syscall(std::string_view piece, size_t at, uint64_t offset) {
  const std::string_view line = line_around(piece, at);
  AuditHead head;
  if (!parse_audit_head(line, &head) || head.type != "SYSCALL") return;
  const std::string_view number = number_of(head.body, " pid="), image = image_of(head.body);
  if (number.empty() || image.empty()) return;
  const Key key = key_of(head.node, number);
  const auto known = known_.find(key);
  if (known != known_.end() && same_image(known->second->image, image)) return;
  auto process = std::make_shared<AuditProcess>();
  add_line(line, piece, offset, process.get());
  if (process->spans.empty()) return;
  process->image = image;
  remember(key, std::move(process));
}

void AuditProcesses::forget_where(std::string_view piece, size_t at) {
  AuditHead head;
  if (!parse_audit_head(line_around(piece, at), &head)) return;
  if (head.type != "SYSTEM_BOOT" && head.type != "DAEMON_START") return;
  const uint64_t node = key_of(head.node, "").node;
  std::erase_if(known_, [&](const auto& one) { return one.first.node == node; });
}

std::shared_ptr<const AuditParents> AuditProcesses::pass(Bytes piece, uint64_t offset) {
  const std::string_view text = as_text(piece);
  AuditParents parents;
  // Letters that are rare in these logs find the records: the X of EXECVE, the Y of SYSCALL, the M of SYSTEM_BOOT and
  // DAEMON_START.
  size_t execve = text.find('X'), start = text.find('M'), call = text.find('Y');
  for (;;) {
    const size_t at = std::min({execve, start, call});
    if (at == std::string_view::npos) break;
    if (at == execve) {
      if (at >= 6 && text.substr(at - 6, 12) == "type=EXECVE ") take_execve(text, at, offset, &parents);
      execve = text.find('X', at + 1);
    } else if (at == call) {
      if (at >= 6 && text.substr(at - 6, 13) == "type=SYSCALL ") take_syscall(text, at, offset);
      call = text.find('Y', at + 1);
    } else {
      const bool boot = at >= 10 && text.substr(at - 10, 16) == "type=SYSTEM_BOOT";
      const bool daemon = at >= 8 && text.substr(at - 8, 17) == "type=DAEMON_START";
      if (boot || daemon) forget_where(text, at);
      start = text.find('M', at + 1);
    }
  }
  return parents.empty() ? nullptr : std::make_shared<const AuditParents>(std::move(parents));
}

}  // namespace sil::ingest
