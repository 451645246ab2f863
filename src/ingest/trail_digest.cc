#include "ingest/trail_digest.h"

#include <simdjson.h>

#include <algorithm>

namespace sil::ingest {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return out;
}

// A text member of an object; "" where it is missing or null.
std::string_view text_of(const simdjson::dom::element& object, const char* key) {
  std::string_view out;
  return object[key].get(out) == simdjson::SUCCESS ? out : std::string_view();
}

}  // namespace

std::string trail_name(std::string_view path) {
  path = path.substr(std::min(path.find_last_of("/\\") + 1, path.size()));
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return std::string(path);
}

TrailFile trail_file(std::string_view path) {
  const std::string name = trail_name(path);
  if (!name.ends_with(".json")) return TrailFile::kNone;
  if (name.find("_CloudTrail-Digest_") != std::string::npos) return TrailFile::kDigest;
  return name.find("_CloudTrail_") != std::string::npos ? TrailFile::kLog : TrailFile::kNone;
}

Result<TrailDigest> parse_trail_digest(Bytes json, const std::string& path) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array logs;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS ||
      root["logFiles"].get(logs) != simdjson::SUCCESS) {
    return fail(ErrorCode::kFormat, path, "a CloudTrail digest with logFiles", "other JSON, or none");
  }
  TrailDigest out;
  for (const simdjson::dom::element& log : logs) {
    const std::string_view object = text_of(log, "s3Object");
    if (!object.empty()) out.logs.push_back({trail_name(object), lower(text_of(log, "hashValue"))});
  }
  out.previous = {trail_name(text_of(root, "previousDigestS3Object")), lower(text_of(root, "previousDigestHashValue"))};
  return out;
}

}  // namespace sil::ingest
