#include "hunt/program_regex.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "hunt/program_scan.h"

namespace sil::hunt {
namespace {

constexpr size_t kMaxAlternatives = 16, kMaxDepth = 40, kMaxLength = 1 << 16;

// What is known of a part of the expression.
struct Part {
  size_t min = 0;
  bool exact = false;  // it matches this folded text and nothing else
  std::string text;
  std::vector<std::string> need;  // any of these stands in every match; empty: nothing known
};

float price(const std::vector<std::string>& need) {
  if (need.empty()) return 1e9F;
  float sum = 0;
  for (const std::string& literal : need) {
    sum += literal.size() >= 4 ? literal_chance(literal) : 10.0F / static_cast<float>(literal.size());
  }
  return sum;
}

class Analyst {
 public:
  explicit Analyst(std::string_view text) : text_(text) {}

  std::optional<Part> run() {
    Part part = alternation(0);
    if (failed_ || at_ != text_.size()) return std::nullopt;
    if (part.exact && !part.text.empty()) part.need = {part.text};
    return part;
  }

 private:
  [[nodiscard]] bool more() const { return at_ < text_.size() && !failed_; }
  [[nodiscard]] char peek() const { return text_[at_]; }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  Part give_up() {
    failed_ = true;
    return {};
  }

  Part alternation(size_t depth) {
    if (depth > kMaxDepth) return give_up();
    std::vector<Part> branches{concatenation(depth)};
    while (more() && peek() == '|') {
      ++at_;
      branches.push_back(concatenation(depth));
    }
    if (branches.size() == 1) return branches[0];
    Part out;
    out.min = kMaxLength;
    bool all_need = branches.size() <= kMaxAlternatives;
    for (Part& branch : branches) {
      out.min = std::min(out.min, branch.min);
      if (branch.exact && !branch.text.empty()) branch.need = {branch.text};
      all_need = all_need && !branch.need.empty();
      out.need.insert(out.need.end(), branch.need.begin(), branch.need.end());
    }
    if (!all_need || out.need.size() > kMaxAlternatives) out.need.clear();
    return out;
  }

  Part concatenation(size_t depth) {
    Part out;
    out.exact = true;
    std::string run;
    auto offer = [&](std::vector<std::string> need) {
      if (price(need) < price(out.need)) out.need = std::move(need);
    };
    while (more() && peek() != '|' && peek() != ')') {
      Part part = repeated(depth);
      out.min = std::min(out.min + part.min, kMaxLength);
      if (part.exact) {
        run += part.text;
        continue;
      }
      out.exact = false;
      if (!run.empty()) offer({run});
      run.clear();
      offer(std::move(part.need));
    }
    if (out.exact)
      out.text = run;
    else if (!run.empty())
      offer({run});
    return out;
  }

  Part repeated(size_t depth) {
    Part part = atom(depth);
    while (more()) {
      size_t least = 0, most = 0;
      if (!quantifier(&least, &most)) break;
      if (!take("?")) take("+");  // lazy, possessive
      if (least == 1 && most == 1) continue;
      if (part.exact && !part.text.empty()) part.need = {part.text};
      part.exact = false;
      part.min = std::min(part.min * least, kMaxLength);
      if (least == 0) part.need.clear();
    }
    return part;
  }

  bool quantifier(size_t* least, size_t* most) {
    *most = kMaxLength;
    if (take("*"))
      *least = 0;
    else if (take("+"))
      *least = 1;
    else if (take("?"))
      *least = 0, *most = 1;
    else
      return peek() == '{' && counted(least, most);
    return true;
  }

  bool counted(size_t* least, size_t* most) {
    size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) return false;
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    size_t comma = inside.find(',');
    std::string_view low = inside.substr(0, comma);
    auto number = [](std::string_view digits, size_t* out) {
      auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *out);
      return !digits.empty() && error == std::errc() && stop == digits.data() + digits.size() && *out < kMaxLength;
    };
    if (!number(low, least)) return false;
    *most = comma == std::string_view::npos ? *least : kMaxLength;
    if (comma != std::string_view::npos && comma + 1 < inside.size() && !number(inside.substr(comma + 1), most))
      return false;
    at_ = end + 1;
    return true;
  }

  static Part any_character() {
    Part part;
    part.min = 1;
    return part;
  }
  static Part nothing() {  // zero width; what stands on both sides is not joined over it
    return {};
  }
  static Part character(unsigned char c) {
    if (c >= 0x80) return any_character();
    Part part;
    part.min = 1;
    part.exact = true;
    part.text = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return part;
  }

  Part atom(size_t depth) {
    char c = text_[at_++];
    switch (c) {
      case '(': return group(depth);
      case '[': return char_class();
      case '.': return any_character();
      case '^':
      case '$': return nothing();
      case '\\': return escape();
      case '*':
      case '+':
      case '?':
      case ')': return give_up();
      default: break;
    }
    return whole_character(static_cast<unsigned char>(c));
  }

  // One character, whatever its bytes; `first` of them is read.
  Part whole_character(unsigned char first) {
    if (first >= 0x80) {
      while (more() && (static_cast<unsigned char>(peek()) & 0xC0) == 0x80) ++at_;
    }
    return character(first);
  }

  Part group(size_t depth) {
    bool looks_around = false;
    if (take("?")) {
      if (take("=") || take("!") || take("<=") || take("<!")) {
        looks_around = true;
      } else if (take("P<") || take("<")) {
        size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) return give_up();
        at_ = end + 1;
      } else if (!take(">")) {  // flags: i, m, s change nothing here, x and the rest do
        while (more() && (peek() == 'i' || peek() == 'm' || peek() == 's' || peek() == '-')) ++at_;
        if (take(")")) return nothing();
        if (!take(":")) return give_up();
      }
    } else if (more() && peek() == '*') {
      return give_up();
    }
    Part part = alternation(depth + 1);
    if (!take(")")) return give_up();
    return looks_around ? nothing() : part;
  }

  // [Pp] is the letter p; any other class is some character.
  Part char_class() {
    bool negated = take("^");
    int single = -1;
    bool mixed = negated, first = true;
    while (true) {
      if (!more()) return give_up();
      char c = text_[at_++];
      if (c == ']' && !first) break;
      first = false;
      if (c == '[' && more() && (peek() == ':' || peek() == '.' || peek() == '=')) {
        const size_t end = text_.find_first_not_of("abcdefghijklmnopqrstuvwxyz^", at_ + 1);
        if (end == std::string_view::npos || text_.substr(end, 2) != std::string{peek(), ']'}) return give_up();
        at_ = end + 2;
        mixed = true;
        continue;
      }
      if (c == '\\') {
        if (!more()) return give_up();
        char e = text_[at_++];
        if (e == 'Q' || e == 'E') return give_up();
        if ((e >= 'a' && e <= 'z') || (e >= 'A' && e <= 'Z') || (e >= '0' && e <= '9')) mixed = true;
        c = e;
      } else if (c == '-') {
        mixed = true;
      }
      int low = c >= 'A' && c <= 'Z' ? c + 32 : static_cast<unsigned char>(c);
      if (single >= 0 && single != low) mixed = true;
      single = low;
    }
    return mixed || single < 0 ? any_character() : character(static_cast<unsigned char>(single));
  }

  Part escape() {
    if (!more()) return give_up();
    char c = text_[at_++];
    if (c == 'N' && more() && peek() == '{') return give_up();  // \N{U+41} names a character
    if (std::string_view("dwsDWShHvVN").find(c) != std::string_view::npos) return any_character();
    if (std::string_view("bBAzZG").find(c) != std::string_view::npos) return nothing();
    switch (c) {
      case 'n': return character('\n');
      case 'r': return character('\r');
      case 't': return character('\t');
      case 'f': return character('\f');
      case 'R': return any_character();
      case 'p':
      case 'P':
        if (more() && peek() == '{') {
          size_t end = text_.find('}', at_);
          if (end == std::string_view::npos) return give_up();
          at_ = end + 1;
        } else {
          ++at_;
        }
        return any_character();
      case 'x': return hex_character();
      default: break;
    }
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (word) return give_up();  // backreferences, \Q, \K and what else there may be
    return whole_character(static_cast<unsigned char>(c));
  }

  Part hex_character() {
    std::string_view digits;
    if (take("{")) {
      size_t end = text_.find('}', at_);
      if (end == std::string_view::npos) return give_up();
      digits = text_.substr(at_, end - at_);
      at_ = end + 1;
    } else {
      if (text_.size() - at_ < 2) return give_up();
      digits = text_.substr(at_, 2);
      at_ += 2;
    }
    unsigned code = 0;
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (error != std::errc() || stop != digits.data() + digits.size()) return give_up();
    return code < 0x80 ? character(static_cast<unsigned char>(code)) : any_character();
  }

  std::string_view text_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

RegexGate regex_gate(std::string_view expression) {
  RegexGate gate;
  std::optional<Part> part = Analyst(expression).run();
  if (!part) return gate;
  gate.min_length = part->min;
  gate.literals = std::move(part->need);
  for (std::string_view head : {".{", "(.){"}) {
    if (!expression.starts_with(head) || !expression.ends_with(",}")) continue;
    if (expression.find_first_not_of("0123456789", head.size()) == expression.size() - 2) gate.any_run = part->min;
  }
  return gate;
}

}  // namespace sil::hunt
