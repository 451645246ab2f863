// Which program a process was that started another: an audit record of execve names its parent by number alone. The
// parent's own earlier execve in the same source names its image and its arguments; where there is none, or a later
// record of a system call under that number names another image - the number was given anew, or an execve was not
// recorded -, that record names the image alone (docs/formats/auditd.md).
//
// All are forgotten where a node or its auditd starts anew (SYSTEM_BOOT, DAEMON_START): numbers begin again there. A
// process that ended without a trace and whose number went to one of which nothing is recorded is not noticed.
//
// Memory: 32,768 processes and 16 MiB of lines, the oldest forgotten first; 16 KiB of lines a process.
// Thread rule: one AuditProcesses belongs to the thread that splits; what it hands out is read by any.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/audit_record.h"
#include "model/event.h"

namespace sil::ingest {

struct AuditProcess {
  std::vector<Span> spans;  // a SYSCALL line and the EXECVE lines of the same event, places in the source
  std::string text;         // those lines, one behind the other
  std::string image;        // as the SYSCALL line writes it
};

// Of one piece: the SYSCALL line of an execve whose parent is known, by its place in the piece, ascending.
struct AuditParent {
  size_t line;
  std::shared_ptr<const AuditProcess> process;
};
using AuditParents = std::vector<AuditParent>;
const AuditProcess* find_parent(const AuditParents& parents, size_t line);

class AuditProcesses {
 public:
  // The pieces of a source in their order; `offset`: of the piece in the source. Null: no parent is known in it.
  std::shared_ptr<const AuditParents> pass(Bytes piece, uint64_t offset);

 private:
  struct Key {
    uint64_t node, number;  // a digest of the name; the process
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const { return key.node ^ key.number * 0x9E37'79B9'7F4A'7C15; }
  };
  struct Known {
    Key key;
    std::shared_ptr<AuditProcess> process;
  };
  static Key key_of(std::string_view node, std::string_view number);
  void take_syscall(std::string_view piece, size_t at, uint64_t offset);
  void take_execve(std::string_view piece, size_t at, uint64_t offset, AuditParents* parents);
  void forget_where(std::string_view piece, size_t at);
  void remember(Key key, std::shared_ptr<AuditProcess> process);

  std::unordered_map<Key, std::shared_ptr<AuditProcess>, KeyHash> known_;
  std::deque<Known> order_;  // as they came; those that another replaced among them
  size_t bytes_ = 0;         // of all text in order_
};

}  // namespace sil::ingest
