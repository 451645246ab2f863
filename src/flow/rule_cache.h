// The rule cache: a parsed rule set in the user's cache folder, so that the next run need not parse (design and form:
// docs/design/rule-cache.md). It is a shortcut and nothing else: whatever is wrong with it, the rules are parsed.
//
// A cached set is taken only when it was made by this very build, for these paths and options, and every rule file has
// the size and the times it had then. Thread rule: functions of their arguments; any number of processes may read and
// write one cache at the same time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bytes/cursor.h"
#include "bytes/digest.h"
#include "bytes/large_pages.h"
#include "bytes/stamped_files.h"
#include "hunt/rule.h"

namespace sil::flow {

enum class CacheUse : uint8_t { kOff, kUse, kVerify };  // kVerify: contents are compared too

struct CacheOptions {
  CacheUse use = CacheUse::kOff;
  std::string folder;             // empty: the user's (bytes/private_file.h)
  uint64_t min_bytes = 64 << 10;  // smaller sets parse in no time and leave nothing behind
};

enum class CacheState : uint8_t {
  kOff,      // not asked for, nowhere to keep it, a set too small or with files that could not be read
  kAbsent,   // none yet
  kStale,    // files were added, removed or changed
  kForeign,  // of another build, form or selection, or not the user's alone
  kDamaged,  // its bytes are not what was written
  kChanged,  // kVerify: a file's content is another, though size and times are the same
  kHit,
};
const char* cache_state_name(CacheState state);

struct CacheOutcome {
  CacheState state = CacheState::kOff;
  bool written = false;              // a new one was kept
  std::vector<std::string> changed;  // kChanged: which files
};

// What a cached set must have been made from.
struct CacheKey {
  std::string build;               // bytes/private_file.h, build_id()
  std::string selection;           // paths and options, unambiguous
  std::vector<StampedFile> files;  // rule files and placeholder lists, in order
  StampedFolders folders;          // that were listed for them; not compared, only kept
};

// The bytes of a cache file. Empty: the set cannot be cached. `digests`: SHA-256 of each file's content.
std::string cache_image(const CacheKey& key, const std::vector<Sha256>& digests, const hunt::RuleSet& set);
struct CacheTables {                         // views of an image
  std::string_view files, folders, digests;  // folders: none where they would not tell
  Bytes rules;
};
// kHit: made by this build for this selection, and whole. Files are not looked at, and the rules not yet read.
CacheState open_cache_image(Bytes image, const CacheKey& key, CacheTables* out);
// kHit, or kStale where the files are others.
CacheState cached_for(const CacheTables& cached, const std::vector<StampedFile>& files);
// The same without a list of the files: nothing that was listed has changed. False: something has, or nobody knows.
bool stands(const CacheTables& cached);
std::vector<Sha256> cached_digests(const CacheTables& cached);  // by file

std::string cache_path(const std::string& folder, const CacheKey& key);
// `image`: what `out` views.
CacheState open_cache(const std::string& folder, const CacheKey& key, LargeBuffer* image, CacheTables* out);
bool write_cache(const std::string& folder, const CacheKey& key, const std::vector<Sha256>& digests,
                 const hunt::RuleSet& set);

}  // namespace sil::flow
