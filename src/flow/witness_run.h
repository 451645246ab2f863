// `witness`: the tlog-witness API on loopback or a given address until it is stopped.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "bytes/result.h"

namespace sil::flow {

struct WitnessTask {
  std::string key, policy, database;  // files; the policy's `log` lines are the logs that are witnessed
  std::string name = "witness";       // of a key that is made at first use
  std::string listen = "127.0.0.1:0";
  bool vkey_only = false;  // say the key and end
};
// `ready` gets the vkey and the URL (empty with vkey_only). Runs until `stop` is set.
Result<void> run_witness(const WitnessTask& task, const std::function<void(std::string, std::string)>& ready,
                         const std::atomic<bool>& stop);

}  // namespace sil::flow
