// The verbs of the ledger, one file each, and what `investigate` takes for its case's log.
#pragma once

#include "cli/verb.h"

namespace sil::cli {

std::function<void(Outcome*)> declare_prove(CLI::App* app);
std::function<void(Outcome*)> declare_ledger(CLI::App* app);
std::function<void(Outcome*)> declare_witness(CLI::App* app);

struct CaseLogNames {  // as given; flow/case_log.h says what they mean
  std::string claim_level = "high", author_key, log_key, secret;
  bool no_ledger = false;
};

}  // namespace sil::cli
