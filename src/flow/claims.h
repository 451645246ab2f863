// From findings and tracks to the ledger's words: citations `silhouette-cite/1`, the fields of a finding, and what a
// claim says of both without giving them away (docs/design/ledger.md, Commitments).
//
// Thread rule: stateless. Determinism: depends on finding, source and secret alone.
#pragma once

#include "flow/record_trees.h"
#include "ledger/canonical.h"
#include "model/finding.h"
#include "model/track.h"

namespace sil::flow {

struct Salted {  // one item of a list that an entry holds the root of
  std::string content;
  Sha256 salt{};
};
struct ClaimDraft {
  std::string body;               // canonical JSON
  std::string commitment;         // its `finding`: the leaf of `finding` below, base64
  std::vector<Salted> citations;  // content: silhouette-cite/1
  std::vector<Salted> fields;     // content: {"name","value"}
  Salted finding;                 // content: the finding's id
};
struct LoggedSource {  // what the ledger knows of a source
  ledger::Secret secret{};
  uint64_t records = 0;
  Sha256 root{};
  uint64_t deposit = 0, record_root = 0;  // indexes of entries
  bool logged = false;
};

// A track in a finding's form: kind "track", its detector as the rule, class, expected and found as what matched.
struct TrackSubject {
  RuleInfo detector;
  Finding finding;  // its rule: `detector`
  bool of_one_source = false;
};
std::unique_ptr<TrackSubject> subject_of(const Track& track);

// One citation as canonical JSON; the finding's rule may be null.
std::string cite_text(const Citation& citation, const Source& source, const Finding& finding);
Salted file_commitment(const Source& source, const ledger::Secret& secret);
ClaimDraft draft_claim(const Finding& finding, const std::vector<const Source*>& sources,
                       const std::vector<const LoggedSource*>& logged);
Sha256 leaf_of(const Salted& item);

}  // namespace sil::flow
