// Digests: SHA-256 for evidence (FIPS 180-4, OpenSSL), CRC-32 for EVTX (IEEE 802.3, libdeflate),
// a 64-bit hash for tables that never leave the process (XXH3).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bytes/cursor.h"

namespace sil {

using Sha256 = std::array<uint8_t, 32>;

// Streaming SHA-256. One object, one thread at a time; finish() once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void add(Bytes bytes);
  void add(std::string_view text);
  Sha256 finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Sha256 sha256(Bytes bytes);
Sha256 sha256(std::string_view text);

uint32_t crc32(Bytes bytes, uint32_t seed = 0);  // continue with seed = the value so far
// Of two runs of bytes one behind the other, from the checksum of each and the length of the second.
uint32_t crc32_of_both(uint32_t first, uint32_t second, uint64_t second_length);
uint64_t hash64(Bytes bytes, uint64_t seed = 0);
uint64_t hash64(std::string_view text, uint64_t seed = 0);

char* write_hex(Bytes bytes, char* to);              // two lower-case digits a byte; returns the end
void append_hex(Bytes bytes, std::string* out);      // the same
std::string hex(Bytes bytes);                        // the same
bool parse_hex(std::string_view text, Sha256* out);  // exactly 64 digits

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace sil
