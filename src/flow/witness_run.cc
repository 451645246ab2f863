#include "flow/witness_run.h"

#include <chrono>
#include <ctime>
#include <thread>

#include "bytes/file.h"
#include "flow/key_files.h"
#include "ledger/policy.h"
#include "ledger/witness.h"

namespace sil::flow {

Result<void> run_witness(const WitnessTask& task, const std::function<void(std::string, std::string)>& ready,
                         const std::atomic<bool>& stop) {
  auto key = signing_key(task.key, "witness.key", task.name);
  if (!key) return tl::unexpected(key.error());
  if (task.vkey_only) {
    ready(ledger::vkey_text(ledger::verifier_of(*key, ledger::KeyType::kCosignature)), "");
    return {};
  }
  auto text = read_whole(task.policy, 1 << 20);
  if (!text) return tl::unexpected(text.error());
  auto policy = ledger::parse_policy(*text, task.policy);
  if (!policy) return tl::unexpected(policy.error());
  std::vector<ledger::VerifierKey> logs;
  for (const ledger::PolicyKey& log : policy->logs) logs.push_back(log.key);
  auto witness =
      ledger::Witness::open(task.database, *key, logs, [] { return static_cast<uint64_t>(std::time(nullptr)); });
  if (!witness) return tl::unexpected(witness.error());
  auto server = ledger::HttpServer::listen(
      task.listen, [&](const ledger::HttpRequest& request) { return (*witness)->handle(request); });
  if (!server) return tl::unexpected(server.error());
  ready(ledger::vkey_text((*witness)->key()), (*server)->url());
  while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return {};
}

}  // namespace sil::flow
