// AWS CloudTrail digest files: which log files a trail delivered in an hour, each with the SHA-256 of its uncompressed
// bytes, and the digest before. AWS CloudTrail User Guide, "CloudTrail digest file structure"
// (docs/formats/cloudtrail-digest.md).
//
// Errors: kFormat. Thread rule: values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bytes/cursor.h"
#include "bytes/result.h"

namespace sil::ingest {

struct TrailDigest {
  struct Named {
    std::string file;    // last part of the S3 object's name, without ".gz"
    std::string sha256;  // hex, lower case
  };
  std::vector<Named> logs;
  Named previous;  // empty for the first digest of a trail
};

// By name, as CloudTrail writes them: ACCOUNT_CloudTrail-Digest_..., ACCOUNT_CloudTrail_...
enum class TrailFile : uint8_t { kNone, kLog, kDigest };
TrailFile trail_file(std::string_view path);
std::string trail_name(std::string_view path);  // last part, without ".gz"

Result<TrailDigest> parse_trail_digest(Bytes json, const std::string& path);
constexpr size_t kMaxTrailDigest = size_t{16} << 20;

}  // namespace sil::ingest
