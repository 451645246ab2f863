#include "ledger/note.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>

#include "bytes/text.h"
#include "ledger/base64.h"

namespace sil::ledger {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeKey>;

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space

tl::unexpected<Error> bad(const char* expected, std::string found = {}) {
  return fail(ErrorCode::kFormat, "signed note", expected, std::move(found));
}

std::string be32(uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
  return out;
}

uint32_t read_be32(std::string_view bytes) {
  uint32_t out = 0;
  for (size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<uint8_t>(bytes[i]);
  return out;
}

bool is_unicode_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool good_name(std::string_view name) {
  if (name.empty() || !is_valid_utf8(name)) return false;
  for (size_t at = 0; at < name.size();) {
    char32_t c = next_scalar(name, &at);
    if (c == '+' || c < 0x20 || is_unicode_space(c)) return false;
  }
  return true;
}

uint32_t key_id(std::string_view name, KeyType type, Bytes key) {
  Sha256Stream stream;
  stream.add(name);
  const uint8_t rest[2] = {'\n', static_cast<uint8_t>(type)};
  stream.add(Bytes(rest, 2));
  stream.add(key);
  Sha256 digest = stream.finish();
  return read_be32(as_text(Bytes(digest.data(), 4)));
}

// Points of order 1, 2, 4 and 8, canonical or not; the sign bit is not looked at (the list of libsodium's
// ge25519_has_small_order). Such a key has signatures that hold for any message.
bool small_order(std::array<uint8_t, 32> key) {
  static constexpr const char* kPoints[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                            "0100000000000000000000000000000000000000000000000000000000000000",
                                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
  key[31] &= 0x7F;
  std::string text = hex(Bytes(key.data(), key.size()));
  return std::any_of(std::begin(kPoints), std::end(kPoints), [&](const char* point) { return text == point; });
}

std::string id_text(uint32_t id) {
  return hex(as_bytes(be32(id)));
}

std::string cosigned_message(std::string_view text, uint64_t time) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

bool holds(const VerifierKey& key, const NoteSignature& signature, std::string_view text, uint64_t* time) {
  std::string_view bytes = signature.bytes;
  *time = 0;
  if (key.type == KeyType::kEd25519) return verify_ed25519(key.key, text, bytes);
  if (bytes.size() != 72) return false;
  for (size_t i = 0; i < 8; ++i) *time = *time << 8 | static_cast<uint8_t>(bytes[i]);
  if (*time >> 63) return false;
  return verify_ed25519(key.key, cosigned_message(text, *time), bytes.substr(8));
}

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return bad("a signature line that begins with a dash and a space", std::string(line));
  line.remove_prefix(kDash.size());
  size_t space = line.find(' ');
  if (space == std::string_view::npos) return bad("a name, a space and a signature");
  NoteSignature out;
  out.name = line.substr(0, space);
  std::string blob;
  if (!good_name(out.name)) return bad("a key name without spaces and plus signs", out.name);
  if (!parse_base64(line.substr(space + 1), &blob) || blob.size() < 5) return bad("a signature in base64");
  out.id = read_be32(blob);
  out.bytes = blob.substr(4);
  return out;
}

}  // namespace

bool parse_decimal(std::string_view text, uint64_t* out) {
  if (text.empty() || text.size() > 20 || (text.size() > 1 && text[0] == '0')) return false;
  *out = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    auto digit = static_cast<uint64_t>(c - '0');
    if (*out > (~uint64_t{0} - digit) / 10) return false;
    *out = *out * 10 + digit;
  }
  return true;
}

Result<VerifierKey> parse_vkey(std::string_view text) {
  const std::string where = "verifier key";
  while (text.ends_with('\n')) text.remove_suffix(1);
  size_t first = text.find('+'), second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return fail(ErrorCode::kFormat, where, "NAME+ID+KEY", std::string(text));
  VerifierKey out;
  out.name = text.substr(0, first);
  std::string blob;
  std::string_view id = text.substr(first + 1, second - first - 1);
  if (!good_name(out.name)) return fail(ErrorCode::kFormat, where, "a name without spaces", out.name);
  if (!parse_base64(text.substr(second + 1), &blob) || blob.size() != 33)
    return fail(ErrorCode::kFormat, where, "33 bytes in base64");
  auto type = static_cast<uint8_t>(blob[0]);
  if (type != 0x01 && type != 0x04)
    return fail(ErrorCode::kUnsupported, where, "type 0x01 (Ed25519) or 0x04 (cosignature)", std::to_string(type));
  out.type = static_cast<KeyType>(type);
  std::copy(blob.begin() + 1, blob.end(), out.key.begin());
  out.id = key_id(out.name, out.type, Bytes(out.key.data(), out.key.size()));
  if (id != id_text(out.id)) return fail(ErrorCode::kFormat, where, "id " + id_text(out.id), std::string(id));
  if (small_order(out.key)) return fail(ErrorCode::kFormat, where, "a point of large order", "one of small order");
  return out;
}

std::string vkey_text(const VerifierKey& key) {
  std::string blob(1, static_cast<char>(key.type));
  blob.append(key.key.begin(), key.key.end());
  return key.name + "+" + id_text(key.id) + "+" + base64(as_bytes(blob));
}

Result<SigningKey> generate_key(std::string name) {
  SigningKey out;
  out.name = std::move(name);
  if (RAND_bytes(out.seed.data(), static_cast<int>(out.seed.size())) != 1)
    return fail(ErrorCode::kIo, "key", "32 random bytes");
  return out;
}

Result<SigningKey> parse_signing_key(std::string_view text) {
  const std::string where = "signing key";  // its content is never shown
  constexpr std::string_view kPrefix = "PRIVATE+KEY+";
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.starts_with(kPrefix)) return fail(ErrorCode::kFormat, where, "a line that begins with PRIVATE+KEY+");
  text.remove_prefix(kPrefix.size());
  size_t first = text.find('+'), second = first == text.npos ? text.npos : text.find('+', first + 1);
  std::string blob;
  if (second == text.npos || !parse_base64(text.substr(second + 1), &blob) || blob.size() != 33 || blob[0] != 1)
    return fail(ErrorCode::kFormat, where, "PRIVATE+KEY+NAME+ID+KEY of type Ed25519");
  SigningKey out;
  out.name = text.substr(0, first);
  if (!good_name(out.name)) return fail(ErrorCode::kFormat, where, "a name without spaces");
  std::copy(blob.begin() + 1, blob.end(), out.seed.begin());
  if (text.substr(first + 1, second - first - 1) != id_text(verifier_of(out).id))
    return fail(ErrorCode::kFormat, where, "the key's own id");
  return out;
}

std::string signing_key_text(const SigningKey& key) {
  std::string blob(1, '\x01');
  blob.append(key.seed.begin(), key.seed.end());
  return "PRIVATE+KEY+" + key.name + "+" + id_text(verifier_of(key).id) + "+" + base64(as_bytes(blob)) + "\n";
}

VerifierKey verifier_of(const SigningKey& key, KeyType type) {
  VerifierKey out;
  out.name = key.name;
  out.type = type;
  Key pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed.data(), key.seed.size()));
  size_t size = out.key.size();
  if (pair) EVP_PKEY_get_raw_public_key(pair.get(), out.key.data(), &size);
  out.id = key_id(out.name, type, Bytes(out.key.data(), out.key.size()));
  return out;
}

bool verify_ed25519(const std::array<uint8_t, 32>& key, std::string_view message, std::string_view signature) {
  if (signature.size() != 64) return false;
  Key pair(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  Context context(EVP_MD_CTX_new());
  return pair && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pair.get()) == 1 &&
         EVP_DigestVerify(context.get(), as_bytes(signature).data(), signature.size(), as_bytes(message).data(),
                          message.size()) == 1;
}

std::string sign_ed25519(const SigningKey& key, std::string_view message) {
  Key pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed.data(), key.seed.size()));
  Context context(EVP_MD_CTX_new());
  std::string out(64, '\0');
  size_t size = out.size();
  if (!pair || !context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, as_bytes(message).data(),
                     message.size()) != 1)
    return {};
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kMaxNote) return fail(ErrorCode::kLimit, "signed note", "at most 1 MiB");
  if (!is_valid_utf8(bytes)) return bad("UTF-8");
  for (char c : bytes)
    if (static_cast<uint8_t>(c) < 0x20 && c != '\n') return bad("no control character but line ends");
  size_t gap = bytes.rfind("\n\n");
  if (gap == bytes.npos || !bytes.ends_with('\n')) return bad("a text, a blank line and signature lines");
  Note out;
  out.text = bytes.substr(0, gap + 1);
  std::string_view rest = bytes.substr(gap + 2);
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    auto signature = parse_signature(rest.substr(0, end));
    if (!signature) return tl::unexpected(signature.error());
    if (out.signatures.size() == kMaxSignatures) return fail(ErrorCode::kLimit, "signed note", "at most 64 signatures");
    out.signatures.push_back(std::move(*signature));
    rest.remove_prefix(end + 1);
  }
  if (out.signatures.empty()) return bad("at least one signature line");
  return out;
}

Result<OpenedNote> open_note(std::string_view bytes, std::span<const VerifierKey> known) {
  auto note = parse_note(bytes);
  if (!note) return tl::unexpected(note.error());
  OpenedNote out;
  out.note = std::move(*note);
  std::vector<std::pair<size_t, uint64_t>> signers;
  for (const NoteSignature& signature : out.note.signatures) {
    for (size_t i = 0; i < known.size(); ++i) {
      if (known[i].name != signature.name || known[i].id != signature.id) continue;
      uint64_t time = 0;
      if (!holds(known[i], signature, out.note.text, &time))
        return bad("signatures of known keys that hold", "a false one of " + signature.name);
      if (std::none_of(signers.begin(), signers.end(), [&](const auto& s) { return s.first == i; }))
        signers.emplace_back(i, time);
    }
  }
  if (signers.empty()) return bad("a signature by a known key", "none");
  std::sort(signers.begin(), signers.end());
  for (auto [signer, time] : signers) {
    out.signers.push_back(signer);
    out.times.push_back(time);
  }
  return out;
}

std::string signature_line(const SigningKey& key, std::string_view text) {
  return std::string(kDash) + key.name + " " + base64(as_bytes(be32(verifier_of(key).id) + sign_ed25519(key, text))) +
         "\n";
}

std::string signed_note(const SigningKey& key, std::string_view text) {
  return std::string(text) + "\n" + signature_line(key, text);
}

std::string cosignature_line(const SigningKey& key, std::string_view text, uint64_t unix_time) {
  std::string blob = be32(verifier_of(key, KeyType::kCosignature).id);
  blob += be32(static_cast<uint32_t>(unix_time >> 32)) + be32(static_cast<uint32_t>(unix_time));
  blob += sign_ed25519(key, cosigned_message(text, unix_time));
  return std::string(kDash) + key.name + " " + base64(as_bytes(blob)) + "\n";
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  std::string out = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + base64(checkpoint.root) + "\n";
  for (const std::string& line : checkpoint.extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view note_text) {
  const std::string where = "checkpoint";
  std::vector<std::string_view> lines;
  while (!note_text.empty()) {
    size_t end = note_text.find('\n');
    if (end == note_text.npos) return fail(ErrorCode::kFormat, where, "a line end behind every line");
    lines.push_back(note_text.substr(0, end));
    if (lines.back().empty()) return fail(ErrorCode::kFormat, where, "no empty line");
    note_text.remove_prefix(end + 1);
  }
  if (lines.size() < 3) return fail(ErrorCode::kFormat, where, "origin, size and root");
  Checkpoint out;
  out.origin = lines[0];
  if (!parse_decimal(lines[1], &out.size))
    return fail(ErrorCode::kFormat, where, "a decimal size", std::string(lines[1]));
  if (!parse_base64(lines[2], &out.root)) return fail(ErrorCode::kFormat, where, "a root of 32 bytes in base64");
  for (size_t i = 3; i < lines.size(); ++i) out.extensions.emplace_back(lines[i]);
  return out;
}

}  // namespace sil::ledger
