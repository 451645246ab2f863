// One record of the Linux audit log (docs/formats/auditd.md): "type=SYSCALL msg=audit(1700000000.123:456): ...", with
// "node=web01 " before it and enriched fields behind 0x1D. Source of the facts: audit-userspace's auparse (interpret.c,
// ellist.c) and the kernel's audit.c.
//
// Lifetime: views of the line. Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/line_record.h"

namespace sil::ingest {

struct AuditHead {
  std::string_view node;   // "" = not stated
  std::string_view type;   // "SYSCALL"
  std::string_view stamp;  // "1700000000.123:456": what records of one event share
  std::string_view body;   // behind the colon
};
// False: no audit record.
bool parse_audit_head(std::string_view line, AuditHead* head);
// Time and serial of a stamp; false when it is neither.
bool parse_audit_stamp(std::string_view stamp, Timestamp* time, uint64_t* serial);

// What the records of one event tell together.
class AuditEventBuilder {
 public:
  explicit AuditEventBuilder(LineRecord* record) : record_(record) {}
  void begin(const AuditHead& first);
  void add(const AuditHead& head);
  void finish();  // what needs all records: joined arguments, the file that was written

 private:
  struct Pair {
    std::string_view key, value;
    bool quoted;
  };
  enum class Kind : uint8_t { kSyscall, kExecve, kCwd, kPath, kSockaddr, kOther };  // of the record being added
  static Kind kind_of(std::string_view type);
  template <class Visit>
  void for_each_pair(std::string_view body, Visit&& visit);
  void add_pair(const AuditHead& head, int32_t group, const Pair& pair);
  void add_key(int32_t group, std::string_view value);
  void add_execve(int32_t group, const Pair& pair);
  void add_socket(int32_t group, std::string_view hex);
  void add_access_vector(int32_t group, std::string_view body);
  std::string_view text_of(const AuditHead& head, const Pair& pair);
  std::string_view decode_hex(std::string_view hex, bool nul_to_blank);
  void end_split_argument(int32_t group);
  void add_files();
  [[nodiscard]] bool from_cwd(bool written) const;

  LineRecord* record_;
  struct Path {
    std::string_view name, nametype;
  };
  std::vector<Path> paths_;
  std::vector<std::string_view> arguments_;
  std::string_view cwd_, arch_, syscall_, syscall_name_, family_, split_key_;
  std::string_view registers_[3];  // a0..a2 of the call
  std::string split_;
  int32_t execve_ = -1;
  Kind kind_ = Kind::kOther;
};

// "1400" and "UNKNOWN[1400]" -> "AVC"; a type that is not a known number as it is. Lifetime: the argument's, or
// constant.
std::string_view audit_type_name(std::string_view type);

// Name of a system call; "" = not known. `arch` as audit writes it (c000003e), `number` in decimal.
std::string_view syscall_name(std::string_view arch, std::string_view number);

}  // namespace sil::ingest
