#include "bytes/output.h"
#include "cli/ledger_verbs.h"
#include "flow/ledger_run.h"

namespace sil::cli {
namespace {

struct LedgerOptions {
  flow::LedgerTask task;
  std::string origin = "silhouette/log", language = "en", output, kind, body, entry, vkey, deposit, reason;
  std::vector<std::string> files;
  uint64_t index = 0;
};
using Shared = std::shared_ptr<LedgerOptions>;

void answer(const LedgerOptions& options, Result<flow::LedgerAnswer> result, Outcome* outcome) {
  if (!result) return outcome->add(result.error());
  auto output = Output::open(options.output);
  if (!output) return outcome->add(output.error());
  if (auto written = (*output)->write(result->text); !written) return outcome->add(written.error());
  if (auto done = (*output)->commit(); !done) return outcome->add(done.error());
  if (!result->holds) outcome->add(Exit::kFound, "does not hold");
}

CLI::App* sub(CLI::App* app, const char* name, const char* summary, const Shared& options) {
  CLI::App* out = app->add_subcommand(name, summary);
  out->add_option("-o,--output", options->output, "write to this file instead of standard output");
  return out;
}
void folder(CLI::App* app, const Shared& options) {
  app->add_option("FOLDER", options->task.folder, "case, or any folder with log/ and log.vkey")->required();
}
void key(CLI::App* app, const Shared& options) {
  app->add_option("--key", options->task.key, "the log's signing key (0600), - for standard input")
      ->envname("SILHOUETTE_KEY");
}

}  // namespace

std::function<void(Outcome*)> declare_ledger(CLI::App* app) {
  auto options = std::make_shared<LedgerOptions>();
  app->require_subcommand(1);
  CLI::App* init = sub(app, "init", "make an empty log; prints its verifier key", options);
  folder(init, options);
  key(init, options);
  init->add_option("--origin", options->origin, "name of the log and its key");
  CLI::App* append = sub(app, "append", "append signed entries, publish a checkpoint; prints indexes", options);
  folder(append, options);
  append->add_option("FILE", options->files, "entries, one a line")->required();
  key(append, options);
  CLI::App* sign = sub(app, "sign", "sign an entry from a body in JSON; needs neither log nor network", options);
  sign->add_option("KIND", options->kind, "claim, contest, answer, revise, retract, endorse, key, ...")->required();
  sign->add_option("BODY", options->body, "file with the body")->required();
  sign->add_option("--author-key", options->task.author_key, "the author's signing key (0600), - for standard input");
  CLI::App* checkpoint = sub(app, "checkpoint", "print the published checkpoint", options);
  folder(checkpoint, options);
  CLI::App* cosign = sub(app, "cosign", "ask the policy's witnesses for cosignatures", options);
  folder(cosign, options);
  cosign->add_option("--policy", options->task.policy, "tlog-policy file")->required();
  CLI::App* prove = sub(app, "prove", "a tlog-proof of one entry", options);
  folder(prove, options);
  prove->add_option("INDEX", options->index, "index of the entry")->required();
  CLI::App* erase =
      sub(app, "erase", "destroy what a case keeps of a source; the log stays valid, and says so", options);
  folder(erase, options);
  erase->add_option("DEPOSIT", options->deposit, "index or path of the deposit; without it they are listed");
  erase->add_option("--reason", options->reason, "why; stands in the log for good");
  erase->add_option("--author-key", options->task.author_key, "the author's signing key (0600), - for standard input");
  key(erase, options);
  CLI::App* verify = sub(app, "verify", "hash the whole log anew, check every signature", options);
  verify->add_option("FOLDER", options->task.folder, "case or log folder, or a .tlog-proof file")->required();
  verify->add_option("--entry", options->entry, "with a .tlog-proof: file with the entry");
  verify->add_option("--vkey", options->vkey, "with a .tlog-proof: file with the log's verifier key");
  verify->add_option("--policy", options->task.policy, "demand this quorum of witnesses");
  CLI::App* monitor = sub(app, "monitor", "what changed, in words", options);
  folder(monitor, options);
  monitor->add_option("--since", options->task.since, "file with an older checkpoint of this log");
  monitor->add_option("--lang", options->language, "language of the words: en (default) or fr")
      ->check(CLI::IsMember({"en", "fr"}));
  monitor->add_option("--proofs", options->task.proofs, "folder for N.tlog-proof and N.entry of each entry told");
  return [=](Outcome* outcome) {
    if (options->language == "fr") options->task.language = report::Language::kFrench;
    const flow::LedgerTask& task = options->task;
    auto say = [&](Result<flow::LedgerAnswer> result) { answer(*options, std::move(result), outcome); };
    if (init->parsed()) say(flow::ledger_init(task, options->origin));
    if (append->parsed()) say(flow::ledger_append(task, options->files));
    if (sign->parsed()) say(flow::ledger_sign(task, options->kind, options->body));
    if (checkpoint->parsed()) say(flow::ledger_checkpoint(task));
    if (cosign->parsed()) say(flow::ledger_cosign(task));
    if (prove->parsed()) say(flow::ledger_prove(task, options->index));
    if (erase->parsed()) say(flow::ledger_erase(task, options->deposit, options->reason));
    if (verify->parsed() && options->entry.empty()) say(flow::ledger_verify(task));
    if (verify->parsed() && !options->entry.empty())
      say(flow::ledger_verify_proof(task.folder, options->entry, options->vkey));
    if (monitor->parsed()) say(flow::ledger_monitor(task));
  };
}

}  // namespace sil::cli
