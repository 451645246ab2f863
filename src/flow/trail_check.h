// CloudTrail logs against the digest files that name them, when both are among the inputs of one run
// (docs/formats/cloudtrail-digest.md). Digest files are looked at before anything else is read, so that what does not
// hold is an anomaly of the very file. A digest's signature is not checked: it is no part of the file.
//
// Thread rule: load() first, then const calls from any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ingest/reader.h"
#include "ingest/trail_digest.h"

namespace sil::flow {

class TrailCheck {
 public:
  void load(const std::vector<std::string>& paths, const ingest::OpenOptions& options);
  // Is the digest of this source's bytes needed for verdict()?
  [[nodiscard]] bool wants(const Source& about) const;
  [[nodiscard]] std::vector<Anomaly> verdict(const Source& read, const std::string& sha256) const;

 private:
  void completeness(const ingest::TrailDigest& digest, std::vector<Anomaly>* out) const;
  std::map<std::string, std::set<std::string>> stated_;  // file name -> digests that digest files state
  std::map<std::string, ingest::TrailDigest> digests_;   // by file name
  std::map<std::string, Error> unreadable_;              // digest files, by file name
  std::set<std::string> inputs_;                         // file names of all inputs
};

}  // namespace sil::flow
