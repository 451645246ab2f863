// What the entries up to an index say of each claim: a fold, nothing is taken away (docs/design/ledger.md, States).
//
// Thread rule: one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/entry.h"

namespace sil::ledger {

struct ContestState {
  uint64_t index = 0;
  std::string by, grounds;
  std::vector<uint64_t> answers;
};
struct ClaimState {
  uint64_t index = 0;
  std::string by, text;
  bool retracted = false;
  uint64_t retracted_at = 0, revised_at = 0,
           revised_by = 0;  // revised_by: index of the claim that replaces it, 0 = none
  std::string reason;       // of the retraction or revision
  std::vector<std::pair<uint64_t, std::string>> endorsements;  // index, party; each party once
  std::vector<ContestState> contests;
  std::vector<uint64_t> disclosures;
  // "standing", "revised", "retracted"; a contest is said beside it: "standing, contested by B (answered)".
  [[nodiscard]] std::string words() const;
};

class ClaimFold {
 public:
  // Entries in order. What an author may not do (revise another's claim, use a key that is not valid at this index) is
  // kept as a line of notes() and changes no state.
  void add(uint64_t index, const Entry& entry);
  void add_unreadable(uint64_t index, const std::string& why);
  [[nodiscard]] const std::map<uint64_t, ClaimState>& claims() const { return claims_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] const std::vector<std::string>& news() const { return news_; }  // one line an entry, in words
  // Was the key valid when entry `index` was appended?
  [[nodiscard]] bool valid_at(const std::string& vkey, uint64_t index) const;
  void forget_news() { news_.clear(); }

 private:
  struct Validity {
    uint64_t from = 0, until = ~uint64_t{0};
    std::string party, added_by;  // the first key of each: whoever has a party's key adds others of the same name to it
  };
  void key(uint64_t index, const Entry& entry);
  void add_key(uint64_t index, const Entry& entry, const std::string& subject);
  void on_claims(uint64_t index, const Entry& entry, const std::string& vkey);
  void answer(uint64_t index, const Entry& entry, const std::string& vkey);
  void replace(uint64_t index, const Entry& entry, const std::string& vkey);
  bool own(uint64_t index, const Entry& entry, const std::string& vkey, uint64_t claim);
  void note(uint64_t index, const std::string& why);
  [[nodiscard]] const std::string& party_of(const std::string& vkey) const;  // of a key that was added
  std::map<uint64_t, ClaimState> claims_;
  std::map<uint64_t, std::string> party_of_claim_;
  std::map<uint64_t, std::vector<uint64_t>> contested_in_;  // contest entry -> claims
  std::map<std::string, Validity> keys_;
  std::map<std::string, std::string> party_of_name_;
  std::vector<std::string> notes_, news_;
};

}  // namespace sil::ledger
