#include "flow/rule_cache.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "bytes/private_file.h"
#include "bytes/sanitized.h"
#include "flow/builtin_rules.h"
#include "flow/rule_loading.h"
#include "hunt/rule_blob.h"
#include "hunt/rule_equal.h"

namespace sil::flow {
namespace {

std::string rule_text(int number, const std::string& word) {
  char id[40];
  std::snprintf(id, sizeof id, "5f0c1d7e-0000-4000-8000-%012d", number);
  return "title: T" + std::to_string(number) + "\nid: " + id +
         "\nlevel: low\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {Image: '" + word +
         "'}, condition: s}\n";
}

// Files of one folder and a cache folder of its own; old enough to be trusted when the constructor returns.
struct Place {
  std::string root, rules, cache;
  RuleSelection selection;

  explicit Place(const char* name, int files = 20) {
    root = testing::TempDir() + "/sil_cache_" + name;
    std::filesystem::remove_all(root);
    rules = root + "/rules";
    cache = root + "/cache";
    EXPECT_TRUE(make_directory(rules));
    for (int i = 0; i < files; ++i) put(i, "word");
    settle();
    selection.paths = {rules};
    selection.cache = {CacheUse::kUse, cache, 0};
  }
  std::string path(int number) const { return rules + "/" + std::to_string(number) + ".yml"; }
  void put(int number, const std::string& word) const {
    EXPECT_TRUE(write_whole(path(number), rule_text(number, word)));
  }
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(150)); }

  LoadedSet load() const {
    auto loaded = load_rule_set(selection);
    EXPECT_TRUE(loaded);
    return loaded ? std::move(*loaded) : LoadedSet{};
  }
  hunt::RuleSet parsed() const {
    RuleSelection plain = selection;
    plain.cache.use = CacheUse::kOff;
    hunt::RuleSet set = load_rule_set(plain)->set;
    EXPECT_EQ(set.loaded_unlisted, 0u);
    hunt::forget_loaded(&set);
    return set;
  }
  std::string cache_file() const {
    std::vector<Error> problems;
    auto files = list_files(cache, &problems);
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? "" : files[0];
  }
  std::string image() const {
    auto image = read_private(cache_file(), 1 << 30);
    return image ? std::string(as_text(image->bytes())) : "";
  }
};

// Sections of an image in order: build, selection, file table, folder table, digests, rule set.
std::vector<std::string> sections(const std::string& image) {
  std::vector<std::string> out;
  for (size_t at = 32; at + 8 <= image.size();) {
    auto size = load_le<uint64_t>(reinterpret_cast<const uint8_t*>(image.data()) + at);
    out.push_back(image.substr(at + 8, size));
    at += 8 + size;
  }
  return out;
}

TEST(RuleCache, SecondLoadIsAHitAndTheSameSet) {
  Place place("second");
  LoadedSet first = place.load();
  EXPECT_EQ(first.cache.state, CacheState::kAbsent);
  EXPECT_TRUE(first.cache.written);
  LoadedSet second = place.load();
  EXPECT_EQ(second.cache.state, CacheState::kHit);
  EXPECT_FALSE(second.cache.written);
  EXPECT_EQ(second.set.rules.size(), 20u);
  EXPECT_TRUE(second.set == first.set);
  EXPECT_TRUE(second.set == place.parsed());
}

TEST(RuleCache, ChangedAddedAndRemovedFilesAreSeen) {
  Place place("changes");
  place.load();
  place.put(3, "WORD");  // as long as before
  Place::settle();
  LoadedSet changed = place.load();
  EXPECT_EQ(changed.cache.state, CacheState::kStale);
  EXPECT_TRUE(changed.set == place.parsed());
  place.put(20, "more");
  Place::settle();
  EXPECT_EQ(place.load().cache.state, CacheState::kStale);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);
  ASSERT_TRUE(std::filesystem::remove(place.path(20)));
  EXPECT_EQ(place.load().cache.state, CacheState::kStale);
  EXPECT_EQ(place.load().set.rules.size(), 20u);
}

// What a listing is spared by: folders that stand as they were listed.
TEST(RuleCache, FoldersThatStandAreNotListedAndChangesOfNamesAreSeen) {
  namespace fs = std::filesystem;
  Place place("folders");
  const std::string below = place.rules + "/below", other = place.root + "/other";
  EXPECT_TRUE(make_directory(below + "/empty"));
  EXPECT_TRUE(make_directory(other));
  EXPECT_TRUE(write_whole(other + "/30.yml", rule_text(30, "other")));
  EXPECT_TRUE(write_whole(place.rules + "/README.md", "not a rule"));
  fs::create_symlink(other + "/30.yml", place.rules + "/linked.yml");
  Place::settle();
  auto stand = [&] {
    LargeBuffer image(0);
    CacheTables tables;
    const std::string made = place.image();
    CacheKey key{sections(made)[0], sections(made)[1], {}, {}};
    return open_cache(place.cache, key, &image, &tables) == CacheState::kHit && stands(tables);
  };
  // One step, seen by the folders or the files, and by the loader.
  auto step = [&](const char* what, bool rules_change, const std::function<void()>& change) {
    EXPECT_TRUE(place.load().cache.written || stand()) << what;
    ASSERT_TRUE(stand()) << what;
    EXPECT_EQ(place.load().cache.state, CacheState::kHit) << what;
    change();
    Place::settle();
    EXPECT_FALSE(stand()) << what;
    LoadedSet loaded = place.load();
    EXPECT_EQ(loaded.cache.state, rules_change ? CacheState::kStale : CacheState::kHit) << what;
    EXPECT_TRUE(loaded.set == place.parsed()) << what;
    EXPECT_TRUE(stand()) << what;  // kept anew
  };
  step("a file more", true, [&] { EXPECT_TRUE(write_whole(below + "/31.yml", rule_text(31, "a"))); });
  step("in an empty folder", true, [&] { EXPECT_TRUE(write_whole(below + "/empty/32.yml", rule_text(32, "a"))); });
  step("a file less", true, [&] { fs::remove(place.path(2)); });
  step("another name", true, [&] { fs::rename(place.path(3), place.rules + "/33.yml"); });
  step("another file under the name", true, [&] {
    EXPECT_TRUE(write_whole(place.root + "/new.yml", rule_text(4, "drow")));
    fs::rename(place.root + "/new.yml", place.path(4));
  });
  step("written in place", true, [&] { std::ofstream(place.path(5), std::ios::app) << "# more\n"; });
  step("what a link names", true, [&] { std::ofstream(other + "/30.yml", std::ios::app) << "# more\n"; });
  step("a link to another", true, [&] {
    fs::remove(place.rules + "/linked.yml");
    fs::create_symlink(place.path(6), place.rules + "/linked.yml");
  });
  step("a new folder", true, [&] {
    EXPECT_TRUE(make_directory(place.rules + "/fresh"));
    EXPECT_TRUE(write_whole(place.rules + "/fresh/34.yml", rule_text(34, "a")));
  });
  step("a folder for another", true, [&] {
    fs::rename(below, place.root + "/aside");
    fs::rename(other, below);
  });
  step("no rule", false, [&] { EXPECT_TRUE(write_whole(place.rules + "/NOTES.md", "not a rule either")); });
}

TEST(RuleCache, ALinkThatNamesNothingKeepsFoldersFromTelling) {
  Place place("dangling");
  std::filesystem::create_symlink(place.root + "/later.yml", place.rules + "/later.yml");
  Place::settle();
  place.load();
  EXPECT_EQ(place.load().set.rules.size(), 20u);
  EXPECT_TRUE(write_whole(place.root + "/later.yml", rule_text(99, "later")));
  Place::settle();
  LoadedSet loaded = place.load();
  EXPECT_EQ(loaded.cache.state, CacheState::kStale);
  EXPECT_EQ(loaded.set.rules.size(), 21u);
}

TEST(RuleCache, FilesOfThisVeryMomentAreNotCached) {
  Place place("moment");
  place.put(1, "just now");
  LoadedSet loaded = place.load();
  EXPECT_FALSE(loaded.cache.written);
  Place::settle();
  EXPECT_TRUE(place.load().cache.written);
}

TEST(RuleCache, OtherSelectionsDoNotMeet) {
  Place place("selections");
  place.load();
  RuleSelection high = place.selection;
  high.load.levels = {Level::kHigh};
  auto loaded = load_rule_set(high);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->cache.state, CacheState::kAbsent);
  EXPECT_EQ(loaded->set.rules.size(), 0u);
  EXPECT_EQ(load_rule_set(high)->cache.state, CacheState::kHit);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);
  EXPECT_EQ(place.load().set.rules.size(), 20u);
}

TEST(RuleCache, SmallSetsLeaveNothingBehind) {
  Place place("small");
  place.selection.cache.min_bytes = 1 << 20;
  EXPECT_EQ(place.load().cache.state, CacheState::kOff);
  EXPECT_FALSE(path_exists(place.cache));
  place.selection.cache.min_bytes = 0;
  place.selection.cache.use = CacheUse::kOff;
  EXPECT_EQ(place.load().cache.state, CacheState::kOff);
  EXPECT_FALSE(path_exists(place.cache));
}

TEST(RuleCache, EveryFlippedByteIsFoundAndTheRulesAreParsed) {
  Place place("flips", 4);
  hunt::RuleSet truth = place.load().set;
  const std::string good = place.image(), path = place.cache_file();
  ASSERT_GT(good.size(), 500u);
  for (size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] ^= static_cast<char>(1 << at % 8);
    ASSERT_TRUE(write_private(path, bad));
    LoadedSet loaded = place.load();
    ASSERT_TRUE(loaded.cache.state == CacheState::kDamaged || loaded.cache.state == CacheState::kForeign) << at;
    ASSERT_TRUE(loaded.set == truth) << at;
    ASSERT_TRUE(loaded.cache.written) << at;  // and the damage is gone
  }
  for (size_t size : {size_t{0}, size_t{5}, size_t{31}, size_t{32}, good.size() - 1}) {
    ASSERT_TRUE(write_private(path, good.substr(0, size)));
    LoadedSet loaded = place.load();
    EXPECT_TRUE(loaded.cache.state == CacheState::kDamaged || loaded.cache.state == CacheState::kForeign) << size;
    EXPECT_TRUE(loaded.set == truth) << size;
  }
}

struct CachedSet {
  CacheTables tables;  // of the image
  hunt::RuleSet set;
};
// As the loader asks.
CacheState read_image(const std::string& image, const CacheKey& key, CachedSet* out) {
  CacheState state = open_cache_image(as_bytes(image), key, &out->tables);
  if (state != CacheState::kHit) return state;
  if (!hunt::read_rule_set(out->tables.rules, &out->set)) return CacheState::kDamaged;
  return cached_for(out->tables, key.files);
}

void mend_checksum(std::string* image) {
  uint64_t sum = hash64(std::string_view(*image).substr(16));
  std::memcpy(image->data() + 8, &sum, 8);
}

// The checksum guards against accidents alone: with it mended, nothing may crash either.
TEST(RuleCache, FlipsUnderAMendedChecksumNeverCrash) {
  Place place("mended", 4);
  place.load();
  const std::string good = place.image(), path = place.cache_file();
  CacheKey key{sections(good)[0], sections(good)[1], {}, {}};
  std::vector<Error> problems;
  key.files = list_stamped_files(place.rules, &problems);
  CachedSet cached;
  ASSERT_EQ(read_image(good, key, &cached), CacheState::kHit);
  ASSERT_EQ(cached_digests(cached.tables).size(), 4u);
  std::minstd_rand random(3);
  size_t hits = 0, others = 0;
  for (int round = 0; round < random_rounds(20'000); ++round) {
    std::string bad = good;
    size_t at = 16 + random() % (bad.size() - 16);
    bad[at] = static_cast<char>(random());
    if (random() % 4 == 0) bad.resize(16 + random() % (bad.size() - 16));
    mend_checksum(&bad);
    CachedSet changed;
    bool hit = read_image(bad, key, &changed) == CacheState::kHit;
    if (hit) stands(changed.tables);
    hit ? ++hits : ++others;
    if (!hit) continue;
    ASSERT_NE(hunt::Program::compile(changed.set.rules, {}), nullptr);
  }
  EXPECT_GT(others, static_cast<size_t>(random_rounds(5000)));
  EXPECT_GT(hits, static_cast<size_t>(random_rounds(100)));  // flips inside a rule's text
}

TEST(RuleCache, AnotherBuildsOrAnotherUsersCacheIsIgnored) {
  Place place("foreign");
  hunt::RuleSet truth = place.load().set;
  const std::string good = place.image(), path = place.cache_file();
  CacheKey key{"another build", sections(good)[1], {}, {}};
  std::vector<Error> problems;
  key.files = list_stamped_files(place.rules, &problems);
  std::string other = cache_image(key, std::vector<Sha256>(key.files.size()), hunt::RuleSet{});
  ASSERT_FALSE(other.empty());
  ASSERT_TRUE(write_private(path, other));
  LoadedSet loaded = place.load();
  EXPECT_EQ(loaded.cache.state, CacheState::kForeign);
  EXPECT_TRUE(loaded.set == truth);

  std::filesystem::permissions(path, std::filesystem::perms(0666));  // anybody could have written it
  loaded = place.load();
  EXPECT_EQ(loaded.cache.state, CacheState::kForeign);
  EXPECT_TRUE(loaded.cache.written);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);

  std::string older = good;
  older[24] = 0;  // the number of the form
  mend_checksum(&older);
  ASSERT_TRUE(write_private(path, older));
  EXPECT_EQ(place.load().cache.state, CacheState::kForeign);
}

TEST(RuleCache, VerifyFindsOtherContentUnderTheSameStamps) {
  Place place("verify");
  LoadedSet before = place.load();
  const std::string good = place.image(), path = place.cache_file();
  place.selection.cache.use = CacheUse::kVerify;
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);

  // Nobody can set a ctime, so the cache is made to claim the new stamps for the old contents.
  CacheKey key{sections(good)[0], sections(good)[1], {}, {}};
  std::vector<Error> problems;
  CachedSet cached;
  key.files = list_stamped_files(place.rules, &problems);
  ASSERT_EQ(read_image(good, key, &cached), CacheState::kHit);
  place.put(5, "WORD");
  Place::settle();
  key.files = list_stamped_files(place.rules, &problems);
  ASSERT_TRUE(write_private(path, cache_image(key, cached_digests(cached.tables), cached.set)));

  place.selection.cache.use = CacheUse::kUse;
  EXPECT_TRUE(place.load().set == before.set);  // what plain use cannot see
  place.selection.cache.use = CacheUse::kVerify;
  LoadedSet verified = place.load();
  EXPECT_EQ(verified.cache.state, CacheState::kChanged);
  EXPECT_EQ(verified.cache.changed, std::vector<std::string>{place.path(5)});
  EXPECT_TRUE(verified.set == place.parsed());
  EXPECT_FALSE(verified.set == before.set);
  EXPECT_TRUE(verified.cache.written);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);
}

TEST(RuleCache, PlaceholderListsBelongToTheKey) {
  Place place("lists");
  EXPECT_TRUE(make_directory(place.root + "/lists"));
  EXPECT_TRUE(write_whole(place.root + "/lists/names.txt", "one\n"));
  EXPECT_TRUE(
      write_whole(place.path(1), rule_text(1, "%names%").replace(rule_text(1, "").find("Image"), 5, "Image|expand")));
  Place::settle();
  place.selection.load.lists_folder = place.root + "/lists";
  EXPECT_TRUE(place.load().cache.written);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);
  EXPECT_TRUE(write_whole(place.root + "/lists/names.txt", "two\n"));
  Place::settle();
  LoadedSet loaded = place.load();
  EXPECT_EQ(loaded.cache.state, CacheState::kStale);
  EXPECT_TRUE(loaded.set == place.parsed());
}

// Two writers of different builds, so that each always writes, and a reader between them. Whole programs do the same
// in tests/cli/241.
TEST(RuleCache, TwoWritersShareOneCache) {
  Place place("writers");
  hunt::RuleSet truth = place.load().set;
  const std::string good = place.image();
  CacheKey mine{sections(good)[0], sections(good)[1], {}, {}};
  std::vector<Error> problems;
  mine.files = list_stamped_files(place.rules, &problems);
  std::vector<Sha256> digests(mine.files.size());
  std::vector<std::thread> writers;
  for (const char* build : {"first", "second"}) {
    writers.emplace_back([&, build] {
      CacheKey key = mine;
      key.build = build;
      for (int i = 0; i < 200; ++i) EXPECT_TRUE(write_cache(place.cache, key, digests, truth));
    });
  }
  for (int i = 0; i < 200; ++i) {
    LargeBuffer image(0);
    CacheTables found;
    CacheState state = open_cache(place.cache, mine, &image, &found);
    EXPECT_TRUE(state == CacheState::kHit || state == CacheState::kForeign) << cache_state_name(state);
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(place.load().cache.state, CacheState::kForeign);
  EXPECT_EQ(place.load().cache.state, CacheState::kHit);
}

TEST(RuleCache, BuiltInRulesComeBackTheSame) {
  Place place("builtin");
  place.selection.paths = {"builtin", place.rules};
  LoadedSet first = place.load(), second = place.load();
  EXPECT_EQ(second.cache.state, CacheState::kHit);
  EXPECT_GT(second.set.rules.size(), 20u);
  EXPECT_TRUE(second.set == first.set);
}

TEST(RuleCache, PublicRulesComeBackTheSame) {
  const char* named = std::getenv("SIL_SHARED");
  std::string here = __FILE__;
  std::string folder = named ? named : here.substr(0, here.rfind("src/flow/")) + "../shared";
  folder += "/data/sigmahq";
  if (!is_directory(folder)) GTEST_SKIP() << "no shared rules beside the project";
  Place place("public");
  place.selection.paths = {folder + "/rules", folder + "/rules-emerging-threats", folder + "/rules-threat-hunting"};
  LoadedSet first = place.load(), second = place.load();
  EXPECT_TRUE(first.cache.written);
  EXPECT_EQ(second.cache.state, CacheState::kHit);
  EXPECT_GT(second.set.rules.size(), 3000u);
  EXPECT_TRUE(second.set == first.set);
}

}  // namespace
}  // namespace sil::flow
