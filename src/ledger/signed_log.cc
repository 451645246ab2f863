#include "ledger/signed_log.h"

#include "bytes/durable.h"
#include "bytes/file.h"

namespace sil::ledger {

Result<std::unique_ptr<SignedLog>> SignedLog::open(const std::string& folder) {
  std::unique_ptr<SignedLog> out(new SignedLog(folder));
  auto note = out->files_.read("checkpoint", kMaxNote);
  if (!note && note.error().code != ErrorCode::kNotFound) return tl::unexpected(note.error());
  if (note) {
    auto text = read_whole(folder + "/log.vkey", 4096);
    if (!text) return tl::unexpected(text.error());
    auto key = parse_vkey(*text);
    if (!key) return tl::unexpected(key.error());
    auto opened = open_note(*note, {&*key, 1});
    if (!opened) return tl::unexpected(opened.error());
    auto checkpoint = parse_checkpoint(opened->note.text);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    if (checkpoint->origin != key->name)
      return fail(ErrorCode::kFormat, folder + "/log/checkpoint", "origin " + key->name, checkpoint->origin);
    out->key_ = std::move(*key);
    out->checkpoint_ = std::move(*checkpoint);
    out->note_ = std::move(*note);
  }
  return out;
}

Result<void> SignedLog::open_tiles() {
  if (log_) return {};
  auto log = TileLog::open(files_, checkpoint_.size);
  if (!log) return tl::unexpected(log.error());
  if (!is_new() && log->head() != TreeHead{checkpoint_.size, checkpoint_.root})
    return fail(ErrorCode::kFormat, folder_ + "/log", "tiles with the checkpoint's root", "another root",
                "silhouette ledger verify names the place");
  log_ = std::make_unique<TileLog>(std::move(*log));
  return {};
}

Result<uint64_t> SignedLog::append(std::string_view entry) {
  SIL_TRY(open_tiles());
  return log_->append(entry);
}

Result<void> SignedLog::publish(const SigningKey& key, const std::string& origin) {
  SigningKey named = key;
  named.name = is_new() ? origin : key_.name;
  const VerifierKey verifier = verifier_of(named);
  if (!is_new() && verifier != key_)
    return fail(ErrorCode::kDenied, folder_ + "/log.vkey", "the key " + vkey_text(key_), vkey_text(verifier));
  SIL_TRY(open_tiles());
  auto head = log_->flush();
  if (!head) return tl::unexpected(head.error());
  if (!is_new() && head->size == checkpoint_.size) return {};
  if (is_new()) SIL_TRY(replace_durably(folder_ + "/log.vkey", vkey_text(verifier) + "\n"));
  Checkpoint next{named.name, head->size, head->root, {}};
  std::string note = signed_note(named, checkpoint_text(next));
  SIL_TRY(files_.replace("checkpoint", note));
  key_ = verifier;
  checkpoint_ = std::move(next);
  note_ = std::move(note);
  return {};
}

Result<void> SignedLog::replace_note(const std::string& note) {
  auto opened = open_note(note, {&key_, 1});
  if (!opened) return tl::unexpected(opened.error());
  if (opened->note.text != checkpoint_text(checkpoint_))
    return fail(ErrorCode::kUsage, folder_, "the same checkpoint with more signatures", "another");
  SIL_TRY(files_.replace("checkpoint", note));
  note_ = note;
  return {};
}

Result<ProofFile> SignedLog::prove(uint64_t index) const {
  TileReader tiles = reader();
  auto path = inclusion_proof(index, checkpoint_.size, tiles.reader());
  if (!path) return tl::unexpected(path.error());
  auto entry = tiles.entry(index);
  if (!entry) return tl::unexpected(entry.error());
  if (!verify_inclusion(index, {checkpoint_.size, checkpoint_.root}, leaf_hash(*entry), *path))
    return fail(ErrorCode::kFormat, folder_ + "/log", "a proof of entry " + std::to_string(index) + " that holds",
                "a damaged log", "silhouette ledger verify names the place");
  return ProofFile{std::nullopt, index, std::move(*path), note_};
}

}  // namespace sil::ledger
