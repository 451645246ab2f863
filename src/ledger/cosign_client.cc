#include "ledger/cosign_client.h"

#include <algorithm>

#include "ledger/base64.h"
#include "ledger/http.h"

namespace sil::ledger {
namespace {

Result<std::string> submission(const SignedLog& log, uint64_t old_size) {
  TileReader tiles = log.reader();
  auto path = consistency_proof(old_size, log.checkpoint().size, tiles.reader());
  if (!path) return tl::unexpected(path.error());
  std::string out = "old " + std::to_string(old_size) + "\n";
  for (const Sha256& hash : *path) out += base64(hash) + "\n";
  return out + "\n" + log.note();
}

// The cosignature lines of one witness; errors say what it answered.
Result<std::string> ask(const SignedLog& log, const PolicyKey& witness, uint64_t timeout_ms) {
  if (witness.url.empty()) return fail(ErrorCode::kUsage, witness.name, "a URL in the policy", "none");
  std::string url = witness.url;
  while (url.ends_with('/')) url.pop_back();
  uint64_t old_size = 0;
  for (int attempt = 0; attempt < 4; ++attempt) {
    auto body = submission(log, old_size);
    if (!body) return tl::unexpected(body.error());
    auto answer = http_call("POST", url + "/add-checkpoint", *body, timeout_ms);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status == 200) return answer->body;
    std::string_view size = answer->body;
    if (size.ends_with('\n')) size.remove_suffix(1);
    if (answer->status != 409 || !parse_decimal(size, &old_size))
      return fail(ErrorCode::kIo, url, "200 or 409 with a size", std::to_string(answer->status) + " " + answer->body);
    if (old_size > log.checkpoint().size)
      return fail(ErrorCode::kFormat, url, "a size of at most " + std::to_string(log.checkpoint().size),
                  std::to_string(old_size) + ": it has seen a longer log of this name");
  }
  return fail(ErrorCode::kIo, url, "an answer after three conflicts", "a fourth");
}

std::string line_of(const NoteSignature& signature) {
  std::string blob;
  for (int shift = 24; shift >= 0; shift -= 8) blob += static_cast<char>(signature.id >> shift);
  return "\xE2\x80\x94 " + signature.name + " " + base64(as_bytes(blob + signature.bytes)) + "\n";
}

// What an earlier call collected over this checkpoint stays: of witnesses that do not answer now, and of keys that are
// not known (another policy's, another algorithm's). Of the policy's witnesses only what holds.
std::string kept_lines(const Note& note, const SignedLog& log, const Policy& policy,
                       const std::vector<size_t>& answered) {
  std::string out;
  for (const NoteSignature& signature : note.signatures) {
    auto is = [&](const VerifierKey& key) { return signature.name == key.name && signature.id == key.id; };
    bool keep = !is(log.key());
    for (size_t i = 0; i < policy.witnesses.size(); ++i) {
      const VerifierKey& key = policy.witnesses[i].key;
      if (!is(key)) continue;
      keep = std::ranges::find(answered, i) == answered.end() &&
             open_note(note.text + "\n" + line_of(signature), {&key, 1}).has_value();
    }
    if (keep) out += line_of(signature);
  }
  return out;
}

}  // namespace

Result<Cosigned> collect_cosignatures(const SignedLog& log, const Policy& policy, uint64_t timeout_ms) {
  Cosigned out;
  auto own = open_note(log.note(), {&log.key(), 1});
  if (!own) return tl::unexpected(own.error());
  const std::string text = own->note.text;
  std::string ours, fresh;
  for (const NoteSignature& signature : own->note.signatures)
    if (signature.name == log.key().name && signature.id == log.key().id) ours = line_of(signature);
  std::vector<size_t> answered;
  for (size_t i = 0; i < policy.witnesses.size(); ++i) {
    const PolicyKey& witness = policy.witnesses[i];
    auto answer = ask(log, witness, timeout_ms);
    if (!answer) {
      out.report.push_back(witness.name + ": " + answer.error().text());
      continue;
    }
    auto opened = open_note(text + "\n" + *answer, {&witness.key, 1});
    if (!opened) {
      out.report.push_back(witness.name + ": its answer has no cosignature that holds: " + opened.error().text());
      continue;
    }
    fresh += *answer;
    answered.push_back(i);
    out.report.push_back(witness.name + ": cosigned at " + std::to_string(opened->times.front()));
  }
  out.note = text + "\n" + ours + kept_lines(own->note, log, policy, answered) + fresh;
  std::vector<VerifierKey> keys{log.key()};
  for (const VerifierKey& key : policy.witness_keys()) keys.push_back(key);
  auto whole = open_note(out.note, keys);
  if (!whole) return tl::unexpected(whole.error());
  for (size_t signer : whole->signers)
    if (signer > 0) out.witnesses.push_back(signer - 1);
  return out;
}

}  // namespace sil::ledger
