// What an entry does to the state of claims, or why it does nothing. Texts are the authors' own, as they wrote them:
// whoever shows them escapes them. Thread rule: values.
#pragma once

#include <cstdint>
#include <string>

namespace sil::ledger {

enum class Did : uint8_t {
  kAddsKey,
  kRetiresKey,
  kRevokesKey,
  kDeposits,
  kCommitsRecords,
  kClaims,
  kContests,
  kEndorses,
  kEndorsesWithCaveats,
  kAnswers,
  kRevises,
  kRetracts,
  kDiscloses,
  kErases,
  kWrites,  // an entry of a kind that changes no claim
  // Without effect, and why:
  kKeyNotValid,
  kCannotAddKey,
  kKeyKnown,
  kNameOfAnother,
  kNoKeyToEnd,
  kMayNotEndKey,
  kNoClaim,
  kNotItsAuthor,
  kNoContest,
  kNoDeposit,
  kNotContested,
  kNotYounger,
  kRetractedBefore,
  kUnreadable,
};
constexpr bool has_effect(Did did) {
  return did < Did::kKeyNotValid;
}

struct News {
  uint64_t index = 0;
  Did did = Did::kWrites;
  std::string who{};      // name of the author's key
  std::string subject{};  // a key, a name, a kind of entry
  uint64_t claim = 0, other = 0;
  std::string text{};  // the author's own
  std::string date{};  // as its author dates it (body.date); empty = not
};

}  // namespace sil::ledger
