#include "ledger/entry.h"

#include <array>
#include <iterator>
#include <utility>

#include "bytes/json_writer.h"
#include "bytes/sha256_lanes.h"
#include "ledger/base64.h"
#include "ledger/merkle.h"
#include "ledger/tile_log.h"

namespace sil::ledger {
namespace {

enum class Type : uint8_t { kText, kIndex, kHash, kList, kObject, kVkey };
struct Demand {
  const char* name;
  Type type;
  bool optional = false;
};
struct KindRow {
  const char* name;
  std::vector<Demand> demands;
};

// One row a kind, in the order of EntryKind.
const KindRow& row_of(EntryKind kind) {
  static const KindRow kRows[] = {
      {"key", {{"action", Type::kText}, {"key", Type::kVkey}}},
      {"policy", {{"policy", Type::kText}}},
      {"deposit", {{"file", Type::kHash}, {"tlp", Type::kText}, {"format", Type::kText}}},
      {"record-root",
       {{"deposit", Type::kIndex}, {"records", Type::kIndex}, {"root", Type::kHash}, {"parser", Type::kObject}}},
      {"claim",
       {{"finding", Type::kHash},
        {"text", Type::kText},
        {"tlp", Type::kText},
        {"confidence", Type::kText},
        {"citations", Type::kObject},
        {"commitments", Type::kList}}},
      {"hypothesis-set", {{"text", Type::kText}, {"hypotheses", Type::kList}}},
      {"assess", {{"text", Type::kText}, {"claims", Type::kList}}},
      {"warning", {{"bundle", Type::kHash}, {"renderings", Type::kList}, {"claims", Type::kList}}},
      {"endorse", {{"claims", Type::kList}, {"caveats", Type::kText, true}}},
      {"contest", {{"claims", Type::kList}, {"grounds", Type::kText}}},
      {"answer", {{"contest", Type::kIndex}, {"text", Type::kText}}},
      {"revise", {{"old", Type::kIndex}, {"new", Type::kIndex}, {"reason", Type::kText}}},
      {"retract", {{"claim", Type::kIndex}, {"reason", Type::kText}}},
      {"disclose", {{"claim", Type::kIndex}, {"disclosure", Type::kHash}}},
      {"erase", {{"deposit", Type::kIndex}, {"reason", Type::kText}}},
  };
  static_assert(std::size(kRows) == kEntryKinds);
  return kRows[static_cast<size_t>(kind)];
}

bool fits(const Json& value, const std::string& name, Type type) {
  const Json* member = value.find(name);
  uint64_t number = 0;
  Sha256 hash;
  switch (type) {
    case Type::kText: return member->string() != nullptr;
    case Type::kIndex: return value.number(name, &number);
    case Type::kHash: return member->string() && parse_base64(*member->string(), &hash);
    case Type::kList: return member->array() != nullptr;
    case Type::kObject: return member->object() != nullptr;
    case Type::kVkey: return member->string() && parse_vkey(*member->string());
  }
  return false;
}

tl::unexpected<Error> bad(std::string expected, std::string found = {}) {
  return fail(ErrorCode::kFormat, "entry", std::move(expected), std::move(found));
}

// Entries of one author and batch follow each other: the key that they share is taken apart once, the signature checked
// once, and of an entry's path only what differs from the last one's is hashed.
struct LastEntry {
  std::string vkey, signature;
  VerifierKey author, signer;
  TreeHead batch;
  InclusionTrail trail;
};

Result<VerifierKey> author_of(std::string_view vkey, LastEntry* last) {
  if (vkey == last->vkey && !vkey.empty()) return last->author;
  auto author = parse_vkey(vkey);
  if (!author) return author;
  if (author->type != KeyType::kEd25519) return bad("an author's key of type Ed25519");
  last->vkey = vkey;
  last->author = *author;
  return author;
}

bool batch_holds(const VerifierKey& author, const TreeHead& batch, const std::string& signature, LastEntry* last) {
  if (signature == last->signature && batch == last->batch && author == last->signer) return true;
  const std::string text = checkpoint_text({kBatchOrigin, batch.size, batch.root, {}});
  if (!verify_ed25519(author.key, text, signature)) return false;
  last->signature = signature;
  last->batch = batch;
  last->signer = author;
  return true;
}

Result<std::vector<Sha256>> path_of(const Json& sig) {
  const Json* path = sig.find("path");
  const Json::Array* items = path ? path->array() : nullptr;
  bool good = items && items->size() <= 63;
  std::vector<Sha256> out(good ? items->size() : 0);
  for (size_t i = 0; i < out.size() && good; ++i) {
    const std::string* text = (*items)[i].string();
    good = text && parse_base64(*text, &out[i]);
  }
  if (!good) return bad("sig.path of at most 63 hashes in base64");
  return out;
}

// The canonical form of an entry around its body: members in the order of RFC 8785, written as text, since a batch has
// many entries. `sig` comes last.
class EntryFrame {
 public:
  explicit EntryFrame(const SigningKey& author) : head_("{\"author\":") {
    append_json_string(vkey_text(verifier_of(author)), &head_);
    head_ += ",\"body\":";
  }
  // Without the closing brace.
  void begin(const Draft& draft, std::string* text) const {
    text->assign(head_).append(draft.body).append(",\"kind\":\"").append(entry_name(draft.kind));
    text->append("\",\"schema\":\"").append(kEntrySchema).append("\"");
  }
  // Leaves of the entries without `sig`, some at a time side by side.
  [[nodiscard]] std::vector<Sha256> leaves(const std::vector<Draft>& drafts) const {
    constexpr size_t kAtOnce = 32;
    std::vector<Sha256> out;
    std::array<std::string, kAtOnce> texts;
    DigestList list;
    for (size_t i = 0; i < drafts.size(); ++i) {
      std::string& text = texts[i % kAtOnce];
      begin(drafts[i], &text);
      text.insert(text.begin(), '\0');
      text += '}';
      list.messages.push_back(as_bytes(text));
      if (list.messages.size() < kAtOnce && i + 1 < drafts.size()) continue;
      digest_all(&list);
      out.insert(out.end(), list.digests.begin(), list.digests.end());
      list.messages.clear();
    }
    return out;
  }

 private:
  std::string head_;
};

}  // namespace

const char* entry_name(EntryKind kind) {
  return row_of(kind).name;
}

bool parse_entry_kind(std::string_view name, EntryKind* out) {
  for (size_t i = 0; i < kEntryKinds; ++i) {
    if (name != row_of(static_cast<EntryKind>(i)).name) continue;
    *out = static_cast<EntryKind>(i);
    return true;
  }
  return false;
}

Result<void> check_body(EntryKind kind, const Json& body) {
  if (!body.object()) return bad("a body that is an object");
  for (const Demand& demand : row_of(kind).demands) {
    if (!body.find(demand.name)) {
      if (demand.optional) continue;
      return bad(std::string(entry_name(kind)) + " with member " + demand.name, "none");
    }
    if (!fits(body, demand.name, demand.type))
      return bad(std::string(entry_name(kind)) + "." + demand.name + " of its type",
                 body.find(demand.name)->canonical());
  }
  if (const std::string action = body.text("action");
      kind == EntryKind::kKey && action != "add" && action != "retire" && action != "revoke")
    return bad("key.action add, retire or revoke", action);
  return {};
}

Result<Draft> draft_of(EntryKind kind, const Json& body) {
  SIL_TRY(check_body(kind, body));
  return Draft{kind, body.canonical()};
}

Result<void> sign_entries(const std::vector<Draft>& drafts, const SigningKey& author, const TakeEntry& take) {
  const EntryFrame frame(author);
  // All levels of the batch's tree: a path is read off instead of computed anew for each entry.
  std::vector<std::vector<Sha256>> levels = {frame.leaves(drafts)};
  while (levels.back().size() > 1) levels.push_back(level_above(levels.back()));
  const Sha256 root = drafts.empty() ? empty_root() : levels.back().front();
  const std::string batch = checkpoint_text({kBatchOrigin, drafts.size(), root, {}});
  const std::string signature = sign_ed25519(author, batch);
  if (signature.empty()) return fail(ErrorCode::kIo, "entry", "a signature");
  const std::string before = ",\"sig\":{\"ed25519\":\"" + base64(as_bytes(signature)) + "\",\"index\":";
  const std::string behind = "],\"root\":\"" + base64(root) + "\",\"size\":" + std::to_string(drafts.size()) + "}}";
  std::string text;
  for (size_t i = 0; i < drafts.size(); ++i) {
    frame.begin(drafts[i], &text);
    text.append(before).append(std::to_string(i)).append(",\"path\":[");
    bool first = true;
    for (size_t level = 0, node = i; level < levels.size(); ++level, node /= 2) {
      const size_t sibling = node ^ 1;
      if (sibling >= levels[level].size()) continue;
      text.append(std::exchange(first, false) ? "\"" : ",\"").append(base64(levels[level][sibling])).append("\"");
    }
    text += behind;
    if (text.size() > kMaxEntry)
      return fail(ErrorCode::kLimit, "entry", "at most 65535 bytes", std::to_string(text.size()));
    SIL_TRY(take(text));
  }
  return {};
}

Result<std::string> sign_entry(const Draft& draft, const SigningKey& author) {
  std::string out;
  SIL_TRY(sign_entries({draft}, author, [&](std::string_view text) -> Result<void> {
    out = text;
    return {};
  }));
  return out;
}

Result<Entry> parse_entry(std::string_view text) {
  if (text.size() > kMaxEntry) return fail(ErrorCode::kLimit, "entry", "at most 65535 bytes");
  auto whole = parse_canonical(text);
  if (!whole) return tl::unexpected(whole.error());
  Entry out;
  if (whole->text("schema") != kEntrySchema) return bad("schema silhouette/entry/1", whole->text("schema"));
  if (!parse_entry_kind(whole->text("kind"), &out.kind)) return bad("a known kind", whole->text("kind"));
  thread_local LastEntry last;
  const Json *vkey = whole->find("author"), *body = whole->find("body"), *sig = whole->find("sig");
  if (!vkey || !vkey->string() || !body || !sig || whole->object()->size() != 5)
    return bad("schema, kind, author, body and sig, nothing else");
  auto author = author_of(*vkey->string(), &last);
  if (!author) return tl::unexpected(author.error());
  out.author = std::move(*author);
  SIL_TRY(check_body(out.kind, *body));
  auto path = path_of(*sig);
  if (!path) return tl::unexpected(path.error());
  TreeHead batch;
  uint64_t index = 0;
  std::string signature;
  const Json *root = sig->find("root"), *ed25519 = sig->find("ed25519");
  if (sig->object()->size() != 5 || !sig->number("index", &index) || !sig->number("size", &batch.size) || !root ||
      !root->string() || !parse_base64(*root->string(), &batch.root) || !ed25519 || !ed25519->string() ||
      !parse_base64(*ed25519->string(), &signature))
    return bad("sig with index, size, root, path and ed25519, nothing else");
  // `sig` is the last member in canonical order and holds no object: what stands before it is the entry without it.
  std::string bare(text.substr(0, text.rfind(R"(,"sig":{)")));
  bare += '}';
  if (!last.trail.verify(index, batch, leaf_hash(bare), *path))
    return bad("an entry that is in the batch its author signed", "another content");
  if (!batch_holds(out.author, batch, signature, &last)) return bad("a signature of " + out.author.name, "a false one");
  out.body = whole->take("body");
  return out;
}

}  // namespace sil::ledger
