#include "bytes/confined.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "bytes/sanitized.h"

namespace sil {
namespace {

constexpr int kFirstGiven = 3;
constexpr int kWidePipe = 1 << 20;

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "state the audit architecture of this machine"
#endif

// What a decoder needs. Memory calls are listed apart: they must not make anything executable.
constexpr auto kAllowed = std::to_array<uint32_t>({
    __NR_read,           __NR_write,     __NR_readv,        __NR_writev,       __NR_pread64, __NR_pwrite64,
    __NR_lseek,          __NR_close,     __NR_fstat,        __NR_munmap,       __NR_mremap,  __NR_brk,
    __NR_madvise,        __NR_futex,     __NR_rt_sigreturn, __NR_rt_sigaction, __NR_exit,    __NR_exit_group,
    __NR_rt_sigprocmask, __NR_getpid,    __NR_getppid,      __NR_gettid,       __NR_tgkill,  __NR_gettimeofday,
    __NR_clock_gettime,  __NR_getrandom, __NR_sched_yield,  __NR_sigaltstack,
#ifdef SIL_SANITIZED
    __NR_pipe2,  // UBSan asks through a pipe whether an object's memory can be read
#ifdef __NR_pipe
    __NR_pipe,
#endif
#endif
#ifdef __NR_poll
    __NR_poll,
#endif
    __NR_ppoll,
});
constexpr auto kMemory = std::to_array<uint32_t>({__NR_mmap, __NR_mprotect});

sock_filter statement(uint16_t code, uint32_t value) {
  return sock_filter{code, 0, 0, value};
}
sock_filter jump(uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
  return sock_filter{code, yes, no, value};
}

bool filter_system_calls() {
  constexpr uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  constexpr auto kLoad = static_cast<uint16_t>(BPF_LD | BPF_W | BPF_ABS);
  constexpr auto kReturn = static_cast<uint16_t>(BPF_RET | BPF_K);
  constexpr auto kIfEqual = static_cast<uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
  constexpr auto kIfSet = static_cast<uint16_t>(BPF_JMP | BPF_JSET | BPF_K);
  std::vector<sock_filter> program = {
      statement(kLoad, offsetof(seccomp_data, arch)),
      jump(kIfEqual, kArchitecture, 1, 0),
      statement(kReturn, kRefuse),
      statement(kLoad, offsetof(seccomp_data, nr)),
  };
  for (uint32_t number : kAllowed) {
    program.push_back(jump(kIfEqual, number, 0, 1));
    program.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
  }
  for (uint32_t number : kMemory) {
    program.push_back(jump(kIfEqual, number, 0, 4));
    program.push_back(statement(kLoad, offsetof(seccomp_data, args) + 2 * sizeof(uint64_t)));  // protection, low half
    program.push_back(jump(kIfSet, PROT_EXEC, 1, 0));
    program.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
    program.push_back(statement(kReturn, kRefuse));
  }
  program.push_back(statement(kReturn, kRefuse));
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

void limit(int resource, uint64_t value) {
  rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

uint64_t address_space() {
  int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 64> text{};
  const ssize_t got = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  return got > 0 ? std::strtoull(text.data(), nullptr, 10) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

// Moves the given descriptors to 3, 4, 5 .. and closes all others; standard error stays where a sanitizer reports to.
void keep_only(std::vector<int> given) {
  const int above = kFirstGiven + static_cast<int>(given.size());
  for (int& one : given) one = ::fcntl(one, F_DUPFD, std::max(above, 64));
  for (size_t i = 0; i < given.size(); ++i) ::dup2(given[i], kFirstGiven + static_cast<int>(i));
  ::syscall(__NR_close_range, static_cast<unsigned>(above), ~0U, 0U);
  ::close(STDIN_FILENO);
  ::close(STDOUT_FILENO);
  if (!kSanitized) ::close(STDERR_FILENO);
}

[[noreturn]] void live(const Confinement& limits, const std::function<void(bool)>& work) {
  std::setlocale(LC_CTYPE, "C.UTF-8");  // libraries convert names to the locale's characters
  ::setenv("TZ", "UTC0", 1);            // and a zip's times by the system's zone
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGINT, SIG_IGN);  // the parent finishes its batch, and needs our bytes for it
  if (const uint64_t born_with = address_space(); born_with != 0 && !kSanitized)
    limit(RLIMIT_AS, born_with + limits.memory);
  keep_only(limits.descriptors);
  limit(RLIMIT_CPU, limits.cpu_seconds);
  limit(RLIMIT_FSIZE, limits.file_size);
  limit(RLIMIT_CORE, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  const bool filtered = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter_system_calls();
  work(filtered);
  ::_exit(0);
}

}  // namespace

Result<std::unique_ptr<ConfinedChild>> ConfinedChild::start(const Confinement& limits,
                                                            const std::function<void(bool)>& work) {
  const pid_t process = ::fork();
  if (process < 0) return fail(ErrorCode::kIo, "decoder", "a process of its own", std::strerror(errno));
  if (process == 0) live(limits, work);
  return std::unique_ptr<ConfinedChild>(new ConfinedChild(process));
}

ConfinedChild::~ConfinedChild() {
  if (reaped_) return;
  ::kill(process_, SIGKILL);
  ending();
}

void ConfinedChild::kill() const {
  if (!reaped_) ::kill(process_, SIGKILL);
}

uint64_t ConfinedChild::cpu_ms() const {
  clockid_t clock{};
  timespec time{};
  if (reaped_ || ::clock_getcpuclockid(process_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return used_ms_;
  return static_cast<uint64_t>(time.tv_sec) * 1000 + static_cast<uint64_t>(time.tv_nsec) / 1'000'000;
}

bool ConfinedChild::sleeps() const {
  const std::string path = "/proc/" + std::to_string(process_) + "/stat";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return true;  // no way to tell: the looks alone count
  std::array<char, 256> text{};
  const ssize_t got = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  const char* name_end = got > 0 ? std::strrchr(text.data(), ')') : nullptr;
  return name_end == nullptr || name_end[1] == '\0' || std::strchr("RDWX", name_end[2]) == nullptr;
}

std::string ConfinedChild::ending() {
  if (reaped_) return ending_;
  int status = 0;
  rusage used{};
  constexpr long kFirstWait = 50'000, kLongWait = 10'000'000;  // ns
  constexpr int kLongWaits = 500;
  int waits = 0;
  for (long wait = kFirstWait;; wait = std::min(wait * 2, kLongWait)) {
    const pid_t got = ::wait4(process_, &status, WNOHANG, &used);
    if (got == process_ || (got < 0 && errno != EINTR)) break;
    if (wait == kLongWait && ++waits == kLongWaits) kill();
    const timespec time{0, wait};
    ::nanosleep(&time, nullptr);
  }
  reaped_ = true;
  for (const timeval& time : {used.ru_utime, used.ru_stime})
    used_ms_ += static_cast<uint64_t>(time.tv_sec) * 1000 + static_cast<uint64_t>(time.tv_usec) / 1000;
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    ending_ = signal == SIGXCPU || signal == SIGKILL ? "killed by its CPU limit"
              : signal == SIGXFSZ                    ? "killed by its file limit"
                                                     : "killed by signal " + std::to_string(signal);
  } else if (WEXITSTATUS(status) != 0) {
    ending_ = "ended with code " + std::to_string(WEXITSTATUS(status));
  }
  return ending_;
}

// ---- inside ----

size_t read_descriptor(int descriptor, uint64_t offset, uint8_t* into, size_t length) {
  size_t done = 0;
  while (done < length) {
    const ssize_t got = ::pread(descriptor, into + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

bool write_descriptor(int descriptor, uint64_t offset, Bytes bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t count =
        ::pwrite(descriptor, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

bool send(int descriptor, Bytes first, Bytes second) {
  std::array<iovec, 2> parts = {iovec{const_cast<uint8_t*>(first.data()), first.size()},
                                iovec{const_cast<uint8_t*>(second.data()), second.size()}};
  for (size_t left = first.size() + second.size(); left > 0;) {
    const ssize_t count = ::writev(descriptor, parts.data(), parts.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    left -= static_cast<size_t>(count);
    size_t gone = static_cast<size_t>(count);
    for (iovec& part : parts) {
      const size_t of_part = std::min(gone, part.iov_len);
      part.iov_base = static_cast<uint8_t*>(part.iov_base) + of_part;
      part.iov_len -= of_part;
      gone -= of_part;
    }
  }
  return true;
}

void leave_child() {
  ::_exit(0);
}

// ---- pipes ----

PipeEnd& PipeEnd::operator=(PipeEnd&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.descriptor_;
    other.descriptor_ = -1;
  }
  return *this;
}

void PipeEnd::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

bool PipeEnd::read_whole(uint8_t* into, size_t length) const {
  for (size_t done = 0; done < length;) {
    const ssize_t count = read_some(into + done, length - done, -1);
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}

ssize_t PipeEnd::read_some(uint8_t* into, size_t length, int milliseconds) const {
  for (;;) {
    const ssize_t count = ::read(descriptor_, into, length);
    if (count >= 0) return count;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return 0;
    pollfd wait{descriptor_, POLLIN, 0};
    const int ready = ::poll(&wait, 1, milliseconds);
    if (ready == 0) return -1;
    if (ready < 0 && errno != EINTR) return 0;
  }
}

Result<Pipe> Pipe::make() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorCode::kIo, "decoder", "a pipe", std::strerror(errno));
  ::fcntl(ends[0], F_SETPIPE_SZ, kWidePipe);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);  // a reader that waits says how long
  return Pipe{PipeEnd(ends[0]), PipeEnd(ends[1])};
}

}  // namespace sil
