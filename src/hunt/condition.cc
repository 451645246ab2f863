#include "hunt/condition.h"

#include <algorithm>
#include <charconv>

#include "bytes/text.h"

namespace sil::hunt {
namespace {

using Kind = ConditionNode::Kind;

struct Token {
  std::string_view text;
  size_t offset = 0;
  bool word = false;
};

class ConditionParser {
 public:
  ConditionParser(std::string_view text, const std::vector<std::string>& names, std::vector<ConditionNode>* tree)
      : text_(text), names_(names), tree_(*tree) {}

  Parsed<uint32_t> run(size_t* pipe) {
    *pipe = std::string_view::npos;
    next();
    auto root = any(0);
    if (!root) return root;
    if (token_.text == "|") {
      *pipe = token_.offset;
      return root;
    }
    if (!at_end()) return unexpected("'and', 'or' or the end");
    return root;
  }

 private:
  [[nodiscard]] bool at_end() const { return token_.text.empty(); }
  [[nodiscard]] bool is(std::string_view keyword) const { return token_.word && equal_folded(token_.text, keyword); }

  tl::unexpected<Fault> unexpected(std::string_view wanted) const {
    std::string found = at_end() ? "the end" : "'" + std::string(token_.text) + "'";
    return fault(0, static_cast<uint32_t>(token_.offset),
                 "condition: expected " + std::string(wanted) + ", found " + found);
  }

  void next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    size_t start = at_;
    if (at_ < text_.size() && (text_[at_] == '(' || text_[at_] == ')' || text_[at_] == '|')) {
      ++at_;
      token_ = {text_.substr(start, 1), start, false};
      return;
    }
    while (at_ < text_.size() && std::string_view(" \t\n\r()|").find(text_[at_]) == std::string_view::npos) ++at_;
    token_ = {text_.substr(start, at_ - start), start, true};
  }

  uint32_t add(ConditionNode node) {
    tree_.push_back(std::move(node));
    return static_cast<uint32_t>(tree_.size() - 1);
  }

  Parsed<uint32_t> chain(size_t depth, std::string_view keyword, Kind kind) {
    std::vector<uint32_t> children;
    while (true) {
      auto child = kind == Kind::kOr ? chain(depth, "and", Kind::kAnd) : negation(depth);
      if (!child) return child;
      children.push_back(*child);
      if (!is(keyword)) break;
      next();
    }
    if (children.size() == 1) return children[0];
    return add({kind, 0, 0, std::move(children)});
  }

  Parsed<uint32_t> any(size_t depth) {
    if (depth > kMaxConditionDepth)
      return fault(0, static_cast<uint32_t>(token_.offset), "condition: nested deeper than 64 levels");
    return chain(depth, "or", Kind::kOr);
  }

  Parsed<uint32_t> negation(size_t depth) {
    bool negated = false;
    while (is("not")) {
      negated = !negated;
      next();
    }
    auto operand = primary(depth);
    if (!operand || !negated) return operand;
    return add({Kind::kNot, 0, 0, {*operand}});
  }

  Parsed<uint32_t> primary(size_t depth) {
    if (token_.text == "(") {
      next();
      auto inner = any(depth + 1);
      if (!inner) return inner;
      if (token_.text != ")") return unexpected("')'");
      next();
      return inner;
    }
    if (!token_.word || at_end() || is("and") || is("or") || is("not")) return unexpected("a selection");
    Token first = token_;
    next();
    if (is("of")) return counted(first);
    return named(first);
  }

  static tl::unexpected<Fault> too_large(uint32_t offset) {
    return fault(0, offset, "condition: unfolds to more than " + std::to_string(kMaxConditionNodes) + " parts");
  }

  Parsed<uint32_t> named(const Token& token) {
    auto found = std::find(names_.begin(), names_.end(), token.text);
    if (found == names_.end()) {
      return fault(0, static_cast<uint32_t>(token.offset),
                   "condition: no selection is called '" + std::string(token.text) + "'");
    }
    if (tree_.size() >= kMaxConditionNodes) return too_large(static_cast<uint32_t>(token.offset));
    return add({Kind::kSelection, static_cast<uint32_t>(found - names_.begin()), 0, {}});
  }

  Parsed<uint32_t> counted(const Token& quantity) {
    next();
    Token pattern = token_;
    if (!pattern.word || at_end()) return unexpected("'them' or a selection's name with '*'");
    next();
    bool them = equal_folded(pattern.text, "them");
    std::vector<uint32_t> hits;
    for (uint32_t i = 0; i < names_.size(); ++i) {
      // Names that begin with '_' are left out of every selector that does not itself begin with '_'.
      bool hidden = names_[i].starts_with('_') && (them || !pattern.text.starts_with('_'));
      if (!hidden && (them || name_matches(pattern.text, names_[i]))) hits.push_back(i);
    }
    auto here = static_cast<uint32_t>(pattern.offset);
    if (hits.empty()) return fault(0, here, "condition: no selection is meant by '" + std::string(pattern.text) + "'");
    uint32_t count = 0;
    if (equal_folded(quantity.text, "any")) {
      count = 1;
    } else if (equal_folded(quantity.text, "all")) {
      count = static_cast<uint32_t>(hits.size());
    } else {
      auto [end, error] = std::from_chars(quantity.text.data(), quantity.text.data() + quantity.text.size(), count);
      if (error != std::errc() || end != quantity.text.data() + quantity.text.size()) {
        return fault(0, static_cast<uint32_t>(quantity.offset),
                     "condition: expected a number, 'any' or 'all' before 'of'");
      }
      if (count == 0) return fault(0, static_cast<uint32_t>(quantity.offset), "condition: '0 of' is always true");
      if (count > hits.size()) {
        return fault(
            0, static_cast<uint32_t>(quantity.offset),
            "condition: asks for " + std::to_string(count) + " of " + std::to_string(hits.size()) + " selections");
      }
    }
    if (tree_.size() + hits.size() > kMaxConditionNodes) return too_large(here);
    std::vector<uint32_t> children;
    for (uint32_t i : hits) children.push_back(add({Kind::kSelection, i, 0, {}}));
    if (children.size() == 1) return children[0];
    return add({Kind::kAtLeast, 0, count, std::move(children)});
  }

  std::string_view text_;
  const std::vector<std::string>& names_;
  std::vector<ConditionNode>& tree_;
  size_t at_ = 0;
  Token token_;
};

}  // namespace

bool name_matches(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = std::string_view::npos, from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      from = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star;
      n = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Parsed<uint32_t> parse_condition(std::string_view text, const std::vector<std::string>& names,
                                 std::vector<ConditionNode>* tree, size_t* pipe) {
  return ConditionParser(text, names, tree).run(pipe);
}

}  // namespace sil::hunt
