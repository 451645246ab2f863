// The quick look before a text is masked (secrets.h): does it hold any program's name as a word, or any of the runs of
// characters that patterns without a program need? Nearly all texts hold neither, and then nothing else is done.
// One-sided: it may say yes too often, never no.
//
// Thread rule: immutable once built.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sil::report {

class SecretSigns {
 public:
  void add_word(std::string_view name);  // lower case, of letters, digits, '_' and '-'
  // Lower case; four of its characters are looked for, or all three. Gives its bit in Found::runs; runs that are looked
  // for by the same characters share it. At most 64.
  uint64_t add_run(std::string_view text);

  struct Found {
    uint64_t runs = 0;
    std::vector<uint64_t> words;  // by key
    [[nodiscard]] bool nothing() const { return runs == 0 && words.empty(); }
    [[nodiscard]] bool has(uint64_t key) const;
  };
  [[nodiscard]] Found find(std::string_view text) const;
  [[nodiscard]] Found find_plain(std::string_view text) const;  // its twin, character by character
  static uint64_t key_of(std::string_view word);                // its last eight characters

 private:
  struct Run {
    uint32_t value = 0, mask = 0;
  };
  void take_word(const char* text, size_t from, size_t to, Found* found) const;
  [[nodiscard]] uint64_t runs_at(std::string_view text, size_t at) const;

  std::vector<uint64_t> words_;
  std::array<uint64_t, 64> word_bits_{};  // says no for most words
  size_t longest_ = 0;
  std::vector<Run> runs_;
  // By place in the run and nibble of the character: the runs (bit: number modulo 8) that go on.
  uint8_t low_[3][16] = {}, high_[3][16] = {};
};

}  // namespace sil::report
