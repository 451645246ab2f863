// The second reading of a source, for a proof: its digest, its record tree, the cited records, what the rule or the
// track detectors say of it now.
//
// Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "flow/record_trees.h"
#include "hunt/rule.h"
#include "model/finding.h"
#include "model/track.h"

namespace sil::flow {

struct RereadRecord {
  Citation citation;
  std::string bytes;
  std::vector<MatchedField> matched;
  bool rule_matches = false;
};
struct RereadTask {
  std::string path;            // where the file lies now
  Source source;               // as it was read: members and format choose
  ledger::Secret secret{};     // of the source
  uint64_t leaves = 0;         // of its tree, as the log says
  std::set<uint64_t> records;  // offsets of the records wanted
  const hunt::Rule* rule = nullptr;
  bool tracks = false;              // look for covered tracks too
  bool recovered = false;           // the records wanted are none that the log counts
  std::vector<std::string> beside;  // further files, for tracks that need several witnesses
};
struct RereadSource {
  Source source;
  std::map<uint64_t, RereadRecord> records;  // by offset
  RecordTree tree;                           // with leaves
  std::vector<Track> tracks;
  std::vector<Source> beside;  // what was read of the further files
};
// None: the file is absent, cannot be read, or has no such member.
std::optional<RereadSource> reread_source(const RereadTask& task);

}  // namespace sil::flow
