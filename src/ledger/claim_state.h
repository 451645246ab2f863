// What the entries up to an index say of each claim: a fold, nothing is taken away (docs/design/ledger.md, States).
//
// Memory: 16 bytes a claim, more for those that others speak of. Thread rule: one thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/entry.h"
#include "ledger/news.h"

namespace sil::ledger {

struct ContestState {
  uint64_t index = 0;
  std::string by, grounds;
  std::vector<uint64_t> answers;
};
struct ClaimState {
  std::string by;  // name of the author's key
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
  using Tell = std::function<void(const News&)>;
  explicit ClaimFold(Tell tell = nullptr) : tell_(std::move(tell)) {}  // what each entry does, as it is added
  // Entries in order. What an author may not do (revise another's claim, use a key that is not valid at this index) is
  // told and changes no state.
  void add(uint64_t index, const Entry& entry);
  void add_unreadable(uint64_t index, const std::string& why);
  [[nodiscard]] size_t claims() const { return claims_.size(); }
  [[nodiscard]] std::optional<ClaimState> claim(uint64_t index) const;  // none: no claim by a valid key
  // Was the key valid when entry `index` was appended?
  [[nodiscard]] bool valid_at(const std::string& vkey, uint64_t index) const;

 private:
  struct Validity {
    uint64_t from = 0, until = ~uint64_t{0};
    std::string party, added_by;  // the first key of each: whoever has a party's key adds others of the same name to it
    uint32_t number = 0;          // its place in key_names_
  };
  struct Claim {
    uint64_t index = 0;
    uint32_t key = 0;  // its author's
  };
  void say(const Entry& entry, News news) const;
  void key(uint64_t index, const Entry& entry);
  void add_key(uint64_t index, const Entry& entry, const std::string& subject);
  void on_claims(uint64_t index, const Entry& entry, const std::string& vkey);
  void answer(uint64_t index, const Entry& entry, const std::string& vkey);
  void replace(uint64_t index, const Entry& entry, const std::string& vkey);
  void disclose(uint64_t index, const Entry& entry);
  void erase(uint64_t index, const Entry& entry, const std::string& vkey);
  bool own(uint64_t index, const Entry& entry, const std::string& vkey, uint64_t claim);
  [[nodiscard]] const Claim* find(uint64_t index) const;
  [[nodiscard]] const std::string& party_of(const std::string& vkey) const { return keys_.at(vkey).party; }
  [[nodiscard]] const std::string& party_of(const Claim& claim) const { return party_of(key_names_[claim.key]); }
  ClaimState& touched(const Claim& claim);

  Tell tell_;
  std::deque<Claim> claims_;                                // by index
  std::map<uint64_t, ClaimState> touched_;                  // of claims that other entries speak of
  std::map<uint64_t, std::vector<uint64_t>> contested_in_;  // contest entry -> claims
  std::map<uint64_t, uint32_t> deposits_;                   // entry -> its author's key
  std::map<std::string, Validity> keys_;
  std::vector<std::string> key_names_;
  std::map<std::string, std::string> party_of_name_;
};

}  // namespace sil::ledger
