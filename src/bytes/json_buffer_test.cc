#include "bytes/json_buffer.h"

#include <gtest/gtest.h>

#include <random>

#include "bytes/digest.h"
#include "bytes/json_writer.h"
#include "bytes/text.h"

namespace sil {
namespace {

std::string plain(std::string_view text) {
  std::string out;
  append_json_escaped(text, &out);
  return out;
}
std::string fast(std::string_view text) {
  JsonBuffer buffer;
  buffer.string(text);
  std::string out(buffer.view());
  return out.substr(1, out.size() - 2);
}
std::string fast_utf16(const std::string& bytes) {
  std::string out(3 * bytes.size() + 32, '\0');
  const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
  out.resize(static_cast<size_t>(write_json_escaped_utf16(at, bytes.size(), out.data()) - out.data()));
  return out;
}

// Runs of ordinary characters with others among them, in all places of a block.
TEST(JsonBuffer, EscapesUtf8AsThePlainWriterDoes) {
  std::mt19937 random(7);
  const std::string_view parts[] = {"\\",   "\"",   "\n",  "\x01", "\x7f", "\xC3\xA9", "\xF0\x9F\x98\x80",
                                    "\xC3", "\x80", "abc", "C:\\"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const size_t length = random() % 80;
    while (text.size() < length)
      random() % 5 == 0 ? text += parts[random() % std::size(parts)] : text += static_cast<char>('a' + random() % 26);
    ASSERT_EQ(fast(text), plain(text)) << round;
  }
}

TEST(JsonBuffer, EscapesUtf16AsThePlainWriterDoes) {
  std::mt19937 random(8);
  const uint16_t units[] = {'\\', '"', '\n', 1, 0x7F, 0xE9, 0x20AC, 0xD83D, 0xDE00, 0xFFFF, 0, 0x8000};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    const size_t length = random() % 60;
    for (size_t i = 0; i < length; ++i) {
      const uint16_t unit =
          random() % 6 == 0 ? units[random() % std::size(units)] : static_cast<uint16_t>('a' + random() % 26);
      bytes += static_cast<char>(unit & 0xFF);
      bytes += static_cast<char>(unit >> 8);
    }
    if (random() % 10 == 0) bytes += 'z';  // half a unit behind the text
    std::string utf8;
    append_utf8_from_utf16le(as_bytes(bytes), &utf8);
    ASSERT_EQ(fast_utf16(bytes), plain(utf8)) << round;
  }
}

TEST(JsonBuffer, NumbersAndDigests) {
  JsonBuffer buffer;
  buffer.literal("{\"n\":");
  buffer.number(UINT64_MAX);
  buffer.literal(",\"d\":\"");
  std::string bytes;
  for (int i = 0; i < 21; ++i) bytes += static_cast<char>(i * 13);
  buffer.hex(as_bytes(bytes));
  buffer.append("\"}");
  EXPECT_EQ(buffer.view(), "{\"n\":18446744073709551615,\"d\":\"000d1a2734414e5b6875828f9ca9b6c3d0ddeaf704\"}");
}

}  // namespace
}  // namespace sil
