// Keyword rules ask for a text anywhere in an event, so a product-wide one sees every record. This gate scans the
// event's values once: UTF-16 that is ASCII folded and put together, all else as raw bytes, undecoded (UTF-16LE and
// 8-bit forms); of an event that is one JSON record, the record. It says which keyword leaves may hold.
// One-sided: a leaf that holds is never missed; the leaf's tests decide.
//
// What may be missed by bytes alone is covered: U+212A and U+017F (the only characters beyond ASCII that fold into it),
// JSON's escapes (their surroundings are unescaped), values that are no text (a keyword that digits or GUIDs could
// spell is not gated).
// Thread rule: immutable once built.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hunt/program_scan.h"
#include "hunt/program_sweep.h"
#include "hunt/program_text.h"
#include "model/event.h"

namespace sil::hunt {

struct Plan;
struct Test;

// Parts of an event that need no look, because what the gate says of them is remembered.
struct KeywordsSettled {
  std::vector<uint8_t> slots;  // by slot of the event: 1; may be shorter
  std::vector<Bytes> spans;    // whole strings inside Event::json, between their quotes
  void clear() {
    slots.clear();
    spans.clear();
  }
};

class KeywordGate {
 public:
  // What the gate is built for: values of any form, or lines of text, where nothing is escaped and nothing is spelt
  // from numbers, so that needles are longer and fewer leaves stay ungated.
  enum class For : uint8_t { kValues, kText };
  static constexpr size_t kLongestNeedle = 16;  // of longer keywords their rarest part is looked for
  void build(const Plan& plan, For what);
  // Bits by keyword leaf: may hold. `maybe` has a word for 64 leaves. `scratch`: the worker's own. `settled`: its
  // spans are put in order.
  void scan(const Event& event, KeywordsSettled* settled, TextBuffer* scratch, std::vector<uint64_t>* maybe) const;
  // The same of one value.
  void scan(const Value& value, TextBuffer* scratch, std::vector<uint64_t>* maybe) const;
  // Of one leaf and one value.
  bool may_hold(const Value& value, uint32_t leaf, TextBuffer* scratch, std::vector<uint64_t>* maybe) const;
  [[nodiscard]] const std::vector<uint64_t>& ungated() const { return ungated_; }  // leaves that it always lets pass

 private:
  struct Needle {
    std::string text;     // folded ASCII, at least 3 bytes, nothing that JSON escapes
    uint32_t offset = 0;  // of its rarest three bytes
    uint32_t leaf = 0;    // keyword leaf
    uint32_t three = 0;   // those bytes
  };
  void add_leaf(const Plan& plan, uint32_t leaf, For what);
  void fill_masks();
  void scan_line(Bytes line, TextBuffer* scratch, std::vector<uint64_t>* maybe) const;
  // stride 1: 8-bit text; stride 2: UTF-16LE.
  void scan_bytes(Bytes bytes, size_t stride, Sweep* found, std::vector<uint64_t>* maybe) const;
  void look_closer(Bytes bytes, size_t at, uint8_t buckets, size_t stride, std::vector<uint64_t>* maybe) const;
  [[nodiscard]] bool stands_at(const Needle& needle, Bytes bytes, size_t at, size_t stride) const;

  std::vector<Needle> needles_;
  std::vector<uint32_t> buckets_[8];  // indices of needles
  SweepMasks masks_;
  std::vector<uint64_t> ungated_;  // leaves that are always asked
  std::vector<uint64_t> threes_;   // bitmap by hash of three bytes: some needle has them
  bool any_gated_ = false;
  // For lines of text: the needles of four bytes and more, found on the folded line.
  std::deque<std::string> gram_texts_;
  GramScanner grams_;
};

struct KeywordGatePair {
  KeywordGate values, text;  // text: for events that have a line of it
};

// Of most kinds of events only the rules of no product ask keywords: plans that ask the same ones share their gates.
// Thread rule: any thread.
class KeywordGates {
 public:
  std::shared_ptr<const KeywordGatePair> of(const Plan& plan);

 private:
  std::mutex mutex_;
  std::map<std::vector<const Test*>, std::shared_ptr<const KeywordGatePair>> known_;
};

}  // namespace sil::hunt
