// silhouette: argv in, exit code out.
#include <exception>

#include "bytes/output.h"
#include "cli/interrupt.h"
#include "cli/verb.h"
#include "model/version.h"

namespace sil::cli {
namespace {

// The word that looks like a verb but is none: CLI11 would only say "extras".
std::string misspelt_verb(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.starts_with("-")) continue;
    for (const Verb& verb : verbs()) {
      if (word == verb.name) return {};
    }
    return word;
  }
  return {};
}

void collect_options(const CLI::App* app, std::vector<std::string>* names) {
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) names->push_back("--" + name);
  }
  for (const CLI::App* sub : app->get_subcommands()) collect_options(sub, names);
}

// The first word behind a verb that has verbs of its own ("ledger montior") and does not know this one; empty if none.
std::string misspelt_part(CLI::App& app, int argc, char** argv, std::string* verb, std::vector<std::string>* names) {
  for (int i = 1; i + 1 < argc; ++i) {
    const std::vector<CLI::App*> all = app.get_subcommands([](CLI::App*) { return true; });
    auto found = std::find_if(all.begin(), all.end(), [&](CLI::App* one) { return one->get_name() == argv[i]; });
    if (found == all.end()) continue;
    CLI::App* chosen = *found;
    for (const CLI::App* part : chosen->get_subcommands([](CLI::App*) { return true; }))
      names->push_back(part->get_name());
    const std::string word = argv[i + 1];
    if (names->empty() || word.starts_with("-") || std::find(names->begin(), names->end(), word) != names->end())
      return {};
    *verb = chosen->get_name();
    return word;
  }
  return {};
}

int usage_error(CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::string hint;
  if (std::string verb = misspelt_verb(argc, argv); !verb.empty()) {
    std::vector<std::string> names;
    for (const Verb& known : verbs()) names.emplace_back(known.name);
    std::string near = nearest_name(verb, names);
    print_error("silhouette: no verb '" + verb + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
    print_error("silhouette: 'silhouette --help' lists the verbs");
    return static_cast<int>(Exit::kUsage);
  }
  std::string above;
  std::vector<std::string> parts;
  if (std::string part = misspelt_part(app, argc, argv, &above, &parts); !part.empty()) {
    const std::string near = nearest_name(part, parts);
    print_error("silhouette: no verb '" + above + " " + part + "'" +
                (near.empty() ? "" : "; did you mean '" + above + " " + near + "'?"));
    print_error("silhouette: 'silhouette " + above + " --help' lists them");
    return static_cast<int>(Exit::kUsage);
  }
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (!word.starts_with("--") || word == "--") continue;
    word = word.substr(0, word.find('='));
    std::vector<std::string> names;
    collect_options(&app, &names);
    if (std::find(names.begin(), names.end(), word) != names.end()) continue;
    std::string near = nearest_name(word, names);
    hint = "no option '" + word + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?");
  }
  print_error("silhouette: " + (hint.empty() ? std::string(error.what()) : hint));
  return static_cast<int>(Exit::kUsage);
}

int run(int argc, char** argv) {
  CLI::App app(
      "Finds a quiet intruder in real logs, and shows the bytes every finding rests on.\n"
      "Defensive only: it reads logs and changes none.",
      "silhouette");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, std::function<void(Outcome*)>>> runs;
  for (const Verb& verb : verbs()) {
    CLI::App* sub = app.add_subcommand(verb.name, verb.summary);
    sub->footer(std::string("Examples:\n") + verb.examples);
    runs.emplace_back(sub, verb.declare(sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    auto chosen = app.get_subcommands();
    CLI::App* shown = &app;
    std::string above;  // "silhouette rules": what the usage line puts before the verb's own name
    while (!chosen.empty()) {
      above += (above.empty() ? "" : " ") + shown->get_name();
      shown = chosen.front();
      chosen = shown->get_subcommands();
    }
    std::fputs(shown->help(above).c_str(), stdout);
    return 0;
  } catch (const CLI::CallForVersion&) {
    std::printf("silhouette %s\n", kVersion);
    return 0;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, argc, argv);
  }
  install_interrupt();
  Outcome outcome;
  for (auto& [sub, function] : runs) {
    if (sub->parsed()) function(&outcome);
  }
  return outcome.code();
}

}  // namespace
}  // namespace sil::cli

int main(int argc, char** argv) {
  try {
    return sil::cli::run(argc, argv);
  } catch (const std::exception& error) {
    sil::print_error(std::string("silhouette: internal error: ") + error.what());
    return static_cast<int>(sil::cli::Exit::kInternal);
  }
}
