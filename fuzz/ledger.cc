// What a ledger reads from strangers: notes, checkpoints, proofs, keys, entries, policies, submissions to a witness,
// bundles, disclosures. The first byte says which. What has one spelling is written again and must be the same bytes.
#include <map>

#include "fuzz/demand.h"
#include "ledger/base64.h"
#include "ledger/claim_state.h"
#include "ledger/disclosure.h"
#include "ledger/log_check.h"
#include "ledger/tile_log.h"
#include "ledger/witness.h"

namespace {

using namespace sil;
using namespace sil::ledger;

SigningKey key_of(const char* name, uint8_t fill) {
  SigningKey key;
  key.name = name;
  key.seed.fill(fill);
  return key;
}

const VerifierKey& log_key() {
  static const VerifierKey key = verifier_of(key_of("log.example/fuzz", 1));
  return key;
}

void note(std::string_view text) {
  if (auto read = parse_note(text)) {
    std::string again = read->text + "\n";
    for (const NoteSignature& signature : read->signatures) {
      std::string blob;
      for (int shift = 24; shift >= 0; shift -= 8) blob += static_cast<char>(signature.id >> shift);
      again += "\xE2\x80\x94 " + signature.name + " " + base64(as_bytes(blob + signature.bytes)) + "\n";
    }
    fuzz::demand(again == text, "a note has one spelling");
  }
  if (auto opened = open_note(text, {&log_key(), 1}))
    fuzz::demand(opened->signers.size() == 1 && parse_note(text), "an opened note is a note signed by the key");
}

void checkpoint(std::string_view text) {
  if (auto read = parse_checkpoint(text)) fuzz::demand(checkpoint_text(*read) == text, "a checkpoint has one spelling");
}

void proof(std::string_view text) {
  auto read = parse_proof(text);
  if (!read) return;
  fuzz::demand(proof_text(*read) == text, "a proof has one spelling");
  (void)verify_proof(*read, leaf_hash("entry"), {&log_key(), 1});
}

void vkey(std::string_view text) {
  auto read = parse_vkey(text);
  if (!read) return;
  while (text.ends_with('\n')) text.remove_suffix(1);
  fuzz::demand(vkey_text(*read) == text, "a key has one spelling");
}

void entry(std::string_view text) {
  if (auto read = parse_entry(text)) fuzz::demand(check_body(read->kind, read->body).has_value(), "a body of its kind");
}

void canonical(std::string_view text) {
  auto quick = parse_canonical(text), plain = parse_canonical_plainly(text);
  fuzz::demand(quick.has_value() == plain.has_value() && (!quick || *quick == *plain), "quick and plain readers agree");
  auto any = parse_json(text);
  if (!any) return;
  auto again = parse_canonical(any->canonical());
  // Members stand in the order of the text that was read, so values are compared by what they write.
  fuzz::demand(again && again->canonical() == any->canonical(), "what was written canonically is read as it was");
}

// Lines `KIND BODY`, as entries of two parties in turn: a fold of anything that bodies may say.
void fold(std::string_view text) {
  static const VerifierKey authors[] = {verifier_of(key_of("a.example", 2)), verifier_of(key_of("b.example", 3))};
  ClaimFold folded([](const News& news) { fuzz::demand(news.did <= Did::kUnreadable, "news are of a kind"); });
  uint64_t index = 0;
  for (; !text.empty(); ++index) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t space = std::min(line.find(' '), line.size());
    Entry made;
    auto body = parse_json(line.substr(space));
    if (!parse_entry_kind(line.substr(0, space), &made.kind) || !body || !check_body(made.kind, *body)) continue;
    made.author = authors[index % 2];
    made.body = std::move(*body);
    folded.add(index, made);
  }
  size_t claims = 0;
  for (uint64_t i = 0; i < index; ++i) {
    auto claim = folded.claim(i);
    if (!claim) continue;
    ++claims;
    fuzz::demand(claim->revised_by == 0 || claim->revised_by > i, "a claim is revised by a younger one");
    fuzz::demand(!claim->words().empty(), "a claim has a state");
  }
  fuzz::demand(claims == folded.claims(), "every claim is found");
}

class OneBundle : public LogFiles {
 public:
  Result<std::string> read(const std::string& path, uint64_t) const override {
    auto file = files.find(path);
    if (file == files.end()) return fail(ErrorCode::kNotFound, path, "a file");
    return file->second;
  }
  Result<void> write(const std::string& path, std::string_view bytes) override {
    files[path] = bytes;
    return {};
  }
  Result<void> flush() override { return {}; }
  Result<void> replace(const std::string& path, std::string_view bytes) override { return write(path, bytes); }
  std::map<std::string, std::string> files;
};

void bundle(std::string_view text) {
  OneBundle files;
  auto log = TileLog::open(files, 0);
  for (const char* entry : {"", "one", "another"}) (void)log->append(entry);
  const TreeHead head = *log->flush();
  std::string& bytes = files.files["tile/entries/000.p/3"];
  // Entries behind the third are those of a wider bundle, and no business of this head.
  const bool same = text.starts_with(bytes);
  bytes = text;
  const auto flaws = check_log(files, head);
  fuzz::demand(same || !flaws.empty(), "a changed bundle is seen");
  for (const Flaw& flaw : flaws) fuzz::demand(flaw.index < 3 && !flaw.what.empty(), "a flaw has an index");
}

void submission(std::string_view text) {
  static const auto witness =
      *Witness::open(":memory:", key_of("w.example/fuzz", 4), {log_key()}, [] { return uint64_t{1700000000}; });
  switch (witness->add_checkpoint(text).status) {
    case 200:
    case 400:
    case 403:
    case 404:
    case 409:
    case 422: return;
    default: fuzz::demand(false, "a status of the specification");
  }
}

void disclosure(std::string_view text) {
  auto read = parse_json(text);
  if (!read) return;
  auto key = parse_vkey(read->text("log"));
  for (const Step& step : verify_disclosure(*read, 3, key ? *key : log_key(), nullptr))
    fuzz::demand(!step_text(step).empty(), "a step has words");
}

void policy(std::string_view text) {
  auto read = parse_policy(text, "policy");
  if (!read) return;
  std::vector<size_t> all;
  for (size_t i = 0; i < read->witnesses.size(); ++i) all.push_back(i);
  fuzz::demand(read->quorum == "none" || !read->satisfied({}), "nobody is no quorum");
  fuzz::demand(read->satisfied(all), "all witnesses are a quorum");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 20000) return 0;
  const std::string_view text = as_text(Bytes(data + 1, size - 1));
  switch (data[0]) {
    case 'n': note(text); break;
    case 'c': checkpoint(text); break;
    case 'p': proof(text); break;
    case 'k': vkey(text); break;
    case 'e': entry(text); break;
    case 'j': canonical(text); break;
    case 'f': fold(text); break;
    case 'b': bundle(text); break;
    case 's': submission(text); break;
    case 'd': disclosure(text); break;
    case 'q': policy(text); break;
    default: break;
  }
  return 0;
}
