#include "tracks/shell_words.h"

#include <algorithm>

namespace sil::tracks {
namespace {

constexpr size_t kLineKept = 4096;  // bytes of a line that are looked at
constexpr int kNested = 3;          // sh -c inside sh -c

bool one_of(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_setting(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Reads one line; `quoted` says that a word was in quotes, so that it is not an operator.
class Lexer {
 public:
  Lexer(std::string_view line, int depth, std::vector<SimpleCommand>* out) : line_(line), depth_(depth), out_(*out) {}

  void run() {
    while (at_ < line_.size()) {
      const char c = line_[at_];
      if (c == ' ' || c == '\t') {
        end_word();
        ++at_;
      } else if (c == '#' && word_.empty() && !started_) {
        break;  // a comment
      } else if (c == ';' || c == '\n' || c == '|' || (c == '&' && !(at_ != 0 && line_[at_ - 1] == '>'))) {
        // "&>" sends both streams to a file.
        if (c == '&' && at_ + 1 < line_.size() && line_[at_ + 1] == '>') {
          end_word();
          ++at_;
          continue;
        }
        end_word();
        end_command();
        ++at_;
      } else if (c == '>') {
        redirect();
      } else if (c == '<') {
        end_word();
        ++at_;
        skip_word_ = true;
      } else if (c == '(' || c == ')' || c == '{' || c == '}' || c == '`') {
        if (c != '`' && !word_.empty()) {  // inside a word: ${HOME}, $(..) of an argument
          word_ += c;
        }
        ++at_;
      } else {
        take_character();
      }
    }
    end_word();
    end_command();
  }

 private:
  void redirect() {
    // A number right before it names the stream; the errors' stream empties nothing of interest.
    const bool errors = word_ == "2";
    if (!word_.empty() && word_.find_first_not_of("0123456789") == std::string::npos) {
      word_.clear();
      started_ = false;
    }
    end_word();
    ++at_;
    bool appends = false, duplicate = false;
    while (at_ < line_.size() && (line_[at_] == '>' || line_[at_] == '|' || line_[at_] == '&')) {
      appends = appends || line_[at_] == '>';
      duplicate = duplicate || line_[at_] == '&';
      ++at_;
    }
    skip_word_ = appends || duplicate || errors;
    target_ = !skip_word_;
  }
  void take_character() {
    started_ = true;
    const char c = line_[at_++];
    if (c == '\\' && at_ < line_.size()) {
      word_ += line_[at_++];
    } else if (c == '\'' || c == '"') {
      while (at_ < line_.size() && line_[at_] != c) {
        if (c == '"' && line_[at_] == '\\' && at_ + 1 < line_.size()) ++at_;
        word_ += line_[at_++];
      }
      at_ = std::min(at_ + 1, line_.size());
    } else {
      word_ += c;
    }
  }
  void end_word() {
    if (!started_) return;
    started_ = false;
    std::string word = std::move(word_);
    word_.clear();
    if (skip_word_) {
      skip_word_ = false;
    } else if (target_) {
      target_ = false;
      if (command_.emptied.size() < kWordsKept) command_.emptied.push_back(std::move(word));
    } else if (command_.words.empty() && is_setting(word)) {
      if (command_.sets.size() < kWordsKept) command_.sets.push_back(std::move(word));
    } else if (command_.words.size() < kWordsKept) {
      command_.words.push_back(std::move(word));
    }
  }
  // Programs that only start another one.
  void strip() {
    while (!command_.words.empty()) {
      std::string& first = command_.words.front();
      first = first.substr(first.rfind('/') + 1);
      if (!one_of(first, {"sudo", "doas", "env", "nohup", "nice", "time", "command", "builtin", "exec", "setsid",
                          "then", "do", "else", "busybox", "!"}))
        return;
      size_t used = 1;
      while (used < command_.words.size() &&
             (command_.words[used].starts_with('-') || is_setting(command_.words[used]))) {
        const std::string& option = command_.words[used++];
        if (is_setting(option)) command_.sets.push_back(option);
        if (one_of(option, {"-u", "-g", "-n", "-C", "--user"}) && used < command_.words.size()) ++used;
      }
      command_.words.erase(command_.words.begin(), command_.words.begin() + static_cast<std::ptrdiff_t>(used));
    }
  }
  void end_command() {
    skip_word_ = target_ = false;
    strip();
    SimpleCommand command = std::move(command_);
    command_ = {};
    if (command.words.empty() && command.sets.empty() && command.emptied.empty()) return;
    if (out_.size() == kCommandsKept) return;
    std::string inner = inner_line(command);
    out_.push_back(std::move(command));
    if (!inner.empty() && depth_ < kNested) Lexer(inner, depth_ + 1, &out_).run();
  }
  // What `sh -c` or `eval` is given; empty: nothing.
  static std::string inner_line(const SimpleCommand& command) {
    if (command.words.empty()) return {};
    size_t from = 0;
    if (command.words[0] == "eval") {
      from = 1;
    } else if (one_of(command.words[0], {"sh", "bash", "dash", "zsh", "ksh", "ash", "su"})) {
      for (size_t i = 1; i < command.words.size() && from == 0; ++i) {
        if (command.words[i].starts_with('-') && !command.words[i].starts_with("--") && command.words[i].ends_with('c'))
          from = i + 1;
      }
    }
    std::string out;
    for (size_t i = from; from != 0 && i < command.words.size(); ++i) out += (i == from ? "" : " ") + command.words[i];
    return out;
  }

  std::string_view line_;
  int depth_;
  std::vector<SimpleCommand>& out_;
  size_t at_ = 0;
  std::string word_;
  bool started_ = false, skip_word_ = false, target_ = false;
  SimpleCommand command_;
};

}  // namespace

bool SimpleCommand::has(std::string_view word) const {
  return std::find(words.begin() + (words.empty() ? 0 : 1), words.end(), word) != words.end();
}

std::vector<SimpleCommand> simple_commands(std::string_view line) {
  std::vector<SimpleCommand> out;
  Lexer(line.substr(0, kLineKept), 0, &out).run();
  return out;
}

}  // namespace sil::tracks
