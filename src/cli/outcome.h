// Exit codes (interface.md): several may hold; the gravest decides, all are named on standard error.
#pragma once

#include <array>
#include <string>

#include "bytes/result.h"
#include "flow/pipeline.h"

namespace sil::cli {

enum class Exit : int {
  kDone = 0,
  kFound = 1,
  kUsage = 2,
  kNoRules = 3,
  kUnreadable = 4,
  kInternal = 5,
  kInterrupted = 130
};

class Outcome {
 public:
  void add(Exit code, const std::string& reason);  // says the reason on standard error at once
  void add(const Error& error);                    // by its code
  void add(const flow::PipelineReport& report);    // unreadable input, interruption
  [[nodiscard]] int code() const;

 private:
  std::array<bool, 6> held_{};
  bool interrupted_ = false;
};

}  // namespace sil::cli
