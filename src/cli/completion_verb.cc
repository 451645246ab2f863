// Completion scripts made from the same declarations that parse the command line, so they cannot drift apart.
#include <cstdio>

#include "cli/verb.h"

namespace sil::cli {
namespace {

std::string words_of(const CLI::App& app) {
  std::string words;
  for (const CLI::App* sub : app.get_subcommands({})) words += sub->get_name() + " ";
  for (const CLI::App* sub : app.get_parent() ? app.get_subcommands({}) : std::vector<const CLI::App*>{})
    words += words_of(*sub) + " ";  // a verb's own verbs: their options stand after the same first word
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += "--" + name + " ";
    for (const std::string& name : option->get_snames()) words += "-" + name + " ";
  }
  if (!words.empty()) words.pop_back();
  return words;
}

std::string bash_script(const CLI::App& root) {
  std::string out =
      "_silhouette() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n  case \"${COMP_WORDS[1]}\" in\n";
  for (const CLI::App* verb : root.get_subcommands({}))
    out += "    " + verb->get_name() + ") words=\"" + words_of(*verb) + "\" ;;\n";
  out += "  esac\n  [ \"$COMP_CWORD\" -eq 1 ] && words=\"" + words_of(root) + "\"\n";
  out +=
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n  case \"$word\" in -*) ;; *) [ \"$COMP_CWORD\" -gt 1 ] && "
      "COMPREPLY+=($(compgen -f -- \"$word\")) ;; esac\n}\n";
  return out + "complete -o filenames -F _silhouette silhouette\n";
}

std::string fish_script(const CLI::App& root) {
  std::string out;
  for (const CLI::App* verb : root.get_subcommands({})) {
    out += "complete -c silhouette -n __fish_use_subcommand -a " + verb->get_name() + " -d '" +
           verb->get_description() + "'\n";
    for (const CLI::Option* option : verb->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        out += "complete -c silhouette -n '__fish_seen_subcommand_from " + verb->get_name() + "' -l " + name + "\n";
      }
    }
  }
  return out;
}

}  // namespace

std::function<void(Outcome*)> declare_completion(CLI::App* app) {
  auto shell = std::make_shared<std::string>();
  app->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [app, shell](Outcome*) {
    const CLI::App& root = *app->get_parent();
    std::string script = *shell == "fish" ? fish_script(root) : bash_script(root);
    if (*shell == "zsh") script = "autoload -U +X bashcompinit && bashcompinit\n" + script;
    std::fputs(script.c_str(), stdout);
  };
}

}  // namespace sil::cli
