#define OPENSSL_SUPPRESS_DEPRECATED  // sha256()
#include "bytes/digest.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <xxhash.h>

#if defined(__SSSE3__)
#include <tmmintrin.h>
#endif

namespace sil {

namespace {

// Fetched once: an implicit fetch at every start costs more than the digest of a log record.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

}  // namespace

struct Sha256Stream::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Impl() { EVP_DigestInit_ex2(context, sha256_method(), nullptr); }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) {}
Sha256Stream::~Sha256Stream() = default;
void Sha256Stream::add(Bytes bytes) {
  EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size());
}
void Sha256Stream::add(std::string_view text) {
  add(as_bytes(text));
}
Sha256 Sha256Stream::finish() {
  Sha256 out{};
  EVP_DigestFinal_ex(impl_->context, out.data(), nullptr);
  return out;
}

// The older interface: a context on the stack. Records are short and many, and EVP costs each of them 30 ns more.
Sha256 sha256(Bytes bytes) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  Sha256 out;
  SHA256_Final(out.data(), &context);
  return out;
}
Sha256 sha256(std::string_view text) {
  return sha256(as_bytes(text));
}

uint32_t crc32(Bytes bytes, uint32_t seed) {
  return libdeflate_crc32(seed, bytes.data(), bytes.size());
}

namespace {
// a * b modulo the polynomial of IEEE 802.3, bits reflected: bit 31 is x^0.
uint32_t crc_product(uint32_t a, uint32_t b) {
  constexpr uint32_t kPolynomial = 0xEDB88320, kOne = uint32_t{1} << 31;
  uint32_t product = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = (b & 1) != 0 ? b >> 1 ^ kPolynomial : b >> 1;
  }
  return product;
}
}  // namespace

// Bytes behind others move those by x^(8 n): x^8 squared and multiplied.
uint32_t crc32_of_both(uint32_t first, uint32_t second, uint64_t second_length) {
  uint32_t power = uint32_t{1} << 23, shift = uint32_t{1} << 31;  // x^8, x^0
  for (; second_length != 0; second_length >>= 1, power = crc_product(power, power)) {
    if ((second_length & 1) != 0) shift = crc_product(shift, power);
  }
  return crc_product(first, shift) ^ second;
}

uint64_t hash64(Bytes bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}
uint64_t hash64(std::string_view text, uint64_t seed) {
  return hash64(as_bytes(text), seed);
}

void append_hex(Bytes bytes, std::string* out) {
  size_t before = out->size();
  out->resize(before + bytes.size() * 2);
  write_hex(bytes, out->data() + before);
}
char* write_hex(Bytes bytes, char* to) {
  static constexpr char kDigits[] = "0123456789abcdef";
  size_t i = 0;
#if defined(__SSSE3__)
  const __m128i digits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kDigits)), low = _mm_set1_epi8(15);
  for (; i + 16 <= bytes.size(); i += 16, to += 32) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + i));
    __m128i first = _mm_shuffle_epi8(digits, _mm_and_si128(_mm_srli_epi16(block, 4), low));
    __m128i second = _mm_shuffle_epi8(digits, _mm_and_si128(block, low));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_unpacklo_epi8(first, second));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), _mm_unpackhi_epi8(first, second));
  }
#endif
  for (; i < bytes.size(); ++i) {
    *to++ = kDigits[bytes[i] >> 4];
    *to++ = kDigits[bytes[i] & 15];
  }
  return to;
}
std::string hex(Bytes bytes) {
  std::string out;
  append_hex(bytes, &out);
  return out;
}

bool parse_hex(std::string_view text, Sha256* out) {
  if (text.size() != 64) return false;
  auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  for (size_t i = 0; i < 32; ++i) {
    int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    (*out)[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace sil
