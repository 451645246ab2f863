// Signed notes (C2SP signed-note v1.0.0), Ed25519 signatures (type 0x01) and cosignatures (C2SP tlog-cosignature,
// cosignature/v1, type 0x04) by OpenSSL. ML-DSA-44 (0x06) is left out: no library of Debian 12 has it; its lines are
// unknown keys here, which a reader passes over.
//
// Errors: kFormat with what was expected. Thread rule: stateless.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/digest.h"
#include "bytes/result.h"

namespace sil::ledger {

enum class KeyType : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };

struct VerifierKey {  // one "vkey"
  std::string name;
  uint32_t id = 0;  // first 4 bytes of SHA-256(name, LF, type, key), big-endian
  KeyType type = KeyType::kEd25519;
  std::array<uint8_t, 32> key{};
  bool operator==(const VerifierKey&) const = default;
};
// NAME+8 hex digits+base64(type, key). Refused: an id that is not the key's, keys of small order, other types.
Result<VerifierKey> parse_vkey(std::string_view text);
std::string vkey_text(const VerifierKey& key);

struct SigningKey {
  std::string name;
  std::array<uint8_t, 32> seed{};  // RFC 8032's private key
};
Result<SigningKey> generate_key(std::string name);
// PRIVATE+KEY+NAME+ID+base64(0x01, seed), as Go's sumdb/note writes it.
Result<SigningKey> parse_signing_key(std::string_view text);
std::string signing_key_text(const SigningKey& key);
VerifierKey verifier_of(const SigningKey& key, KeyType type = KeyType::kEd25519);

bool verify_ed25519(const std::array<uint8_t, 32>& key, std::string_view message, std::string_view signature);
std::string sign_ed25519(const SigningKey& key, std::string_view message);  // 64 bytes

struct NoteSignature {
  std::string name;
  uint32_t id = 0;
  std::string bytes;  // behind the key id
};
struct Note {
  std::string text;  // with its last LF, without the blank line
  std::vector<NoteSignature> signatures;
};
constexpr size_t kMaxNote = 1 << 20, kMaxSignatures = 64;
Result<Note> parse_note(std::string_view bytes);
// The note and which of `known` signed it (indexes, ascending). Unknown keys are passed over; a known key whose
// signature does not hold, or no known key at all, is an error.
struct OpenedNote {
  Note note;
  std::vector<size_t> signers;
  std::vector<uint64_t> times;  // of cosignatures, as `signers`; 0 for others
};
Result<OpenedNote> open_note(std::string_view bytes, std::span<const VerifierKey> known);

std::string signature_line(const SigningKey& key, std::string_view text);  // with its LF
std::string signed_note(const SigningKey& key, std::string_view text);
std::string cosignature_line(const SigningKey& key, std::string_view text, uint64_t unix_time);

// A checkpoint (C2SP tlog-checkpoint): origin, size, root, further lines.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Sha256 root{};
  std::vector<std::string> extensions;
};
std::string checkpoint_text(const Checkpoint& checkpoint);
Result<Checkpoint> parse_checkpoint(std::string_view note_text);
bool parse_decimal(std::string_view text, uint64_t* out);  // digits alone, no leading zero, no overflow

}  // namespace sil::ledger
