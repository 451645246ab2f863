#include "ledger/disclosure.h"

#include <algorithm>
#include <optional>
#include <set>

#include "ledger/base64.h"
#include "ledger/commitment.h"
#include "ledger/entry.h"

namespace sil::ledger {
namespace {

std::string short_hex(const Sha256& digest) {
  return hex(Bytes(digest.data(), digest.size()));
}

class Walk {
 public:
  Walk(const Json& disclosure, const VerifierKey& log, const Policy* policy)
      : disclosure_(disclosure), log_(log), policy_(policy) {}

  Steps run(uint64_t claim_index) {
    if (disclosure_.text("schema") != kDisclosureSchema) {
      say(false, "disclosure", std::string("schema ") + kDisclosureSchema);
      return std::move(steps_);
    }
    auto claim = entry("claim", EntryKind::kClaim);
    if (!claim || !say(claim->second == claim_index, "claim: it is entry " + std::to_string(claim_index),
                       "entry " + std::to_string(claim->second)))
      return std::move(steps_);
    const Json& body = claim->first.body;
    list("citations", body.find("citations"));
    if (body.find("fields")) list("fields", body.find("fields"));
    records(body);
    return std::move(steps_);
  }

 private:
  bool say(bool holds, std::string what, std::string found = {}) {
    steps_.push_back({holds ? Verdict::kHolds : Verdict::kFalse, std::move(what), holds ? "" : std::move(found)});
    return holds;
  }

  // An entry with its proof: checkpoint, quorum, inclusion, author's signature.
  std::optional<std::pair<Entry, uint64_t>> entry(const std::string& name, EntryKind kind) {
    const Json* part = disclosure_.find(name);
    const Json* whole = part ? part->find("entry") : nullptr;
    if (!whole) {
      say(false, name + ": entry and proof", "none");
      return {};
    }
    auto proof = parse_proof(part->text("proof"));
    if (!proof) {
      say(false, name + ": proof", proof.error().text());
      return {};
    }
    std::vector<VerifierKey> keys{log_};
    if (policy_)
      for (const VerifierKey& key : policy_->witness_keys()) keys.push_back(key);
    const std::string text = whole->canonical();
    auto in = verify_proof(*proof, leaf_hash(text), keys);
    if (!in || in->note.signers.front() != 0) {
      say(false, name + ": inclusion under a checkpoint of " + log_.name,
          in ? "no signature of the log" : in.error().text());
      return {};
    }
    if (in->checkpoint.origin != log_.name) {
      say(false, name + ": origin " + log_.name, in->checkpoint.origin);
      return {};
    }
    if (name == "claim") {
      say(true, "checkpoint: signed by " + log_.name + ", size " + std::to_string(in->checkpoint.size));
      quorum(*in);
    }
    say(true, name + ": entry " + std::to_string(proof->index) + " of " + std::to_string(in->checkpoint.size) +
                  " is in the log");
    auto parsed = parse_entry(text);
    if (!parsed || parsed->kind != kind) {
      say(false, name + ": signed by its author", parsed ? "an entry of another kind" : parsed.error().text());
      return {};
    }
    say(true, name + ": signed by " + vkey_text(parsed->author));
    return std::pair{std::move(*parsed), proof->index};
  }

  void quorum(const ProvenIn& in) {
    if (!policy_) return;
    std::vector<size_t> witnesses;
    for (size_t signer : in.note.signers)
      if (signer > 0) witnesses.push_back(signer - 1);
    std::string count = std::to_string(witnesses.size()) + " of " + std::to_string(policy_->witnesses.size());
    say(policy_->satisfied(witnesses), "witnessed: by " + count + ", quorum " + policy_->quorum,
        "too few cosignatures");
  }

  // Items of a list that an entry holds root and count of: opened ones and bare leaves, in order.
  void list(const std::string& name, const Json* committed) {
    Sha256 root{};
    uint64_t count = 0;
    CompactRange range;
    size_t opened = 0;
    bool good = committed && committed->number("count", &count) && parse_base64(committed->text("root"), &root);
    for (const Json& item : disclosure_.items(name)) {
      Sha256 leaf{}, salt{};
      if (const Json* content = item.find("content")) {
        good = good && parse_base64(item.text("salt"), &salt);
        leaf = salted_leaf(salt, content->canonical());
        ++opened;
      } else {
        good = good && parse_base64(item.text("leaf"), &leaf);
      }
      range.push(leaf);
    }
    say(good && range.size() == count && range.root() == root,
        name + ": " + std::to_string(opened) + " of " + std::to_string(count) + " opened, as the claim committed to",
        "root " + short_hex(range.root()) + ", the claim has " + short_hex(root));
    if (opened < count)
      steps_.push_back({Verdict::kNote, name + ": " + std::to_string(count - opened) + " withheld", {}});
  }

  void records(const Json& claim) {
    auto deposit = entry("deposit", EntryKind::kDeposit);
    auto root = deposit ? entry("record_root", EntryKind::kRecordRoot) : std::nullopt;
    if (!root) return;
    uint64_t of = 0;
    if (!root->first.body.number("deposit", &of) || of != deposit->second) {
      say(false, "record root: of deposit " + std::to_string(deposit->second), "of " + std::to_string(of));
      return;
    }
    if (const Json* file = disclosure_.find("file")) {
      Sha256 salt{}, expected{};
      const Json* content = file->find("content");
      bool good = content && parse_base64(file->text("salt"), &salt) &&
                  parse_base64(deposit->first.body.text("file"), &expected) &&
                  salted_leaf(salt, content->canonical()) == expected;
      say(good, "deposit: file " + (content ? content->text("sha256") : ""), "another commitment");
      file_digest_ = content ? content->text("sha256") : "";
    }
    for (const Json& record : disclosure_.items("records"))
      one_record(record, claim, root->first.body, deposit->second);
    for (const Json& commitment : claim.items("commitments")) {  // what is left out is not proved either
      uint64_t in = 0, offset = 0;
      if (!commitment.number("deposit", &in) || in != deposit->second || !commitment.number("record", &offset))
        continue;
      if (!shown_.contains(offset))
        steps_.push_back({Verdict::kWithheld, "record at " + std::to_string(offset) + ": is not shown", {}});
    }
  }

  void one_record(const Json& record, const Json& claim, const Json& root, uint64_t deposit) {
    uint64_t offset = 0, index = 0, count = 0;
    std::string bytes;
    Sha256 salt{}, tree{}, digest{};
    record.number("offset", &offset);
    const std::string name = "record at " + std::to_string(offset);
    shown_.insert(offset);
    if (const Json* hidden = record.find("withheld"); hidden) {
      steps_.push_back({Verdict::kWithheld, name + ": bytes are withheld", {}});
      return;
    }
    std::vector<Sha256> path;
    // What a track cites need not be a record, and a recovered record is none that the log counts: it has no place in
    // the tree, and that the file holds it is not shown.
    const bool span =
        (claim.find("detector") || claim.find("recovered")) && !record.find("index") && !record.find("path");
    bool good = (span || record.number("index", &index)) && root.number("records", &count) &&
                parse_base64(record.text("bytes"), &bytes) && parse_base64(record.text("salt"), &salt) &&
                parse_base64(root.text("root"), &tree);
    for (const Json& item : record.items("path"))
      good = good && path.size() < 63 && item.string() && parse_base64(*item.string(), &path.emplace_back());
    digest = sha256(bytes);
    const std::string cited = cited_digest(offset, bytes.size());
    say(good && cited == short_hex(digest), name + ": bytes have the cited digest " + cited, short_hex(digest));
    const Sha256 leaf = salted_leaf(salt, Bytes(digest.data(), digest.size()));
    if (span)
      steps_.push_back({Verdict::kNote, name + ": a span of the file, no record of its own", {}});
    else
      say(verify_inclusion(index, {count, tree}, leaf, path),
          name + ": record " + std::to_string(index) + " of " + std::to_string(count) + " of the deposit",
          "another tree");
    for (const Json& commitment : claim.items("commitments")) {
      uint64_t of = 0, in = 0;
      if (!commitment.number("record", &of) || of != offset) continue;
      if (!commitment.number("deposit", &in) || in != deposit) continue;  // of another file
      say(commitment.text("leaf") == base64(leaf), name + ": is what the claim committed to", base64(leaf));
    }
  }

  // Digest that an opened citation of this file gives for the span; empty where none does.
  [[nodiscard]] std::string cited_digest(uint64_t offset, size_t length) const {
    const std::string span = "[[" + std::to_string(offset) + "," + std::to_string(length) + "]]";
    for (const Json& item : disclosure_.items("citations")) {
      const Json* cite = item.find("content");
      const Json* spans = cite ? cite->find("spans") : nullptr;
      const Json* file = cite ? cite->find("file") : nullptr;
      if (spans && spans->canonical() == span && file && file->text("sha256") == file_digest_)
        return cite->text("record");
    }
    return {};
  }

  const Json& disclosure_;
  const VerifierKey& log_;
  const Policy* policy_;
  Steps steps_;
  std::string file_digest_;
  std::set<uint64_t> shown_;  // offsets of the records that the disclosure speaks of
};

}  // namespace

const char* outcome_of(const Steps& steps) {
  auto any = [&](Verdict verdict) {
    return std::any_of(steps.begin(), steps.end(), [&](const Step& step) { return step.verdict == verdict; });
  };
  if (any(Verdict::kFalse)) return "false";
  if (any(Verdict::kDispute)) return "parser dispute";
  return steps.empty() || any(Verdict::kWithheld) ? "withheld" : "proved";
}

bool all_hold(const Steps& steps) {
  return outcome_of(steps) == std::string_view("proved");
}

std::string step_text(const Step& step) {
  const char* word = step.verdict == Verdict::kHolds     ? "holds    "
                     : step.verdict == Verdict::kFalse   ? "FALSE    "
                     : step.verdict == Verdict::kNote    ? "note     "
                     : step.verdict == Verdict::kDispute ? "dispute  "
                                                         : "withheld ";
  return word + step.what + (step.found.empty() ? "" : "; found " + step.found);
}

Steps verify_disclosure(const Json& disclosure, uint64_t claim, const VerifierKey& log, const Policy* policy) {
  return Walk(disclosure, log, policy).run(claim);
}

}  // namespace sil::ledger
