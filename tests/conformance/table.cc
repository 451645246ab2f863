#include "table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <new>

#include "bytes/file.h"
#include "bytes/text.h"

namespace sil::conformance {
namespace {

using hunt::YamlArena;
using hunt::YamlEntry;
using hunt::YamlNode;

constexpr std::string_view kLong =
    "\xC2\xAB"
    "64K\xC2\xBB";
constexpr size_t kLongSize = 65536;

bool holds_token(const YamlNode& node) {
  if (node.is_scalar()) return node.text.find(kLong) != std::string_view::npos;
  return std::any_of(node.entries.begin(), node.entries.end(), [](const YamlEntry& entry) {
    return holds_token(*entry.value) || (entry.key && holds_token(*entry.key));
  });
}

// Quoted so that every reader of YAML and JSON gets the same text.
void append_quoted(std::string_view text, bool json, std::string* out) {
  *out += '"';
  for (size_t at = 0; at < text.size();) {
    char32_t code = next_scalar(text, &at);
    std::array<char, 16> buffer{};
    if (code == '"' || code == '\\') {
      *out += '\\';
      *out += static_cast<char>(code);
    } else if (code >= 0x20 && code < 0x7F) {
      *out += static_cast<char>(code);
    } else if (code < 0x10000) {
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(code));
      *out += buffer.data();
    } else if (!json) {
      std::snprintf(buffer.data(), buffer.size(), "\\U%08x", static_cast<unsigned>(code));
      *out += buffer.data();
    } else {
      unsigned pair = static_cast<unsigned>(code) - 0x10000;
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x\\u%04x", 0xD800 + (pair >> 10), 0xDC00 + (pair & 0x3FF));
      *out += buffer.data();
    }
  }
  *out += '"';
}

bool bare_word(std::string_view text) {
  return !text.empty() && text != "-" && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
           c == '+' || c == '-' || c == '~';
  });
}

void append_flow(const YamlNode& node, std::string* out) {
  if (node.is_scalar()) {
    if (node.is_null())
      *out += "null";
    else if (node.plain && bare_word(node.text))
      *out += node.text;
    else
      append_quoted(node.text, false, out);
    return;
  }
  *out += node.is_map() ? '{' : '[';
  for (size_t i = 0; i < node.entries.size(); ++i) {
    if (i) *out += ", ";
    if (node.is_map()) {
      append_quoted(node.entries[i].key->text, false, out);
      *out += ": ";
    }
    append_flow(*node.entries[i].value, out);
  }
  *out += node.is_map() ? '}' : ']';
}

void append_json(const YamlNode& node, std::string* out) {
  bool yes = false;
  if (node.is_scalar()) {
    if (node.is_null())
      *out += "null";
    else if (node.is_boolean(&yes))
      *out += yes ? "true" : "false";
    else if (node.is_number())
      *out += node.text;
    else
      append_quoted(node.text, true, out);
    return;
  }
  *out += node.is_map() ? '{' : '[';
  for (size_t i = 0; i < node.entries.size(); ++i) {
    if (i) *out += ',';
    if (node.is_map()) {
      append_quoted(node.entries[i].key->text, true, out);
      *out += ':';
    }
    append_json(*node.entries[i].value, out);
  }
  *out += node.is_map() ? '}' : ']';
}

YamlNode* copy_of(const YamlNode& node, YamlArena* arena) {
  return new (arena->take(sizeof(YamlNode), alignof(YamlNode))) YamlNode(node);
}

YamlEntry* take_entries(size_t count, YamlArena* arena) {
  return static_cast<YamlEntry*>(arena->take(sizeof(YamlEntry) * count, alignof(YamlEntry)));
}

class TableReader {
 public:
  explicit TableReader(Table* table) : table_(*table) {}

  void read_file(const std::string& path) {
    file_ = path.substr(path.rfind('/') + 1);
    auto text = read_whole(path, hunt::kMaxYamlBytes);
    if (!text) return fault(0, text.error().text());
    arena_ = &table_.arenas.emplace_back();
    for (hunt::YamlDocument& document : hunt::read_yaml(table_.texts.emplace_back(std::move(*text)), arena_)) {
      if (document.fault) {
        fault(document.fault->line, document.fault->reason);
      } else if (!document.root->is_list()) {
        fault(document.root->line, "expected a list of groups");
      } else {
        for (const YamlEntry& entry : document.root->entries) read_group(*entry.value);
      }
    }
  }

 private:
  void fault(uint32_t line, const std::string& text) {
    table_.faults.push_back(file_ + ":" + std::to_string(line) + ": " + text);
  }

  void read_group(const YamlNode& node) {
    if (!node.is_map()) return fault(node.line, "a group is a map");
    group_ = {};
    group_.file = file_;
    group_.line = node.line;
    group_.usual = {"okta", "", "okta"};
    size_t rules = 0;
    for (const YamlEntry& entry : node.entries) {
      std::string_view key = entry.key->text;
      if (key == "selection" || key == "detection" || key == "documents" || key == "text") ++rules;
      if (!read_key(key, *entry.value)) fault(entry.key->line, "key '" + std::string(key) + "' is not understood");
    }
    if (group_.section.empty()) fault(node.line, "no section");
    if (rules != 1) fault(node.line, "expected one of selection, detection, documents, text");
    if (group_.row_count() == 0) fault(node.line, "a group without rows");
    read_rules(node);
    table_.groups.push_back(std::move(group_));
  }

  bool read_key(std::string_view key, const YamlNode& value) {
    bool decided = key.starts_with("decided_");
    if (decided) key.remove_prefix(8);
    if (key == "match" || key == "no_match") return read_events(value, key == "match", decided);
    if (decided) return false;
    if (key == "lint") return read_words(value, &group_.lints);
    if (key == "no_lint") return read_words(value, &group_.no_lints);
    if (key == "missing") return read_words(value, &group_.missing);
    if (key == "selection" || key == "detection" || key == "documents") {
      note_modifiers(value);
      return true;
    }
    if (key == "logsource") return value.is_map();
    if (!value.is_scalar()) return false;
    if (key == "section") group_.section = std::string(value.text);
    if (key == "refused") group_.refused = std::string(value.text);
    if (key == "refused") group_.is_refused = true;
    if (key == "loads") group_.loads = parse_number(value.text).i + static_cast<int64_t>(parse_number(value.text).u);
    return key == "section" || key == "refused" || key == "loads" || key == "text";
  }

  static bool read_words(const YamlNode& value, std::vector<std::string>* out) {
    if (value.is_scalar()) out->emplace_back(value.text);
    for (const YamlEntry& entry : value.entries) out->emplace_back(entry.value->text);
    return !value.is_map();
  }

  void note_modifiers(const YamlNode& node) {
    for (const YamlEntry& entry : node.entries) {
      note_modifiers(*entry.value);
      size_t bar = entry.key ? entry.key->text.find('|') : std::string_view::npos;
      if (bar == std::string_view::npos) continue;
      std::vector<std::string>& names = group_.modifiers.emplace_back();
      while (bar != std::string_view::npos) {
        size_t end = entry.key->text.find('|', bar + 1);
        names.emplace_back(entry.key->text.substr(bar + 1, end == std::string_view::npos ? end : end - bar - 1));
        bar = end;
      }
    }
  }

  bool read_events(const YamlNode& list, bool match, bool decided) {
    if (!list.is_list()) return false;
    for (const YamlEntry& entry : list.entries)
      group_.rows.push_back({event_of(*expanded(*entry.value, arena_)), match, decided, entry.value->line});
    return true;
  }

  // A scalar or list x stands for {A: x}.
  const YamlNode* event_of(const YamlNode& value) {
    if (value.is_map()) return &value;
    YamlNode* key = copy_of(value, arena_);
    key->kind = YamlNode::Kind::kScalar;
    key->entries = {};
    key->text = "A";
    YamlNode* map = copy_of(value, arena_);
    map->kind = YamlNode::Kind::kMap;
    map->text = {};
    YamlEntry* entries = take_entries(1, arena_);
    entries[0] = {key, &value};
    map->entries = {entries, 1};
    return map;
  }

  void read_rules(const YamlNode& node) {
    const YamlNode* logsource = node.find("logsource");
    std::string source = logsource ? flow_text(*logsource) : "{product: okta, service: okta}";
    if (logsource) {
      auto word = [&](std::string_view key) {
        const YamlNode* found = logsource->find(key);
        return found ? std::string(found->text) : std::string();
      };
      group_.usual = {word("product"), word("category"), word("service")};
    }
    auto detection = [&](const std::string& text) {
      group_.rules = "title: " + file_ + " line " + std::to_string(group_.line) +
                     "\nid: 5f0c1d7e-0000-4000-8000-000000000001\nlevel: low\nlogsource: " + source +
                     "\ndetection: " + text + "\n";
    };
    if (const YamlNode* selection = node.find("selection"))
      detection("{s: " + flow_text(*expanded(*selection, arena_)) + ", condition: s}");
    if (const YamlNode* whole = node.find("detection")) detection(flow_text(*expanded(*whole, arena_)));
    if (const YamlNode* text = node.find("text")) group_.rules = std::string(text->text);
    const YamlNode* documents = node.find("documents");
    if (!documents) return;
    if (!documents->is_list()) return fault(documents->line, "documents is a list of maps");
    for (const YamlEntry& entry : documents->entries) add_document(*entry.value, source);
  }

  // What every document needs and no row is about is filled in, unless the group is about collections.
  void add_document(const YamlNode& document, const std::string& source) {
    group_.rules += "---\n";
    bool collection = group_.section.find("collection") != std::string::npos;
    if (!collection && !document.find("title")) group_.rules += "title: T\n";
    if (!collection && !document.find("logsource") && !document.find("correlation"))
      group_.rules += "logsource: " + source + "\n";
    for (const YamlEntry& entry : document.entries) {
      append_quoted(entry.key->text, false, &group_.rules);
      group_.rules += ": " + flow_text(*expanded(*entry.value, arena_)) + "\n";
    }
  }

  Table& table_;
  YamlArena* arena_ = nullptr;
  std::string file_;
  Group group_;
};

}  // namespace

const YamlNode* expanded(const YamlNode& node, YamlArena* arena) {
  if (!holds_token(node)) return &node;
  YamlNode* out = copy_of(node, arena);
  if (node.is_scalar()) {
    std::string text(node.text);
    for (size_t at = text.find(kLong); at != std::string::npos; at = text.find(kLong, at + kLongSize))
      text.replace(at, kLong.size(), kLongSize, 'z');
    out->text = arena->keep(text);
    return out;
  }
  YamlEntry* entries = take_entries(node.entries.size(), arena);
  for (size_t i = 0; i < node.entries.size(); ++i)
    entries[i] = {node.entries[i].key, expanded(*node.entries[i].value, arena)};
  out->entries = {entries, node.entries.size()};
  return out;
}

std::string flow_text(const YamlNode& node) {
  std::string out;
  append_flow(node, &out);
  return out;
}

std::string json_text(const YamlNode& node) {
  std::string out;
  append_json(node, &out);
  return out;
}

std::vector<std::string> table_files(const std::string& folder, bool correlations) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(".yml")) continue;
    if ((name.find("correlation") != std::string::npos) == correlations) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Table read_table(const std::string& folder) {
  Table table;
  TableReader reader(&table);
  for (const std::string& path : table_files(folder, false)) reader.read_file(path);
  return table;
}

}  // namespace sil::conformance
