// A verb is one file and one row in verbs.cc.
#pragma once

#include <span>

#include "cli/options.h"
#include "cli/outcome.h"

namespace sil::cli {

struct Verb {
  const char* name;
  const char* summary;   // one line of --help
  const char* examples;  // shown under the verb's own --help
  // Declares options; returns the function that runs the verb. State lives in what the function captures.
  std::function<void(Outcome*)> (*declare)(CLI::App* app);
};

std::span<const Verb> verbs();
std::string nearest_name(std::string_view word, const std::vector<std::string>& names);  // "" when nothing is near

std::function<void(Outcome*)> declare_investigate(CLI::App* app);
std::function<void(Outcome*)> declare_hunt(CLI::App* app);
std::function<void(Outcome*)> declare_dump(CLI::App* app);
std::function<void(Outcome*)> declare_rules(CLI::App* app);
std::function<void(Outcome*)> declare_formats(CLI::App* app);
std::function<void(Outcome*)> declare_completion(CLI::App* app);

}  // namespace sil::cli
