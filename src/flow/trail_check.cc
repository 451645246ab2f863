#include "flow/trail_check.h"

#include <algorithm>

namespace sil::flow {
namespace {

std::string name_of(const Source& source) {
  return ingest::trail_name(source.members.empty() ? source.path : source.members.back());
}

Result<ingest::TrailDigest> read_digest(const std::string& path, const ingest::OpenOptions& options) {
  auto walk = ingest::SourceWalk::open(path, options);
  if (!walk) return tl::unexpected(walk.error());
  auto opened = (*walk)->next();
  if (!opened) return tl::unexpected(opened.error());
  if (!*opened) return fail(ErrorCode::kFormat, path, "a CloudTrail digest", "nothing");
  std::vector<uint8_t> bytes(ingest::kMaxTrailDigest);
  auto got = (*opened)->bytes->read_at(0, bytes.data(), bytes.size());
  if (!got) return tl::unexpected(got.error());
  return ingest::parse_trail_digest(Bytes(bytes.data(), *got), path);
}

}  // namespace

void TrailCheck::load(const std::vector<std::string>& paths, const ingest::OpenOptions& options) {
  for (const std::string& path : paths) {
    const ingest::TrailFile kind = ingest::trail_file(path);
    if (kind == ingest::TrailFile::kNone) continue;
    const std::string name = ingest::trail_name(path);
    inputs_.insert(name);
    if (kind != ingest::TrailFile::kDigest) continue;
    auto digest = read_digest(path, options);
    if (!digest) {
      unreadable_.emplace(name, digest.error());
      continue;
    }
    for (const auto& log : digest->logs) stated_[log.file].insert(log.sha256);
    if (!digest->previous.file.empty()) stated_[digest->previous.file].insert(digest->previous.sha256);
    digests_.emplace(name, std::move(*digest));
  }
}

bool TrailCheck::wants(const Source& about) const {
  if (inputs_.empty()) return false;
  const std::string name = name_of(about);
  return stated_.contains(name) || digests_.contains(name) || unreadable_.contains(name);
}

std::vector<Anomaly> TrailCheck::verdict(const Source& read, const std::string& sha256) const {
  std::vector<Anomaly> out;
  const std::string name = name_of(read);
  if (auto stated = stated_.find(name); stated != stated_.end() && !stated->second.contains(sha256)) {
    out.push_back({AnomalyKind::kChecksum,
                   Level::kHigh,
                   {},
                   "a CloudTrail file whose bytes are not those that its digest states",
                   *stated->second.begin(),
                   sha256});
  }
  if (auto bad = unreadable_.find(name); bad != unreadable_.end()) {
    out.push_back({AnomalyKind::kValueDamage,
                   Level::kMedium,
                   {},
                   "a CloudTrail digest that cannot be read",
                   bad->second.expected,
                   bad->second.found});
  }
  if (auto digest = digests_.find(name); digest != digests_.end()) completeness(digest->second, &out);
  return out;
}

void TrailCheck::completeness(const ingest::TrailDigest& digest, std::vector<Anomaly>* out) const {
  const auto here = [this](const auto& one) { return inputs_.contains(one.file); };
  const auto present = std::count_if(digest.logs.begin(), digest.logs.end(), here);
  if (static_cast<size_t>(present) < digest.logs.size()) {
    const auto first = std::find_if_not(digest.logs.begin(), digest.logs.end(), here);
    out->push_back({AnomalyKind::kTruncated,
                    Level::kLow,
                    {},
                    "CloudTrail logs that this digest names are not among the inputs; the first is " + first->file,
                    std::to_string(digest.logs.size()),
                    std::to_string(present)});
  }
  if (!digest.previous.file.empty() && !here(digest.previous)) {
    out->push_back({AnomalyKind::kTruncated,
                    Level::kLow,
                    {},
                    "the CloudTrail digest before this one is not among the inputs",
                    digest.previous.file,
                    ""});
  }
}

}  // namespace sil::flow
