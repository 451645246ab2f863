#include "hunt/yaml_lines.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace sil::hunt {
namespace {

constexpr size_t kMaxLinesDepth = kMaxYamlDepth / 2;  // deeper is libyaml's to judge
constexpr size_t kMaxKey = 512;                       // libyaml: a simple key has at most 1,024 characters
constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@`";

bool only_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; });
}

class LineReader {
 public:
  LineReader(std::string_view text, uint32_t first_line, YamlArena* arena)
      : text_(text), line_number_(first_line), arena_(*arena) {}

  bool run(YamlDocument* out) {
    line_at(0);
    find_content();
    uint32_t begins = line_number_;
    bool marked = !end_ && indent_ == 0 && content_ == "---";
    if (marked) {
      next();
      if (end_) return false;
    }
    out->text = text_;
    if (end_) return true;
    const YamlNode* root = block(-1, indent_);
    if (!root || !end_) return false;
    out->root = root;
    out->line = marked ? begins : root->line;
    return true;
  }

 private:
  // ---- lines: `content_` is the line at hand from its first visible character on
  void line_at(size_t start) {
    start_ = start;
    end_ = start >= text_.size();
    if (end_) return;
    auto at = static_cast<const char*>(std::memchr(text_.data() + start, '\n', text_.size() - start));
    stop_ = at ? static_cast<size_t>(at - text_.data()) : text_.size();
    size_t visible = start;
    while (visible < stop_ && text_[visible] == ' ') ++visible;
    indent_ = static_cast<int>(visible - start);
    content_ = text_.substr(visible, stop_ - visible);
    while (!content_.empty() && content_.back() == ' ') content_.remove_suffix(1);
  }
  void step() {
    ++line_number_;
    line_at(stop_ + 1);
  }
  void find_content() {
    while (!end_ && (content_.empty() || content_[0] == '#')) step();
  }
  void next() {
    step();
    find_content();
  }

  // ---- nodes
  YamlNode* node(YamlNode::Kind kind, uint32_t line, size_t column) {
    auto* made = new (arena_.take(sizeof(YamlNode), alignof(YamlNode))) YamlNode;
    made->kind = kind;
    made->line = line;
    made->column = static_cast<uint32_t>(column) + 1;
    return made;
  }
  YamlNode* scalar(uint32_t line, size_t column, std::string_view text, bool plain, bool one_line) {
    YamlNode* made = node(YamlNode::Kind::kScalar, line, column);
    made->text = text;
    made->plain = plain;
    made->one_line = one_line;
    return made;
  }

  bool close(YamlNode* made, size_t first_entry) {
    size_t count = entries_.size() - first_entry;
    auto* at = static_cast<YamlEntry*>(arena_.take(sizeof(YamlEntry) * std::max<size_t>(count, 1), alignof(YamlEntry)));
    uint64_t weight = 1;
    for (size_t i = 0; i < count; ++i) {
      at[i] = entries_[first_entry + i];
      weight += at[i].value->weight + (at[i].key ? 1 : 0);
    }
    entries_.resize(first_entry);
    made->entries = {at, count};
    made->weight = static_cast<uint32_t>(weight);
    return weight <= kMaxYamlNodes;
  }

  static bool is_dash(std::string_view content) {
    return content[0] == '-' && (content.size() == 1 || content[1] == ' ');
  }

  // A list or map whose first line is at hand, at `column`; `outer`: the indent of the block around it.
  const YamlNode* block(int outer, int column) {
    if (column <= outer || ++depth_ > kMaxLinesDepth) return nullptr;
    const YamlNode* made = is_dash(content_) ? list(column, false) : map(column);
    --depth_;
    return made;
  }

  const YamlNode* list(int column, bool indentless) {
    YamlNode* made = node(YamlNode::Kind::kList, line_number_, static_cast<size_t>(column));
    size_t first = entries_.size();
    while (!end_ && indent_ == column && is_dash(content_)) {
      size_t skip = 1;
      while (skip < content_.size() && content_[skip] == ' ') ++skip;
      size_t at = static_cast<size_t>(column) + skip;
      std::string_view rest = content_.substr(skip);
      const YamlNode* value = nullptr;
      size_t colon = 0;
      if (rest.empty() || rest[0] == '#') {
        value = below(column, static_cast<size_t>(column) + 1, false);
      } else if (is_dash(rest)) {
        return nullptr;
      } else if (find_key(rest, &colon)) {  // a map that begins behind the dash
        indent_ = static_cast<int>(at);
        content_ = rest;
        value = block(column, indent_);
      } else {
        value = inline_scalar(rest, at, column);
      }
      if (!value) return nullptr;
      entries_.push_back({nullptr, value});
    }
    if (!end_ && (indent_ > column || (indent_ == column && !indentless))) return nullptr;
    return close(made, first) ? made : nullptr;
  }

  const YamlNode* map(int column) {
    YamlNode* made = node(YamlNode::Kind::kMap, line_number_, static_cast<size_t>(column));
    size_t first = entries_.size();
    while (!end_ && indent_ == column && !is_dash(content_)) {
      size_t colon = 0;
      if (!find_key(content_, &colon)) return nullptr;
      const YamlNode* key = key_node(content_.substr(0, colon), static_cast<size_t>(column));
      if (!key || repeated(key->text, first)) return nullptr;
      size_t skip = colon + 1;
      while (skip < content_.size() && content_[skip] == ' ') ++skip;
      std::string_view rest = content_.substr(skip);
      size_t at = static_cast<size_t>(column) + skip;
      const YamlNode* value = rest.empty() || rest[0] == '#'
                                  ? below(column, static_cast<size_t>(column) + colon + 1, true)
                                  : inline_scalar(rest, at, column);
      if (!value) return nullptr;
      entries_.push_back({key, value});
    }
    if (!end_ && indent_ >= column) return nullptr;
    return close(made, first) ? made : nullptr;
  }

  bool repeated(std::string_view key, size_t first) const {
    if (key == "<<" || entries_.size() - first >= 64) return true;  // merges and wide maps: libyaml's way
    for (size_t i = first; i < entries_.size(); ++i) {
      if (entries_[i].key->text == key) return true;
    }
    return false;
  }

  // Where the ':' of a key stands. Keys: plain without anything that could be read otherwise, or quoted without quotes
  // and backslashes inside.
  static bool find_key(std::string_view content, size_t* colon) {
    if (content[0] == '\'' || content[0] == '"') {
      size_t close = content.find(content[0], 1);
      if (close == std::string_view::npos || close + 1 >= content.size() || content[close + 1] != ':') return false;
      *colon = close + 1;
    } else {
      size_t at = content.find(':');
      while (at != std::string_view::npos && at + 1 < content.size() && content[at + 1] != ' ')
        at = content.find(':', at + 1);
      if (at == std::string_view::npos) return false;
      *colon = at;
    }
    return *colon + 1 == content.size() || content[*colon + 1] == ' ';
  }

  const YamlNode* key_node(std::string_view key, size_t column) {
    if (key.empty() || key.size() > kMaxKey) return nullptr;
    bool quoted = key[0] == '\'' || key[0] == '"';
    if (quoted) {
      key = key.substr(1, key.size() - 2);
      if (key.find('\\') != std::string_view::npos) return nullptr;
    } else if (kIndicators.find(key[0]) != std::string_view::npos || key.back() == ' ' ||
               key.find(" #") != std::string_view::npos || key.starts_with("...")) {
      return nullptr;
    }
    return scalar(line_number_, column, key, !quoted, true);
  }

  // The value of "key:" or "-" with nothing behind it on its line: a deeper block, a list at the key's own column, or
  // an empty scalar, whose place is right behind the ':' or '-'.
  const YamlNode* below(int column, size_t empty_column, bool key) {
    uint32_t line = line_number_;
    next();
    if (!end_ && indent_ > column) {
      size_t colon = 0;
      if (!is_dash(content_) && !find_key(content_, &colon)) return nullptr;
      return block(column, indent_);
    }
    if (!end_ && key && indent_ == column && is_dash(content_)) return list(column, true);
    return scalar(line, empty_column, {}, true, true);
  }

  // ---- scalars that begin on the line at hand. `column`: indent of the block around
  const YamlNode* inline_scalar(std::string_view rest, size_t at, int column) {
    switch (rest[0]) {
      case '\'': return single_quoted(rest, at);
      case '"': return double_quoted(rest, at);
      case '|': return literal(rest, at, column);
      default: return plain(rest, at, column);
    }
  }

  static bool nothing_but_comment(std::string_view rest) {
    size_t visible = rest.find_first_not_of(' ');
    return visible == std::string_view::npos || (visible > 0 && rest[visible] == '#');
  }

  const YamlNode* single_quoted(std::string_view rest, size_t at) {
    size_t close = 1;
    bool doubled = false;
    while (true) {
      close = rest.find('\'', close);
      if (close == std::string_view::npos) return nullptr;
      if (close + 1 >= rest.size() || rest[close + 1] != '\'') break;
      doubled = true;
      close += 2;
    }
    if (!nothing_but_comment(rest.substr(close + 1))) return nullptr;
    std::string_view text = rest.substr(1, close - 1);
    const YamlNode* made = scalar(line_number_, at, doubled ? without_doubles(text) : text, false, true);
    next();
    return made;
  }

  std::string_view without_doubles(std::string_view text) {
    auto* out = static_cast<char*>(arena_.take(text.size(), 1));
    size_t size = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      out[size++] = text[i];
      if (text[i] == '\'') ++i;
    }
    return {out, size};
  }

  const YamlNode* double_quoted(std::string_view rest, size_t at) {
    size_t close = rest.find('"', 1);
    if (close == std::string_view::npos || rest.substr(0, close).find('\\') != std::string_view::npos) return nullptr;
    if (!nothing_but_comment(rest.substr(close + 1))) return nullptr;
    const YamlNode* made = scalar(line_number_, at, rest.substr(1, close - 1), false, true);
    next();
    return made;
  }

  const YamlNode* plain(std::string_view rest, size_t at, int column) {
    bool dashed = rest[0] == '-' && rest.size() > 1 && rest[1] != ' ';  // "-x", "-1"
    if (!dashed && kIndicators.find(rest[0]) != std::string_view::npos) return nullptr;
    rest = rest.substr(0, rest.find(" #"));
    while (rest.back() == ' ') rest.remove_suffix(1);
    if (rest.back() == ':' || rest.find(": ") != std::string_view::npos) return nullptr;
    const YamlNode* made = scalar(line_number_, at, rest, true, true);
    next();
    return !end_ && indent_ > column ? nullptr : made;  // a text of several lines, or a mistake
  }

  // "|" and "|-": lines as they are, without their common indent.
  const YamlNode* literal(std::string_view rest, size_t at, int column) {
    bool strip = rest == "|-";
    if (!strip && rest != "|") return nullptr;
    YamlNode* made = scalar(line_number_, at, {}, false, false);
    step();
    if (end_ || content_.empty() || indent_ <= std::max(column, 0)) return nullptr;
    auto margin = static_cast<size_t>(indent_);
    size_t first = start_;
    uint32_t first_number = line_number_;
    auto inside = [&] { return !end_ && (content_.empty() || static_cast<size_t>(indent_) >= margin); };
    while (inside()) {
      if (content_.empty() && stop_ - start_ > margin) return nullptr;  // blanks that would count
      step();
    }
    size_t most = std::min(start_, text_.size()) - first;
    line_number_ = first_number;
    line_at(first);
    auto* out = static_cast<char*>(arena_.take(most + 1, 1));
    size_t size = 0, kept = 0;
    for (; inside(); step()) {
      bool blank = content_.empty(), broken = stop_ < text_.size();
      if (!blank) {
        std::memcpy(out + size, text_.data() + start_ + margin, stop_ - start_ - margin);
        size += stop_ - start_ - margin;
        kept = size + (!strip && broken ? 1 : 0);
      }
      out[size++] = '\n';
    }
    made->text = {out, kept};
    find_content();
    return !end_ && indent_ > column ? nullptr : made;
  }

  std::string_view text_;
  uint32_t line_number_;
  YamlArena& arena_;
  size_t start_ = 0, stop_ = 0;  // of the line at hand
  int indent_ = 0;
  std::string_view content_;
  bool end_ = false;
  size_t depth_ = 0;
  std::vector<YamlEntry> entries_;
};

}  // namespace

bool read_yaml_lines(std::string_view text, uint32_t first_line, YamlArena* arena, YamlDocument* out) {
  return only_plain_ascii(text) && LineReader(text, first_line, arena).run(out);
}

}  // namespace sil::hunt
