#include "ledger/claim_state.h"

#include <algorithm>

namespace sil::ledger {
namespace {

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

std::string name_of(const std::string& vkey) {
  return vkey.substr(0, vkey.find('+'));
}

}  // namespace

std::string ClaimState::words() const {
  std::string out = retracted ? "retracted" : revised_by ? "revised" : "standing";
  for (const ContestState& contest : contests)
    out += ", contested by " + contest.by + (contest.answers.empty() ? " (not answered)" : " (answered)");
  if (!endorsements.empty()) out += ", endorsed by " + std::to_string(endorsements.size());
  return out;
}

void ClaimFold::say(const Entry& entry, News news) const {
  if (!tell_) return;
  news.who = entry.author.name;
  news.date = entry.body.text("date");
  tell_(news);
}

void ClaimFold::add_unreadable(uint64_t index, const std::string& why) {
  if (tell_) tell_({.index = index, .did = Did::kUnreadable, .text = why});
}

bool ClaimFold::valid_at(const std::string& vkey, uint64_t index) const {
  auto key = keys_.find(vkey);
  return key != keys_.end() && key->second.from <= index && index < key->second.until;
}

const ClaimFold::Claim* ClaimFold::find(uint64_t index) const {
  auto claim = std::ranges::lower_bound(claims_, index, {}, &Claim::index);
  return claim != claims_.end() && claim->index == index ? &*claim : nullptr;
}

std::optional<ClaimState> ClaimFold::claim(uint64_t index) const {
  if (auto state = touched_.find(index); state != touched_.end()) return state->second;
  const Claim* claim = find(index);
  if (!claim) return {};
  ClaimState state;
  state.by = name_of(key_names_[claim->key]);
  return state;
}

ClaimState& ClaimFold::touched(const Claim& claim) {
  auto [state, fresh] = touched_.try_emplace(claim.index);
  if (fresh) state->second.by = name_of(key_names_[claim.key]);
  return state->second;
}

// Names are chosen by whoever makes a key, so a name proves nothing: it belongs to the party that had it first, and
// only a valid key of that party adds another of the name.
void ClaimFold::add_key(uint64_t index, const Entry& entry, const std::string& subject) {
  const std::string author = vkey_text(entry.author), name = name_of(subject);
  // The first key of a log adds itself; later ones are added by a key that is valid then.
  const bool first = keys_.empty() && author == subject;
  if (!first && !valid_at(author, index)) return say(entry, {.index = index, .did = Did::kCannotAddKey});
  if (keys_.contains(subject)) return say(entry, {.index = index, .did = Did::kKeyKnown, .subject = subject});
  const std::string by = first ? subject : party_of(author);
  auto holder = party_of_name_.find(name);
  if (holder != party_of_name_.end() && holder->second != by)
    return say(entry, {.index = index, .did = Did::kNameOfAnother, .subject = name});
  const std::string party = holder == party_of_name_.end() ? subject : holder->second;
  party_of_name_.emplace(name, party);
  keys_.emplace(subject, Validity{index, ~uint64_t{0}, party, by, static_cast<uint32_t>(key_names_.size())});
  key_names_.push_back(subject);
  say(entry, {.index = index, .did = Did::kAddsKey, .subject = subject});
}

void ClaimFold::key(uint64_t index, const Entry& entry) {
  const std::string action = entry.body.text("action"), subject = entry.body.text("key");
  if (action == "add") return add_key(index, entry, subject);
  const std::string author = vkey_text(entry.author);
  auto key = keys_.find(subject);
  if (!valid_at(author, index) || key == keys_.end() || key->second.until != ~uint64_t{0})
    return say(entry, {.index = index, .did = Did::kNoKeyToEnd, .subject = action});
  // The party itself, and the one that let it in: it may have lost all of its keys to somebody else.
  if (party_of(author) != key->second.party && party_of(author) != key->second.added_by)
    return say(entry, {.index = index, .did = Did::kMayNotEndKey, .subject = subject});
  key->second.until = index;
  say(entry, {.index = index, .did = action == "retire" ? Did::kRetiresKey : Did::kRevokesKey, .subject = subject});
}

bool ClaimFold::own(uint64_t index, const Entry& entry, const std::string& vkey, uint64_t claim) {
  const Claim* found = find(claim);
  if (found && party_of(*found) == party_of(vkey)) return true;
  say(entry, {.index = index, .did = found ? Did::kNotItsAuthor : Did::kNoClaim, .claim = claim});
  return false;
}

void ClaimFold::on_claims(uint64_t index, const Entry& entry, const std::string& vkey) {
  const bool contest = entry.kind == EntryKind::kContest;
  const std::string text = entry.body.text(contest ? "grounds" : "caveats");
  for (uint64_t claim : indexes_of(entry.body, "claims")) {
    const Claim* found = find(claim);
    if (!found) {
      say(entry, {.index = index, .did = Did::kNoClaim, .claim = claim});
      continue;
    }
    ClaimState& state = touched(*found);
    if (contest) {
      state.contests.push_back({index, entry.author.name, text, {}});
      contested_in_[index].push_back(claim);
      say(entry, {.index = index, .did = Did::kContests, .claim = claim, .text = text});
      continue;
    }
    auto& endorsed = state.endorsements;
    if (std::any_of(endorsed.begin(), endorsed.end(), [&](const auto& e) { return e.second == party_of(vkey); }))
      continue;
    endorsed.emplace_back(index, party_of(vkey));
    say(entry, {.index = index,
                .did = text.empty() ? Did::kEndorses : Did::kEndorsesWithCaveats,
                .claim = claim,
                .text = text});
  }
}

// Only the author of a contested claim answers for it: else anybody could make a contest look answered.
void ClaimFold::answer(uint64_t index, const Entry& entry, const std::string& vkey) {
  const uint64_t contest = index_of(entry.body, "contest");
  auto claims = contested_in_.find(contest);
  if (claims == contested_in_.end()) return say(entry, {.index = index, .did = Did::kNoContest, .other = contest});
  bool any = false;
  for (uint64_t claim : claims->second) {
    const Claim& contested = *find(claim);
    if (party_of(contested) != party_of(vkey)) continue;
    any = true;
    for (ContestState& state : touched(contested).contests)
      if (state.index == contest) state.answers.push_back(index);
  }
  say(entry, {.index = index,
              .did = any ? Did::kAnswers : Did::kNotContested,
              .other = contest,
              .text = entry.body.text("text")});
}

void ClaimFold::replace(uint64_t index, const Entry& entry, const std::string& vkey) {
  const bool revise = entry.kind == EntryKind::kRevise;
  const uint64_t old = index_of(entry.body, revise ? "old" : "claim"), fresh = revise ? index_of(entry.body, "new") : 0;
  if (!own(index, entry, vkey, old) || (revise && !own(index, entry, vkey, fresh))) return;
  if (revise && fresh <= old)
    return say(entry, {.index = index, .did = Did::kNotYounger, .claim = old, .other = fresh});
  ClaimState& state = touched(*find(old));
  if (state.retracted) return say(entry, {.index = index, .did = Did::kRetractedBefore, .claim = old});
  state.reason = entry.body.text("reason");
  state.retracted = !revise;
  (revise ? state.revised_at : state.retracted_at) = index;
  if (revise) state.revised_by = fresh;
  say(entry, {.index = index,
              .did = revise ? Did::kRevises : Did::kRetracts,
              .claim = old,
              .other = fresh,
              .text = state.reason});
}

void ClaimFold::disclose(uint64_t index, const Entry& entry) {
  const uint64_t claim = index_of(entry.body, "claim");
  const Claim* found = find(claim);
  if (found) touched(*found).disclosures.push_back(index);
  say(entry, {.index = index, .did = found ? Did::kDiscloses : Did::kNoClaim, .claim = claim});
}

void ClaimFold::erase(uint64_t index, const Entry& entry, const std::string& vkey) {
  const uint64_t deposit = index_of(entry.body, "deposit");
  auto found = deposits_.find(deposit);
  const bool own = found != deposits_.end() && party_of(key_names_[found->second]) == party_of(vkey);
  say(entry, {.index = index,
              .did = own ? Did::kErases : Did::kNoDeposit,
              .claim = deposit,
              .text = entry.body.text("reason")});
}

void ClaimFold::add(uint64_t index, const Entry& entry) {
  if (entry.kind == EntryKind::kKey) return key(index, entry);
  const std::string vkey = vkey_text(entry.author);
  if (!valid_at(vkey, index)) return say(entry, {.index = index, .did = Did::kKeyNotValid});
  switch (entry.kind) {
    case EntryKind::kClaim:
      claims_.push_back({index, keys_.at(vkey).number});
      return say(entry, {.index = index, .did = Did::kClaims, .text = entry.body.text("text")});
    case EntryKind::kEndorse:
    case EntryKind::kContest: return on_claims(index, entry, vkey);
    case EntryKind::kAnswer: return answer(index, entry, vkey);
    case EntryKind::kRevise:
    case EntryKind::kRetract: return replace(index, entry, vkey);
    case EntryKind::kDisclose: return disclose(index, entry);
    case EntryKind::kErase: return erase(index, entry, vkey);
    case EntryKind::kDeposit:
      deposits_.emplace(index, keys_.at(vkey).number);
      return say(entry, {.index = index, .did = Did::kDeposits, .subject = entry.body.text("format")});
    case EntryKind::kRecordRoot:
      return say(entry, {.index = index,
                         .did = Did::kCommitsRecords,
                         .claim = index_of(entry.body, "deposit"),
                         .other = index_of(entry.body, "records")});
    default: say(entry, {.index = index, .did = Did::kWrites, .subject = entry_name(entry.kind)});
  }
}

}  // namespace sil::ledger
