#include "ledger/claim_state.h"

#include <algorithm>

namespace sil::ledger {
namespace {

std::string at(uint64_t index) {
  return "entry " + std::to_string(index);
}

std::vector<uint64_t> indexes_of(const Json& body, std::string_view name) {
  std::vector<uint64_t> out;
  for (const Json& item : body.items(name)) {
    Json holder;
    uint64_t index = 0;
    if (holder.set("i", item).number("i", &index)) out.push_back(index);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

uint64_t index_of(const Json& body, std::string_view name) {
  uint64_t index = 0;
  body.number(name, &index);
  return index;
}

}  // namespace

std::string ClaimState::words() const {
  std::string out = retracted ? "retracted" : revised_by ? "revised" : "standing";
  for (const ContestState& contest : contests)
    out += ", contested by " + contest.by + (contest.answers.empty() ? " (not answered)" : " (answered)");
  if (!endorsements.empty()) out += ", endorsed by " + std::to_string(endorsements.size());
  return out;
}

void ClaimFold::note(uint64_t index, const std::string& why) {
  notes_.push_back(at(index) + ": " + why);
  news_.push_back(at(index) + " has no effect: " + why);
}

void ClaimFold::add_unreadable(uint64_t index, const std::string& why) {
  note(index, why);
}

bool ClaimFold::valid_at(const std::string& vkey, uint64_t index) const {
  auto key = keys_.find(vkey);
  return key != keys_.end() && key->second.from <= index && index < key->second.until;
}

const std::string& ClaimFold::party_of(const std::string& vkey) const {
  return keys_.at(vkey).party;
}

// Names are chosen by whoever makes a key, so a name proves nothing: it belongs to the party that had it first, and
// only a valid key of that party adds another of the name.
void ClaimFold::add_key(uint64_t index, const Entry& entry, const std::string& subject) {
  const std::string author = vkey_text(entry.author), name = subject.substr(0, subject.find('+'));
  // The first key of a log adds itself; later ones are added by a key that is valid then.
  const bool first = keys_.empty() && author == subject;
  if (!first && !valid_at(author, index))
    return note(index, "the key of " + entry.author.name + " is not valid here and cannot add another");
  if (keys_.contains(subject)) return note(index, "the key " + subject + " was added before");
  const std::string by = first ? subject : party_of(author);
  auto holder = party_of_name_.find(name);
  if (holder != party_of_name_.end() && holder->second != by)
    return note(index, "the name " + name + " belongs to another party, and " + entry.author.name + " is not of it");
  const std::string party = holder == party_of_name_.end() ? subject : holder->second;
  party_of_name_.emplace(name, party);
  keys_.emplace(subject, Validity{index, ~uint64_t{0}, party, by});
  news_.push_back(at(index) + ": " + entry.author.name + " adds the key " + subject);
}

void ClaimFold::key(uint64_t index, const Entry& entry) {
  const std::string action = entry.body.text("action"), subject = entry.body.text("key");
  if (action == "add") return add_key(index, entry, subject);
  const std::string author = vkey_text(entry.author);
  auto key = keys_.find(subject);
  if (!valid_at(author, index) || key == keys_.end() || key->second.until != ~uint64_t{0})
    return note(index, "no valid key to " + action);
  // The party itself, and the one that let it in: it may have lost all of its keys to somebody else.
  if (party_of(author) != key->second.party && party_of(author) != key->second.added_by)
    return note(index, entry.author.name + " may not " + action + " the key " + subject);
  key->second.until = index;
  news_.push_back(at(index) + ": the key " + subject + " is " + (action == "retire" ? "retired" : "revoked") +
                  "; what it signed before stays valid");
}

bool ClaimFold::own(uint64_t index, const Entry& entry, const std::string& vkey, uint64_t claim) {
  auto state = claims_.find(claim);
  if (state == claims_.end()) {
    note(index, at(claim) + " is no claim");
    return false;
  }
  if (party_of_claim_[claim] != party_of(vkey)) {
    note(index, entry.author.name + " is not the author of claim " + std::to_string(claim));
    return false;
  }
  return true;
}

void ClaimFold::on_claims(uint64_t index, const Entry& entry, const std::string& vkey) {
  for (uint64_t claim : indexes_of(entry.body, "claims")) {
    auto state = claims_.find(claim);
    if (state == claims_.end()) {
      note(index, at(claim) + " is no claim");
      continue;
    }
    if (entry.kind == EntryKind::kContest) {
      const std::string grounds = entry.body.text("grounds");
      state->second.contests.push_back({index, entry.author.name, grounds, {}});
      contested_in_[index].push_back(claim);
      news_.push_back(at(index) + ": " + entry.author.name + " contests claim " + std::to_string(claim) + ": " +
                      grounds);
      continue;
    }
    auto& endorsed = state->second.endorsements;
    if (std::any_of(endorsed.begin(), endorsed.end(), [&](const auto& e) { return e.second == party_of(vkey); }))
      continue;
    endorsed.emplace_back(index, party_of(vkey));
    const std::string caveats = entry.body.text("caveats");
    news_.push_back(at(index) + ": " + entry.author.name + " endorses claim " + std::to_string(claim) +
                    (caveats.empty() ? "" : " with caveats: " + caveats));
  }
}

// Only the author of a contested claim answers for it: else anybody could make a contest look answered.
void ClaimFold::answer(uint64_t index, const Entry& entry, const std::string& vkey) {
  const uint64_t contest = index_of(entry.body, "contest");
  auto claims = contested_in_.find(contest);
  if (claims == contested_in_.end()) return note(index, at(contest) + " is no contest");
  bool any = false;
  for (uint64_t claim : claims->second) {
    if (party_of_claim_[claim] != party_of(vkey)) continue;
    any = true;
    for (ContestState& state : claims_[claim].contests)
      if (state.index == contest) state.answers.push_back(index);
  }
  if (!any) return note(index, entry.author.name + " is not the author of what " + at(contest) + " contests");
  news_.push_back(at(index) + ": " + entry.author.name + " answers the contest of " + at(contest) + ": " +
                  entry.body.text("text"));
}

void ClaimFold::replace(uint64_t index, const Entry& entry, const std::string& vkey) {
  const bool revise = entry.kind == EntryKind::kRevise;
  const uint64_t old = index_of(entry.body, revise ? "old" : "claim"), fresh = revise ? index_of(entry.body, "new") : 0;
  if (!own(index, entry, vkey, old) || (revise && !own(index, entry, vkey, fresh))) return;
  if (revise && fresh <= old)
    return note(index, "claim " + std::to_string(fresh) + " is not younger than what it revises");
  ClaimState& state = claims_[old];
  if (state.retracted) return note(index, "claim " + std::to_string(old) + " is retracted, which is final");
  state.reason = entry.body.text("reason");
  state.retracted = !revise;
  (revise ? state.revised_at : state.retracted_at) = index;
  if (revise) state.revised_by = fresh;
  news_.push_back(at(index) + ": " + entry.author.name + (revise ? " revises claim " : " retracts claim ") +
                  std::to_string(old) + (revise ? " by claim " + std::to_string(fresh) : "") +
                  ", reason: " + state.reason);
}

void ClaimFold::add(uint64_t index, const Entry& entry) {
  if (entry.kind == EntryKind::kKey) return key(index, entry);
  const std::string vkey = vkey_text(entry.author);
  if (!valid_at(vkey, index)) return note(index, "the key of " + entry.author.name + " is not valid here");
  const std::string& who = entry.author.name;
  switch (entry.kind) {
    case EntryKind::kClaim: {
      ClaimState& state = claims_[index];
      state.index = index;
      state.by = who;
      state.text = entry.body.text("text");
      party_of_claim_[index] = party_of(vkey);
      news_.push_back(at(index) + ": " + who + " claims: " + state.text);
      return;
    }
    case EntryKind::kEndorse:
    case EntryKind::kContest: return on_claims(index, entry, vkey);
    case EntryKind::kAnswer: return answer(index, entry, vkey);
    case EntryKind::kRevise:
    case EntryKind::kRetract: return replace(index, entry, vkey);
    case EntryKind::kDisclose: {
      uint64_t claim = index_of(entry.body, "claim");
      auto state = claims_.find(claim);
      if (state == claims_.end()) return note(index, at(claim) + " is no claim");
      state->second.disclosures.push_back(index);
      news_.push_back(at(index) + ": " + who + " discloses claim " + std::to_string(claim));
      return;
    }
    default: news_.push_back(at(index) + ": " + entry_name(entry.kind) + " by " + who);
  }
}

}  // namespace sil::ledger
