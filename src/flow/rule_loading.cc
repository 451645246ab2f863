#include "flow/rule_loading.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "bytes/file.h"
#include "bytes/private_file.h"
#include "flow/builtin_rules.h"
#include "hunt/rule_blob.h"

namespace sil::flow {
namespace {

constexpr uint64_t kMaxRuleFile = 1 << 20;   // interface.md: a rule file 1 MiB
constexpr uint64_t kMaxListFile = 64 << 20;  // as hunt/modifiers.cc reads them

bool is_rule_file(std::string_view path) {
  return path.ends_with(".yml") || path.ends_with(".yaml");
}

void refuse(const std::string& path, const std::string& reason, std::vector<hunt::Verdict>* refused) {
  hunt::Verdict verdict;
  verdict.path = path;
  verdict.reason = reason;
  verdict.line = 1;
  verdict.column = 1;
  refused->push_back(std::move(verdict));
}

// What the selection names, before anything is read.
struct Listing {
  std::vector<StampedFile> files;  // bytewise path order, each once
  StampedFolders folders;
  std::vector<Error> problems;  // folders that cannot be read
  bool builtin = false;
};

Result<void> add_path(const std::string& path, Listing* listing) {
  if (!path_exists(path)) return fail(ErrorCode::kNotFound, path, "no such rule file or folder");
  bool folder = is_directory(path);
  for (StampedFile& file : list_stamped_files(path, &listing->problems, &listing->folders)) {
    if (!folder || is_rule_file(file.path)) listing->files.push_back(std::move(file));
  }
  return {};
}

Result<Listing> list_rules(const RuleSelection& selection) {
  Listing listing;
  listing.builtin = selection.paths.empty();
  for (const std::string& path : selection.paths) {
    if (path == "builtin")
      listing.builtin = true;
    else
      SIL_TRY(add_path(path, &listing));
  }
  for (const std::string& path : selection.filters) SIL_TRY(add_path(path, &listing));
  auto& files = listing.files;
  auto by_path = [](const StampedFile& a, const StampedFile& b) { return a.path < b.path; };
  if (!std::is_sorted(files.begin(), files.end(), by_path)) std::stable_sort(files.begin(), files.end(), by_path);
  // The same file reached by two paths given twice is one file.
  files.erase(std::unique(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path == b.path; }),
              files.end());
  return listing;
}

struct Texts {
  std::vector<hunt::RuleText> texts;
  std::vector<hunt::Verdict> refused;
  std::vector<Sha256> digests;  // by listed file; of one over 1 MiB: zero, its size is all that counts
  bool complete = true;         // every file could be read
};

Texts read_texts(const Listing& listing, bool with_digests) {
  Texts out;
  out.texts.reserve(listing.files.size());
  out.complete = listing.problems.empty();
  if (with_digests) out.digests.resize(listing.files.size());
  for (size_t i = 0; i < listing.files.size(); ++i) {
    const std::string& path = listing.files[i].path;
    auto text = read_whole(path, kMaxRuleFile);
    if (text) {
      if (with_digests) out.digests[i] = sha256(*text);
      out.texts.push_back({path, std::move(*text)});
      continue;
    }
    bool long_file = text.error().code == ErrorCode::kLimit;
    refuse(path, long_file ? "larger than 1 MiB: no rule is that long" : text.error().text(), &out.refused);
    out.complete = out.complete && long_file;
  }
  for (const Error& problem : listing.problems) refuse(problem.where, problem.expected, &out.refused);
  if (!listing.builtin) return out;
  for (const BuiltinRule& rule : builtin_rules()) out.texts.push_back({rule.path, std::string(rule.text)});
  std::stable_sort(out.texts.begin(), out.texts.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

Result<std::vector<std::string>> read_ids(const std::string& path) {
  std::vector<std::string> ids;
  auto text = read_whole(path, kMaxRuleFile);
  if (!text) return tl::unexpected(text.error());
  for (size_t at = 0; at < text->size();) {
    size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    line.erase(std::min(line.find('#'), line.size()));
    line.erase(0, std::min(line.find_first_not_of(" \t\r"), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) ids.push_back(line);
  }
  return ids;
}

// A file written in the same tick of the clock in which it was read may change once more without a trace in its times.
constexpr int64_t kTickNs = 100'000'000, kCoarseTickNs = 2'100'000'000;

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

template <class Stamped>
bool settled(const std::vector<Stamped>& all, int64_t begun_ns) {
  return std::all_of(all.begin(), all.end(), [&](const Stamped& one) {
    int64_t tick = one.stamp.ctime_ns % 1'000'000'000 == 0 ? kCoarseTickNs : kTickNs;
    return one.stamp.ctime_ns < begun_ns - tick;
  });
}

void append_list(const std::vector<std::string>& texts, std::string* out) {
  *out += std::to_string(texts.size()) + ":";
  for (const std::string& text : texts) *out += std::to_string(text.size()) + ":" + text;
}

std::string selection_text(const RuleSelection& selection, const hunt::LoadOptions& options) {
  std::string out;
  append_list({current_folder(), options.lists_folder}, &out);
  for (const auto* list :
       {&selection.paths, &selection.filters, &options.statuses, &options.tags, &options.excluded_ids})
    append_list(*list, &out);
  for (Level level : options.levels) out += level_name(level) + std::string(",");
  if (options.has_min_level) out += std::string("from ") + level_name(options.min_level);
  return out;
}

class CachedLoading {
 public:
  CachedLoading(const RuleSelection& selection, const hunt::LoadOptions& options)
      : selection_(selection), options_(options), how_(selection.cache) {
    bool any_file = !selection.filters.empty() || std::any_of(selection.paths.begin(), selection.paths.end(),
                                                              [](const auto& path) { return path != "builtin"; });
    if (how_.use == CacheUse::kOff || !any_file) return;
    key_.build = build_id();
    if (key_.build.empty()) return;
    key_.selection = selection_text(selection, options);
    folder_ = how_.folder.empty() ? cache_folder() : how_.folder;
  }

  Result<LoadedSet> run() {
    LargeBuffer image(0);
    CacheTables cached;
    CacheState state = folder_.empty() ? CacheState::kOff : open_cache(folder_, key_, &image, &cached);
    LoadedSet out;
    if (state == CacheState::kHit) {
      // The files are asked for beside: that is mostly the system's work.
      auto same = std::async(std::launch::async | std::launch::deferred,
                             [&] { return how_.use == CacheUse::kUse && stands(cached); });
      if (!hunt::read_rule_set(cached.rules, &out.set)) state = CacheState::kDamaged;
      if (same.get() && state == CacheState::kHit) {
        out.cache.state = state;
        return out;
      }
    }
    auto listed = list_rules(selection_);
    if (!listed) return tl::unexpected(listed.error());
    listing_ = std::move(*listed);
    note_files();
    if (folder_.empty()) state = CacheState::kOff;
    if (state == CacheState::kHit) state = cached_for(cached, key_.files);
    if (state == CacheState::kHit && how_.use == CacheUse::kUse) return keep_folders(cached, std::move(out.set));
    return parse(state, cached, std::move(out.set));
  }

 private:
  // Folders changed, their rule files did not: the next load need not list them again.
  LoadedSet keep_folders(const CacheTables& cached, hunt::RuleSet set) const {
    LoadedSet out{std::move(set), {CacheState::kHit, false, {}}};
    if (key_.folders.telling) out.cache.written = write_cache(folder_, key_, cached_digests(cached), out.set);
    return out;
  }

  void note_files() {
    const int64_t begun_ns = now_ns();
    key_.files = listing_.files;
    key_.folders = listing_.folders;
    std::vector<Error> problems = listing_.problems;
    if (!options_.lists_folder.empty()) {
      for (StampedFile& file : list_stamped_files(options_.lists_folder, &problems, &key_.folders))
        key_.files.push_back(std::move(file));
    }
    key_.folders.telling = key_.folders.telling && settled(key_.folders.folders, begun_ns);
    uint64_t bytes = 0;
    for (const StampedFile& file : listing_.files) bytes += file.stamp.size;
    if (!problems.empty() || bytes < how_.min_bytes) folder_.clear();
  }

  // `state` kHit: the cache, whose rules are `set`, is to be verified.
  LoadedSet parse(CacheState state, const CacheTables& cached, hunt::RuleSet set) const {
    LoadedSet out;
    out.cache.state = state;
    int64_t begun_ns = now_ns();
    Texts texts = read_texts(listing_, !folder_.empty());
    if (!folder_.empty()) add_list_digests(&texts);
    if (state == CacheState::kHit) {
      const std::vector<Sha256> digests = cached_digests(cached);
      for (size_t i = 0; i < key_.files.size(); ++i) {
        if (digests[i] != texts.digests[i]) out.cache.changed.push_back(key_.files[i].path);
      }
      if (texts.complete && out.cache.changed.empty()) return LoadedSet{std::move(set), {state, false, {}}};
      out.cache.state = CacheState::kChanged;
    }
    out.set = hunt::load_rules(texts.texts, options_);
    out.set.verdicts.insert(out.set.verdicts.end(), texts.refused.begin(), texts.refused.end());
    if (how_.use != CacheUse::kOff) hunt::forget_loaded(&out.set);
    if (!folder_.empty() && texts.complete && settled(key_.files, begun_ns))
      out.cache.written = write_cache(folder_, key_, texts.digests, out.set);
    return out;
  }

  void add_list_digests(Texts* texts) const {
    for (size_t i = listing_.files.size(); i < key_.files.size(); ++i) {
      auto text = read_whole(key_.files[i].path, kMaxListFile);
      texts->digests.push_back(text ? sha256(*text) : Sha256{});
      texts->complete = texts->complete && text;
    }
  }

  const RuleSelection& selection_;
  const hunt::LoadOptions& options_;
  const CacheOptions& how_;
  std::string folder_;  // empty: no cache
  CacheKey key_;
  Listing listing_;
};

}  // namespace

Result<LoadedSet> load_rule_set(const RuleSelection& selection) {
  hunt::LoadOptions options = selection.load;
  if (!selection.exclude_file.empty()) {
    auto ids = read_ids(selection.exclude_file);
    if (!ids) return tl::unexpected(ids.error());
    options.excluded_ids.insert(options.excluded_ids.end(), ids->begin(), ids->end());
  }
  return CachedLoading(selection, options).run();
}

Result<std::unique_ptr<Rules>> load_program(const RuleSelection& selection, const hunt::ProgramOptions& options) {
  auto begun = std::chrono::steady_clock::now();
  auto loaded = load_rule_set(selection);
  if (!loaded) return tl::unexpected(loaded.error());
  auto rules = std::make_unique<Rules>();
  rules->set = std::move(loaded->set);
  rules->cache = std::move(loaded->cache);
  rules->program = hunt::Program::compile(rules->set.rules, options);
  rules->load_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  return rules;
}

void keep_for_good(std::unique_ptr<Rules> rules) {
  static std::vector<const Rules*>& kept = *new std::vector<const Rules*>;  // never destroyed, always reachable
  kept.push_back(rules.release());
}

}  // namespace sil::flow
