// A command line of a Unix shell in simple commands: words, assignments before them, redirections. As a shell would
// take it apart where it was typed; where words were joined by blanks (an audit record's arguments) quotes are gone.
//
// Thread rule: pure. Lifetime: owns its text. Bounds: kCommandsKept commands, kWordsKept words each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sil::tracks {

constexpr size_t kCommandsKept = 64, kWordsKept = 64;

struct SimpleCommand {
  std::vector<std::string> words;  // the program first, without its folder; sudo, env, nohup and the like are left out
  std::vector<std::string> sets;   // "HISTFILE=/dev/null" before the program, or alone
  std::vector<std::string> emptied;  // targets of ">" and ">|"
  [[nodiscard]] bool is(std::string_view program) const { return !words.empty() && words[0] == program; }
  [[nodiscard]] bool has(std::string_view word) const;  // among the arguments
};

// `sh -c TEXT` and `eval TEXT` are taken apart as well.
std::vector<SimpleCommand> simple_commands(std::string_view line);

}  // namespace sil::tracks
