// A child process that may compute and do nothing else: for code that is fed with hostile bytes
// (docs/design/containers.md). It has the descriptors that it was given, as 3, 4, 5 .. in their order, and no way to
// others: seccomp answers EPERM to all but reading, writing and memory; rlimits bound memory, CPU time and files.
//
// Errors: kIo when the system refuses a process. Thread rule: start() from any thread; the child has that thread alone,
// so `work` must call nothing that takes a lock another thread could hold (malloc is fine). Lifetime: the destructor
// kills and reaps.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bytes/cursor.h"
#include "bytes/result.h"

namespace sil {

struct Confinement {
  uint64_t memory = uint64_t{512} << 20;  // bytes of address space beyond what the process has at its start
  uint64_t cpu_seconds = 60;
  uint64_t file_size = 0;        // of files it was given for writing
  std::vector<int> descriptors;  // become 3, 4, 5 ..
};

class ConfinedChild {
 public:
  // `work(filtered)` runs in the child; false: the system has no system-call filter. Its return ends the child.
  static Result<std::unique_ptr<ConfinedChild>> start(const Confinement& limits,
                                                      const std::function<void(bool filtered)>& work);
  ~ConfinedChild();
  ConfinedChild(const ConfinedChild&) = delete;
  ConfinedChild& operator=(const ConfinedChild&) = delete;

  // Waits for its end, some seconds at most, then kills it; "" when it ended as it should, else how: "killed by its CPU
  // limit".
  std::string ending();
  void kill() const;
  [[nodiscard]] uint64_t cpu_ms() const;  // CPU time that it has used; behind its end what it had used
  [[nodiscard]] bool sleeps() const;      // neither runs, nor waits for a processor or a disk

 private:
  explicit ConfinedChild(int process) : process_(process) {}
  int process_;
  bool reaped_ = false;
  uint64_t used_ms_ = 0;
  std::string ending_;
};

// For use inside: numbers of descriptors, nothing else. false, or fewer bytes than asked for: the end, or an error.
size_t read_descriptor(int descriptor, uint64_t offset, uint8_t* into, size_t length);
bool write_descriptor(int descriptor, uint64_t offset, Bytes bytes);
bool send(int descriptor, Bytes first, Bytes second);  // both, one behind the other, into a pipe
[[noreturn]] void leave_child();

// Two ends of a pipe, closed on exec, made wide. Each closes itself.
class PipeEnd {
 public:
  explicit PipeEnd(int descriptor = -1) : descriptor_(descriptor) {}
  PipeEnd(PipeEnd&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  PipeEnd& operator=(PipeEnd&& other) noexcept;
  ~PipeEnd() { close(); }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  void close();
  // Whole, or false: the other side has gone.
  bool read_whole(uint8_t* into, size_t length) const;
  // What is there, at most `length`; 0: the other side has gone; -1: nothing came for so many milliseconds (-1: waits).
  ssize_t read_some(uint8_t* into, size_t length, int milliseconds) const;

 private:
  int descriptor_;
};
struct Pipe {
  PipeEnd reading, writing;
  static Result<Pipe> make();
};

}  // namespace sil
