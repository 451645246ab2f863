#include "model/evidence.h"

#include <iterator>

namespace sil {
namespace {
constexpr const char* kLevels[] = {"informational", "low", "medium", "high", "critical"};
constexpr const char* kAnomalies[] = {"unreadable", "file-header",   "chunk-header", "checksum",      "truncated",
                                      "shrunk",     "foreign-bytes", "trailer",      "closure",       "value-damage",
                                      "inner-nul",  "limit",         "time",         "duplicate-key", "container"};
static_assert(std::size(kAnomalies) == static_cast<size_t>(AnomalyKind::kContainer) + 1);
}  // namespace

const char* level_name(Level level) {
  return kLevels[static_cast<size_t>(level)];
}

bool parse_level(std::string_view text, Level* out) {
  for (size_t i = 0; i < std::size(kLevels); ++i) {
    if (text == kLevels[i]) {
      *out = static_cast<Level>(i);
      return true;
    }
  }
  return false;
}

const char* anomaly_name(AnomalyKind kind) {
  return kAnomalies[static_cast<size_t>(kind)];
}

}  // namespace sil
