// What a gzip says of its own bytes: each member ends with the checksum and the length of what it holds (RFC 1952,
// 2.3.1). Members are told by the header of the next one; all of them together are held against what was unpacked.
//
// A header's ten bytes stand by chance once in 137 GB of packed data. Lengths are stated modulo 2^32: beyond 4 GiB the
// checksums of several members cannot be put together, and the length alone is compared.
// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <string>

#include "bytes/cursor.h"

namespace sil::ingest {

class GzipTrailers {
 public:
  void add(Bytes packed);  // the packed bytes, in their order
  // Do the members hold these bytes together? Zeros behind the last one are padding.
  [[nodiscard]] bool hold(uint64_t length, uint32_t checksum) const;

 private:
  struct Sum {
    uint32_t checksum = 0, length = 0;
    bool any = false;
    void take(const uint8_t* trailer);
  };
  void look(Bytes window, size_t fresh);
  void keep_end(Bytes packed);
  Sum before_last_;
  std::string seam_;    // the last bytes: a header may lie across two blocks
  std::string end_;     // the last eight up to the last that is not zero
  uint64_t zeros_ = 0;  // behind it
};

}  // namespace sil::ingest
