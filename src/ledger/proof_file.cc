#include "ledger/proof_file.h"

#include "ledger/base64.h"

namespace sil::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr size_t kMaxPath = 63;

tl::unexpected<Error> bad(const char* expected, std::string_view found = {}) {
  return fail(ErrorCode::kFormat, "tlog-proof", expected, std::string(found.substr(0, 80)));
}

// The next line without its LF; false where no line end is left.
bool take_line(std::string_view* rest, std::string_view* line) {
  size_t end = rest->find('\n');
  if (end == rest->npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return true;
}

}  // namespace

std::string proof_text(const ProofFile& proof) {
  std::string out = std::string(kHeader) + "\n";
  if (proof.extra) out += "extra " + base64(as_bytes(*proof.extra)) + "\n";
  out += "index " + std::to_string(proof.index) + "\n";
  for (const Sha256& hash : proof.path) out += base64(hash) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<ProofFile> parse_proof(std::string_view text) {
  ProofFile out;
  std::string_view line;
  if (!take_line(&text, &line) || line != kHeader) return bad("c2sp.org/tlog-proof@v1", line);
  if (!take_line(&text, &line)) return bad("an index line");
  if (line.starts_with("extra ")) {
    if (!parse_base64(line.substr(6), &out.extra.emplace())) return bad("extra in base64", line);
    if (!take_line(&text, &line)) return bad("an index line");
  }
  if (!line.starts_with("index ") || !parse_decimal(line.substr(6), &out.index)) return bad("index N", line);
  while (true) {
    if (!take_line(&text, &line)) return bad("a blank line before the checkpoint");
    if (line.empty()) break;
    if (out.path.size() == kMaxPath) return bad("at most 63 hashes");
    if (!parse_base64(line, &out.path.emplace_back())) return bad("a hash in base64", line);
  }
  out.checkpoint = text;
  if (auto note = parse_note(text); !note) return tl::unexpected(note.error());
  return out;
}

Result<ProvenIn> verify_proof(const ProofFile& proof, const Sha256& leaf, std::span<const VerifierKey> known) {
  auto note = open_note(proof.checkpoint, known);
  if (!note) return tl::unexpected(note.error());
  auto checkpoint = parse_checkpoint(note->note.text);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (!verify_inclusion(proof.index, {checkpoint->size, checkpoint->root}, leaf, proof.path))
    return bad("an entry that is in the log", "leaf " + hex(Bytes(leaf.data(), leaf.size())));
  return ProvenIn{std::move(*checkpoint), std::move(*note)};
}

}  // namespace sil::ledger
