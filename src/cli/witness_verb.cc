#include "bytes/output.h"
#include "cli/interrupt.h"
#include "cli/ledger_verbs.h"
#include "flow/witness_run.h"

namespace sil::cli {
namespace {

void run(const flow::WitnessTask& task, Outcome* outcome) {
  auto ready = [&](const std::string& vkey, const std::string& url) {
    auto output = Output::open("");
    if (!output) return outcome->add(output.error());
    if (auto written = (*output)->write(vkey + "\n" + (url.empty() ? "" : url + "\n")); !written)
      return outcome->add(written.error());
    if (auto done = (*output)->commit(); !done) outcome->add(done.error());
  };
  if (auto ran = flow::run_witness(task, ready, *interrupt_flag()); !ran) outcome->add(ran.error());
}

}  // namespace

std::function<void(Outcome*)> declare_witness(CLI::App* app) {
  auto task = std::make_shared<flow::WitnessTask>();
  app->add_option("--key", task->key, "the witness's signing key (0600), - for standard input");
  app->add_option("--name", task->name, "name of a key that is made at first use");
  app->add_option("--policy", task->policy, "tlog-policy file; its log lines are the logs that are witnessed");
  app->add_option("--db", task->database, "SQLite database with what was cosigned last");
  app->add_option("--listen", task->listen, "ADDRESS:PORT (default: loopback, a free port)");
  app->add_flag("--vkey", task->vkey_only, "print the verifier key and end");
  return [task](Outcome* outcome) {
    if (!task->vkey_only && (task->policy.empty() || task->database.empty()))
      return outcome->add(Exit::kUsage, "witness: expected --policy FILE and --db FILE");
    run(*task, outcome);
  };
}

}  // namespace sil::cli
