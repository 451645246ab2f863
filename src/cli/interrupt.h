// SIGINT: the first one asks the pipeline to finish what is begun (exit code 130), the second one kills.
#pragma once

#include <atomic>

namespace sil::cli {

void install_interrupt();  // also ignores SIGPIPE: a closed pipe is an error value here
const std::atomic<bool>* interrupt_flag();

}  // namespace sil::cli
