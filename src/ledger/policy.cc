#include "ledger/policy.h"

#include <algorithm>
#include <set>

namespace sil::ledger {
namespace {

constexpr size_t kMost = 1024;  // logs, witnesses and groups each; the specification wants 32

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    size_t end = std::min(line.find_first_of(" \t", at), line.size());
    out.emplace_back(line.substr(at, end - at));
    at = end;
  }
  return out;
}

class Reader {
 public:
  explicit Reader(std::string where) : where_(std::move(where)) {}
  Result<void> line(const std::vector<std::string>& words, size_t number) {
    place_ = where_ + ":" + std::to_string(number);
    if (words[0] == "log" && (words.size() == 2 || words.size() == 3)) return log(words);
    if (words[0] == "witness" && (words.size() == 3 || words.size() == 4)) return witness(words);
    if (words[0] == "group" && words.size() >= 4) return group(words);
    if (words[0] == "quorum" && words.size() == 2) return quorum(words[1]);
    return bad("log VKEY [URL], witness NAME VKEY [URL], group NAME K|any|all MEMBER..., quorum NAME", words[0]);
  }
  Result<Policy> finish() {
    place_ = where_;
    if (!has_quorum_) return bad("a quorum line", "none");
    return std::move(policy_);
  }

 private:
  tl::unexpected<Error> bad(std::string expected, std::string found = {}) const {
    return fail(ErrorCode::kFormat, place_, std::move(expected), std::move(found));
  }
  Result<VerifierKey> key(const std::string& text) {
    auto key = parse_vkey(text);
    if (!key) return bad("a verifier key", key.error().text());
    if (!raw_keys_.insert(key->key).second) return bad("each raw key once", text);
    return key;
  }
  Result<void> log(const std::vector<std::string>& words) {
    auto vkey = key(words[1]);
    if (!vkey) return tl::unexpected(vkey.error());
    if (policy_.logs.size() == kMost) return bad("at most 1024 logs");
    policy_.logs.push_back({vkey->name, *vkey, words.size() > 2 ? words[2] : ""});
    return {};
  }
  Result<void> define(const std::string& name) {
    if (name == "none" || !names_.insert(name).second) return bad("a new name", name);
    return {};
  }
  Result<void> witness(const std::vector<std::string>& words) {
    SIL_TRY(define(words[1]));
    auto vkey = key(words[2]);
    if (!vkey) return tl::unexpected(vkey.error());
    if (policy_.witnesses.size() == kMost) return bad("at most 1024 witnesses");
    policy_.witnesses.push_back({words[1], *vkey, words.size() > 3 ? words[3] : ""});
    return {};
  }
  Result<void> group(const std::vector<std::string>& words) {
    if (policy_.groups.size() == kMost) return bad("at most 1024 groups");
    PolicyGroup group;
    for (size_t i = 3; i < words.size(); ++i) {
      if (!names_.contains(words[i])) return bad("a member that was defined before", words[i]);
      if (!members_.insert(words[i]).second) return bad("a member of one group only", words[i]);
      group.members.push_back(words[i]);
    }
    group.needed = group.members.size();
    if (words[2] == "any") group.needed = 1;
    if (words[2] != "any" && words[2] != "all" &&
        (!parse_decimal(words[2], &group.needed) || group.needed == 0 || group.needed > group.members.size()))
      return bad("1 to " + std::to_string(group.members.size()) + ", any or all", words[2]);
    SIL_TRY(define(words[1]));
    policy_.groups.emplace(words[1], std::move(group));
    return {};
  }
  Result<void> quorum(const std::string& name) {
    if (has_quorum_) return bad("one quorum line", "a second");
    if (name != "none" && !names_.contains(name)) return bad("a witness or group that was defined before", name);
    policy_.quorum = name;
    has_quorum_ = true;
    return {};
  }

  std::string where_, place_;
  Policy policy_;
  bool has_quorum_ = false;
  std::set<std::string> names_, members_;
  std::set<std::array<uint8_t, 32>> raw_keys_;
};

}  // namespace

bool Policy::satisfied(const std::vector<size_t>& witnesses_signed) const {
  if (quorum == "none") return true;
  std::set<std::string> good;
  for (size_t i : witnesses_signed) good.insert(witnesses[i].name);
  // Members are defined before their group, but the map has another order: repeat until nothing is added.
  for (bool more = true; more;) {
    more = false;
    for (const auto& [name, group] : groups) {
      auto have = std::count_if(group.members.begin(), group.members.end(), [&](auto& m) { return good.contains(m); });
      if (static_cast<uint64_t>(have) >= group.needed) more = good.insert(name).second || more;
    }
  }
  return good.contains(quorum);
}

std::vector<VerifierKey> Policy::witness_keys() const {
  std::vector<VerifierKey> out;
  for (const PolicyKey& witness : witnesses) out.push_back(witness.key);
  return out;
}

Result<Policy> parse_policy(std::string_view text, const std::string& where) {
  Reader reader(where);
  for (size_t number = 1; !text.empty(); ++number) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    SIL_TRY(reader.line(words, number));
  }
  return reader.finish();
}

}  // namespace sil::ledger
