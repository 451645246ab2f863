// Entries of the ledger: canonical JSON, signed by their author (docs/design/ledger.md has each kind's members).
//
// An author signs a batch: a checkpoint of origin `silhouette/batch/1` over the Merkle tree of the entries without
// their `sig`, as a signed note. Each entry carries its place, its path and the signature, so it is checked by itself,
// with the tools that check checkpoints. One entry alone is a batch of size 1.
// Errors: kFormat, kLimit (65,535 bytes). Thread rule: stateless.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/canonical.h"
#include "ledger/note.h"

namespace sil::ledger {

enum class EntryKind : uint8_t {
  kKey,
  kPolicy,
  kDeposit,
  kRecordRoot,
  kClaim,
  kHypothesisSet,
  kAssess,
  kWarning,
  kEndorse,
  kContest,
  kAnswer,
  kRevise,
  kRetract,
  kDisclose,
  kErase
};
constexpr size_t kEntryKinds = 15;
const char* entry_name(EntryKind kind);
bool parse_entry_kind(std::string_view name, EntryKind* out);

constexpr char kEntrySchema[] = "silhouette/entry/1";
constexpr char kBatchOrigin[] = "silhouette/batch/1";

struct Entry {
  EntryKind kind = EntryKind::kClaim;
  VerifierKey author;
  Json body;
};

struct Draft {
  EntryKind kind = EntryKind::kClaim;
  std::string body;  // canonical
};
// Errors: kFormat for a body that its kind does not allow.
Result<Draft> draft_of(EntryKind kind, const Json& body);
// Canonical text of each draft as an entry of `author`, all under one signature; `take` gets them in order. Errors:
// kLimit, and what `take` returns.
using TakeEntry = std::function<Result<void>(std::string_view text)>;
Result<void> sign_entries(const std::vector<Draft>& drafts, const SigningKey& author, const TakeEntry& take);
Result<std::string> sign_entry(const Draft& draft, const SigningKey& author);
// Parses, demands the canonical form, the members of its kind, and a signature that holds.
Result<Entry> parse_entry(std::string_view text);
// What the members of a kind must be; used on both ways.
Result<void> check_body(EntryKind kind, const Json& body);

}  // namespace sil::ledger
