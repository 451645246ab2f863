#include <algorithm>

#include "cli/ledger_verbs.h"
#include "cli/verb.h"

namespace sil::cli {

std::function<void(Outcome*)> declare_tracks(CLI::App* app);  // tracks_verb.cc

namespace {

constexpr Verb kVerbs[] = {
    {"investigate", "read logs, hunt, and write a case folder with a report",
     "  silhouette investigate examples/harbor\n  silhouette investigate /evidence --case incident.case --rules "
     "sigma/rules --rules builtin",
     declare_investigate},
    {"hunt", "findings of Sigma rules in logs, nothing written but the findings",
     "  silhouette hunt Security.evtx\n  silhouette hunt logs/ --from 2024-03-14 --to 2024-03-15 --tz Europe/Paris\n"
     "  silhouette hunt logs/ --rules sigma/rules --min-level high --format csv -o "
     "findings.csv",
     declare_hunt},
    {"tracks", "covered tracks: logs that were edited, cleared, cut or blinded, with the bytes that show it",
     "  silhouette tracks Security.evtx\n  silhouette tracks logs/ --format ndjson | jq 'select(.class == "
     "\"contradiction\")'",
     declare_tracks},
    {"dump", "the events of logs as they are",
     "  silhouette dump Security.evtx | jq .Event.System.EventID\n  silhouette dump --format xml System.evtx",
     declare_dump},
    {"rules", "look at rules: check, list, test, blind, explain",
     "  silhouette rules check sigma/rules --strict\n  silhouette rules blind builtin logs/\n"
     "  silhouette rules explain e8ed9174 Security.evtx",
     declare_rules},
    {"prove", "walk a finding or a claim back to its bytes",
     "  silhouette prove harbor.case 8f14e45fceea167a --disclose claim.json\n"
     "  silhouette prove claim.json 5 --vkey log.vkey",
     declare_prove},
    {"ledger", "the transparency log: init, append, sign, checkpoint, cosign, prove, verify, monitor, erase",
     "  silhouette ledger verify harbor.case\n  silhouette ledger monitor harbor.case --since yesterday.checkpoint",
     declare_ledger},
    {"witness", "cosign checkpoints of logs that only grow (tlog-witness, HTTP)",
     "  silhouette witness --policy logs.policy --db witness.db --listen 127.0.0.1:8080", declare_witness},
    {"formats", "the log formats that can be read", "  silhouette formats", declare_formats},
    {"completion", "a completion script for bash, zsh or fish",
     "  silhouette completion bash > /etc/bash_completion.d/silhouette", declare_completion},
};

size_t distance(std::string_view a, std::string_view b) {  // Levenshtein
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const Verb> verbs() {
  return kVerbs;
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& names) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& name : names) {
    size_t d = distance(word, name);
    if (d < best_distance) {
      best_distance = d;
      best = name;
    }
  }
  return best;
}

}  // namespace sil::cli
