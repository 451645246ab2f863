// Which record ids of which Windows log a source holds: two sources whose ranges of one (computer, channel) overlap
// hold copies of the same records, or one of them should (record_copies.h).
//
// Thread rule: values. Memory: bounded by kIdRanges a source.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace sil::tracks {

constexpr size_t kIdRanges = 1 << 14;  // a collector's file holds some channels of some thousand computers

struct IdRange {
  std::string host, channel;  // as the events name them
  uint64_t first = UINT64_MAX, last = 0, count = 0;
  void add(uint64_t id) {
    first = id < first ? id : first;
    last = id > last ? id : last;
    ++count;
  }
};

struct IdRanges {
  std::vector<IdRange> all;
  bool crowded = false;  // more than are kept: the others are not compared
  // The range of a log, made where it is new; null when there are kIdRanges already.
  IdRange* of(const std::string& host, const std::string& channel);
  void append(const IdRanges& next);

 private:
  std::unordered_map<std::string, uint32_t> places_;  // in `all`, by host and channel
};

}  // namespace sil::tracks
