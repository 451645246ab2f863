#include "hunt/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <unordered_map>

#include "hunt/yaml_lines.h"

namespace sil::hunt {

// ---- scalars
// -------------------------------------------------------------------------------------------------

bool YamlNode::is_null() const {
  return is_scalar() && plain && (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

bool YamlNode::is_boolean(bool* value) const {
  if (!is_scalar() || !plain) return false;
  bool yes = text == "true" || text == "True" || text == "TRUE";
  if (!yes && text != "false" && text != "False" && text != "FALSE") return false;
  *value = yes;
  return true;
}

bool YamlNode::is_number() const {
  if (!is_scalar() || !plain) return false;
  std::string_view rest = text;
  if (rest.starts_with('-')) rest.remove_prefix(1);
  auto digits = [&rest] {
    size_t n = 0;
    while (n < rest.size() && rest[n] >= '0' && rest[n] <= '9') ++n;
    rest.remove_prefix(n);
    return n;
  };
  bool zero = rest.starts_with('0');
  size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) {
    rest.remove_prefix(1);
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) rest.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return rest.empty();
}

const YamlNode* YamlNode::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  for (const YamlEntry& entry : entries) {
    if (entry.key->text == key) return entry.value;
  }
  return nullptr;
}

uint32_t YamlNode::column_of(size_t offset) const {
  return one_line ? column + (plain ? 0 : 1) + static_cast<uint32_t>(offset) : column;
}

// ---- arena
// ---------------------------------------------------------------------------------------------------

void* YamlArena::take(size_t bytes, size_t alignment) {
  while (true) {
    if (block_ < blocks_.size()) {
      size_t start = (used_ + alignment - 1) & ~(alignment - 1);
      if (start + bytes <= blocks_[block_].size) {
        used_ = start + bytes;
        return blocks_[block_].bytes.get() + start;
      }
      ++block_;
      used_ = 0;
      continue;
    }
    size_t size = std::max(kBlock, bytes + alignment);
    blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    block_ = blocks_.size() - 1;
    used_ = 0;
  }
}

std::string_view YamlArena::keep(std::string_view text) {
  if (text.empty()) return {};
  char* at = static_cast<char*>(take(text.size(), 1));
  std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

void YamlArena::reset() {
  block_ = 0;
  used_ = 0;
}

// ---- events to nodes
// -----------------------------------------------------------------------------------------

namespace {

class Parser {
 public:
  Parser(std::string_view text, uint32_t first_line, YamlArena* arena)
      : text_(text), first_line_(first_line), arena_(arena) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (ready_)
      yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Parser() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void run(std::vector<YamlDocument>* documents) {
    while (step()) {
      if (!root_) continue;
      documents->push_back({root_, text_, first_line_ + root_line_, std::nullopt});
      root_ = nullptr;
    }
    if (fault_) documents->push_back({nullptr, text_, first_line_, std::move(fault_)});
  }

 private:
  struct Open {
    YamlNode* node;
    size_t first_entry;
    const YamlNode* pending_key;
    std::string_view anchor;
  };

  bool step() {
    if (!ready_) return false;
    yaml_event_t event;
    if (!yaml_parser_parse(&parser_, &event)) {
      parse_error();
      return false;
    }
    bool more = handle(event);
    yaml_event_delete(&event);
    return more && !fault_;
  }

  bool handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_STREAM_END_EVENT: return false;
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        root_line_ = static_cast<uint32_t>(event.start_mark.line);
        return true;
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_SEQUENCE_START_EVENT: return open(event, YamlNode::Kind::kList, view(event.data.sequence_start.anchor));
      case YAML_MAPPING_START_EVENT: return open(event, YamlNode::Kind::kMap, view(event.data.mapping_start.anchor));
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: return close();
      case YAML_ALIAS_EVENT: return alias(event);
      default: return true;
    }
  }

  static std::string_view view(const yaml_char_t* text) {
    return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
  }

  bool fail_at(const yaml_mark_t& mark, std::string reason) {
    fault_ = Fault{first_line_ + static_cast<uint32_t>(mark.line), static_cast<uint32_t>(mark.column) + 1,
                   std::move(reason)};
    return false;
  }

  void parse_error() {
    std::string reason = "not YAML: ";
    reason += parser_.problem ? parser_.problem : "unknown error";
    if (parser_.error == YAML_READER_ERROR) {  // the reader knows an offset only
      size_t offset = std::min(parser_.problem_offset, text_.size());
      std::string_view before = text_.substr(0, offset);
      size_t start = before.rfind('\n');
      fault_ = Fault{first_line_ + static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n')),
                     static_cast<uint32_t>(start == std::string_view::npos ? offset : offset - start - 1) + 1,
                     std::move(reason)};
      return;
    }
    if (parser_.context) reason += std::string(" (") + parser_.context + ")";
    fail_at(parser_.problem_mark, std::move(reason));
  }

  YamlNode* new_node(const yaml_mark_t& mark) {
    auto* node = new (arena_->take(sizeof(YamlNode), alignof(YamlNode))) YamlNode;
    node->line = first_line_ + static_cast<uint32_t>(mark.line);
    node->column = static_cast<uint32_t>(mark.column) + 1;
    return node;
  }

  bool scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    YamlNode* node = new_node(event.start_mark);
    node->text = arena_->keep({reinterpret_cast<const char*>(data.value), data.length});
    node->plain = data.style == YAML_PLAIN_SCALAR_STYLE && data.tag == nullptr;
    node->one_line = event.start_mark.line == event.end_mark.line;
    if (data.anchor) anchors_.emplace_back(arena_->keep(view(data.anchor)), node);
    return add(node, event.start_mark);
  }

  bool open(const yaml_event_t& event, YamlNode::Kind kind, std::string_view anchor) {
    if (open_.size() >= kMaxYamlDepth) return fail_at(event.start_mark, "nested deeper than 64 levels");
    YamlNode* node = new_node(event.start_mark);
    node->kind = kind;
    open_.push_back({node, entries_.size(), nullptr, arena_->keep(anchor)});
    return true;
  }

  bool close() {
    Open top = open_.back();
    open_.pop_back();
    if (top.node->is_map() && !finish_map(top)) return false;
    size_t count = entries_.size() - top.first_entry;
    auto* at =
        static_cast<YamlEntry*>(arena_->take(sizeof(YamlEntry) * std::max<size_t>(count, 1), alignof(YamlEntry)));
    uint64_t weight = 1;
    for (size_t i = 0; i < count; ++i) {
      at[i] = entries_[top.first_entry + i];
      weight += at[i].value->weight + (at[i].key ? 1 : 0);
    }
    entries_.resize(top.first_entry);
    yaml_mark_t mark{};
    mark.line = top.node->line - first_line_;
    mark.column = top.node->column - 1;
    if (weight > kMaxYamlNodes) return fail_at(mark, "more than 400000 nodes once aliases are followed");
    top.node->weight = static_cast<uint32_t>(weight);
    top.node->entries = {at, count};
    if (!top.anchor.empty()) anchors_.emplace_back(top.anchor, top.node);
    return add(top.node, mark);
  }

  bool alias(const yaml_event_t& event) {
    std::string_view name = view(event.data.alias.anchor);
    for (auto it = anchors_.rbegin(); it != anchors_.rend(); ++it) {
      if (it->first == name) return add(it->second, event.start_mark);
    }
    return fail_at(event.start_mark, "alias *" + std::string(name) + " has no finished anchor before it");
  }

  bool add(const YamlNode* node, const yaml_mark_t& mark) {
    if (open_.empty()) {
      root_ = node;
      return true;
    }
    Open& top = open_.back();
    if (top.node->is_list()) {
      entries_.push_back({nullptr, node});
    } else if (!top.pending_key) {
      if (!node->is_scalar()) return fail_at(mark, "a key must be a scalar");
      top.pending_key = node;
    } else {
      entries_.push_back({top.pending_key, node});
      top.pending_key = nullptr;
    }
    return true;
  }

  bool duplicate(const YamlNode* key, const YamlNode* first) {
    fault_ =
        Fault{key->line, key->column,
              "key '" + std::string(key->text) + "' stands twice (first in line " + std::to_string(first->line) + ")"};
    return false;
  }

  bool finish_map(const Open& top) {
    if (!merge(top)) return false;
    size_t count = entries_.size() - top.first_entry;
    const YamlEntry* at = entries_.data() + top.first_entry;
    if (count <= 24) {
      for (size_t i = 1; i < count; ++i) {
        for (size_t j = 0; j < i; ++j) {
          if (at[i].key->text == at[j].key->text) return duplicate(at[i].key, at[j].key);
        }
      }
      return true;
    }
    std::unordered_map<std::string_view, const YamlNode*> seen;
    for (size_t i = 0; i < count; ++i) {
      auto [it, fresh] = seen.emplace(at[i].key->text, at[i].key);
      if (!fresh) return duplicate(at[i].key, it->second);
    }
    return true;
  }

  // "<<: *a" (YAML 1.1 merge type): keys of the other map that this one lacks.
  bool merge(const Open& top) {
    size_t end = entries_.size();
    for (size_t i = top.first_entry; i < end; ++i) {
      if (entries_[i].key->text != "<<" || !entries_[i].key->plain) continue;
      const YamlNode* other = entries_[i].value;
      if (!other->is_map()) {
        fault_ = Fault{other->line, other->column, "'<<' needs a map"};
        return false;
      }
      entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
      size_t own = entries_.size();
      for (const YamlEntry& entry : other->entries) {
        bool mine = false;
        for (size_t k = top.first_entry; k < own && !mine; ++k) mine = entries_[k].key->text == entry.key->text;
        if (!mine) entries_.push_back(entry);
      }
      return true;
    }
    return true;
  }

  std::string_view text_;
  uint32_t first_line_;
  YamlArena* arena_;
  yaml_parser_t parser_;
  bool ready_ = false;
  std::vector<Open> open_;
  std::vector<YamlEntry> entries_;
  std::vector<std::pair<std::string_view, const YamlNode*>> anchors_;
  const YamlNode* root_ = nullptr;
  uint32_t root_line_ = 0;
  std::optional<Fault> fault_;
};

bool only_comments(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    size_t first = line.find_first_not_of(" \t\r");
    bool directive = line.starts_with('%');
    if (first != std::string_view::npos && line[first] != '#' && !directive) return false;
    at = end + 1;
  }
  return true;
}

// "---" at the start of a line is a document mark wherever it stands, so a text can be cut there before it is
// parsed.
std::vector<std::string_view> cut_documents(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t start = 0;
  for (size_t at = text.find("\n---"); at != std::string_view::npos; at = text.find("\n---", at + 1)) {
    char after = at + 4 < text.size() ? text[at + 4] : '\n';
    if (after != '\n' && after != '\r' && after != ' ' && after != '\t') continue;
    if (only_comments(text.substr(start, at + 1 - start))) continue;  // directives and comments belong to what follows
    parts.push_back(text.substr(start, at + 1 - start));
    start = at + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::vector<YamlDocument> read_documents(std::string_view text, YamlArena* arena, bool shortcut) {
  std::vector<YamlDocument> documents;
  if (text.size() > kMaxYamlBytes) {
    documents.push_back({nullptr, text, 1, Fault{1, 1, "larger than 1 MiB"}});
    return documents;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  uint32_t line = 1;
  std::vector<std::string_view> parts = cut_documents(text);
  for (std::string_view part : parts) {
    YamlDocument document;
    if (!shortcut || !read_yaml_lines(part, line, arena, &document))
      Parser(part, line, arena).run(&documents);
    else if (document.root)
      documents.push_back(std::move(document));
    if (parts.size() > 1) line += static_cast<uint32_t>(std::count(part.begin(), part.end(), '\n'));
  }
  // "---" followed by nothing is a document of its own for YAML, but none for us.
  std::erase_if(documents, [](const YamlDocument& d) { return d.root && d.root->is_null(); });
  return documents;
}

}  // namespace

std::vector<YamlDocument> read_yaml(std::string_view text, YamlArena* arena) {
  return read_documents(text, arena, true);
}
std::vector<YamlDocument> read_yaml_plainly(std::string_view text, YamlArena* arena) {
  return read_documents(text, arena, false);
}

}  // namespace sil::hunt
