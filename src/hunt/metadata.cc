#include "hunt/metadata.h"

#include <algorithm>

namespace sil::hunt {
namespace {

// Keys with a meaning of their own; all others are kept as custom.
constexpr std::string_view kKnownKeys[] = {
    "title",      "id",     "name",  "related",     "taxonomy",  "status",    "description", "license",
    "references", "author", "date",  "modified",    "logsource", "detection", "fields",      "falsepositives",
    "level",      "tags",   "scope", "correlation", "filter",    "action",
};
constexpr std::string_view kStatuses[] = {"stable", "test", "experimental", "deprecated", "unsupported"};
constexpr std::string_view kRelations[] = {"derived", "obsolete", "merged", "renamed", "similar"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < 36; ++i) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    char c = text[i];
    bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

bool is_iso_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  return true;
}

class MetadataReader {
 public:
  MetadataReader(const YamlNode& root, std::vector<Lint>* lints) : root_(root), lints_(lints) {}

  Parsed<Metadata> run() {
    if (auto bad = texts()) return tl::unexpected<Fault>(std::move(*bad));
    if (auto bad = words()) return tl::unexpected<Fault>(std::move(*bad));
    read_tags();
    read_related();
    for (const YamlEntry& entry : root_.entries) {
      bool known = std::find(std::begin(kKnownKeys), std::end(kKnownKeys), entry.key->text) != std::end(kKnownKeys);
      if (!known && entry.value->is_scalar()) out_.custom.emplace_back(entry.key->text, entry.value->text);
    }
    return std::move(out_);
  }

 private:
  using Bad = std::optional<Fault>;

  void lint(const YamlNode& where, std::string text) const {
    if (lints_) lints_->push_back({where.line, where.column, std::move(text)});
  }

  Bad scalar(std::string_view key, std::string* out) {
    const YamlNode* node = root_.find(key);
    if (!node) return std::nullopt;
    if (!node->is_scalar()) return Fault{node->line, node->column, "'" + std::string(key) + "' must be text"};
    *out = std::string(node->text);
    return std::nullopt;
  }

  Bad texts() {
    struct Want {
      std::string_view key;
      std::string* out;
    };
    const Want wants[] = {{"title", &out_.info.title},
                          {"id", &out_.info.id},
                          {"name", &out_.name},
                          {"author", &out_.author},
                          {"description", &out_.info.description},
                          {"date", &out_.date},
                          {"modified", &out_.modified}};
    for (const Want& want : wants) {
      if (auto bad = scalar(want.key, want.out)) return bad;
    }
    if (out_.info.title.empty()) return Fault{root_.line, root_.column, "no title"};
    if (out_.info.title.size() > 256) lint(*root_.find("title"), "title longer than 256 characters");
    if (out_.info.id.empty())
      lint(root_, "no id");
    else if (!is_uuid(out_.info.id))
      lint(*root_.find("id"), "id is no UUID");
    out_.info.id = lower(out_.info.id);
    for (std::string_view key : {"date", "modified"}) {
      const YamlNode* node = root_.find(key);
      if (node && !is_iso_date(node->text)) lint(*node, std::string(key) + " is not written YYYY-MM-DD");
    }
    list("references", &out_.info.references);
    list("falsepositives", &out_.falsepositives);
    return std::nullopt;
  }

  void list(std::string_view key, std::vector<std::string>* out) {
    const YamlNode* node = root_.find(key);
    if (node && !read_texts(*node, out)) lint(*node, "'" + std::string(key) + "' should be a list of texts");
  }

  Bad words() {
    std::string level, taxonomy;
    if (auto bad = scalar("status", &out_.info.status)) return bad;
    if (auto bad = scalar("level", &level)) return bad;
    if (auto bad = scalar("taxonomy", &taxonomy)) return bad;
    out_.info.status = lower(out_.info.status);
    bool known = std::find(std::begin(kStatuses), std::end(kStatuses), out_.info.status) != std::end(kStatuses);
    if (!out_.info.status.empty() && !known) lint(*root_.find("status"), "unknown status '" + out_.info.status + "'");
    if (level.empty()) {
      lint(root_, "no level; taken as medium");
    } else if (!parse_level(lower(level), &out_.info.level)) {
      const YamlNode* node = root_.find("level");
      return Fault{node->line, node->column, "unknown level '" + level + "'"};
    }
    if (!taxonomy.empty() && taxonomy != "sigma") {
      const YamlNode* node = root_.find("taxonomy");
      return Fault{node->line, node->column, "unknown taxonomy '" + taxonomy + "'"};
    }
    return std::nullopt;
  }

  void read_tags() {
    std::vector<std::string> tags;
    list("tags", &tags);
    for (const std::string& written : tags) {
      std::string tag = lower(written);
      if (tag.find('.') == std::string::npos) lint(*root_.find("tags"), "tag '" + written + "' has no namespace");
      if (tag.starts_with("attack.")) std::replace(tag.begin(), tag.end(), '_', '-');  // tactics before Sigma 2.0
      out_.info.tags.push_back(std::move(tag));
    }
  }

  void read_related() {
    const YamlNode* node = root_.find("related");
    if (!node || node->is_null()) return;
    if (!node->is_list()) return lint(*node, "'related' should be a list");
    for (const YamlEntry& entry : node->entries) {
      const YamlNode* id = entry.value->find("id");
      const YamlNode* type = entry.value->find("type");
      if (!id || !type || !id->is_scalar() || !type->is_scalar()) {
        lint(*entry.value, "an entry of 'related' needs id and type");
        continue;
      }
      std::string kind = lower(type->text);
      if (kind == "obsoletes") kind = "obsolete";  // renamed in Sigma 2.0
      if (std::find(std::begin(kRelations), std::end(kRelations), kind) == std::end(kRelations))
        lint(*type, "unknown relation '" + kind + "'");
      out_.related.emplace_back(lower(id->text), std::move(kind));
    }
  }

  const YamlNode& root_;
  std::vector<Lint>* lints_;
  Metadata out_;
};

}  // namespace

bool read_texts(const YamlNode& node, std::vector<std::string>* out) {
  if (node.is_null()) return true;
  if (node.is_scalar()) {
    out->emplace_back(node.text);
    return true;
  }
  if (!node.is_list()) return false;
  for (const YamlEntry& entry : node.entries) {
    if (!entry.value->is_scalar()) return false;
    out->emplace_back(entry.value->text);
  }
  return true;
}

Parsed<Metadata> read_metadata(const YamlNode& root, std::vector<Lint>* lints) {
  return MetadataReader(root, lints).run();
}

Parsed<LogsourceText> read_logsource(const YamlNode& node) {
  if (!node.is_map()) return fault(node.line, node.column, "'logsource' must be a map");
  LogsourceText out;
  struct Want {
    std::string_view key;
    std::string* out;
  };
  for (const Want& want : {Want{"product", &out.logsource.product}, Want{"category", &out.logsource.category},
                           Want{"service", &out.logsource.service}, Want{"definition", &out.definition}}) {
    const YamlNode* value = node.find(want.key);
    if (!value || value->is_null()) continue;
    if (!value->is_scalar()) return fault(value->line, value->column, "'" + std::string(want.key) + "' must be text");
    *want.out = want.key == "definition" ? std::string(value->text) : lower(value->text);
  }
  const Logsource& l = out.logsource;
  if (l.product.empty() && l.category.empty() && l.service.empty()) {
    return fault(node.line, node.column, "'logsource' names neither product, category nor service");
  }
  return out;
}

std::string logsource_text(const Logsource& logsource) {
  std::string out;
  for (const std::string* part : {&logsource.product, &logsource.category, &logsource.service}) {
    if (part->empty()) continue;
    if (!out.empty()) out += '/';
    out += *part;
  }
  return out;
}

}  // namespace sil::hunt
