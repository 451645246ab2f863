#include "cli/interrupt.h"

#include <csignal>

namespace sil::cli {
namespace {

std::atomic<bool> interrupted{false};

void on_interrupt(int) {
  interrupted.store(true, std::memory_order_relaxed);
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace

void install_interrupt() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);
}
const std::atomic<bool>* interrupt_flag() {
  return &interrupted;
}

}  // namespace sil::cli
