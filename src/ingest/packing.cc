#include "ingest/packing.h"

#include <algorithm>
#include <initializer_list>

namespace sil::ingest {
namespace {

constexpr size_t kTarHeader = 512;
constexpr size_t kSumAt = 148, kSumSize = 8;

bool starts(Bytes head, std::initializer_list<uint8_t> magic) {
  return head.size() >= magic.size() && std::equal(magic.begin(), magic.end(), head.begin());
}

// The header's octal sum of its own bytes, the sum's field counted as blanks (POSIX pax, ustar header).
bool is_tar(Bytes head) {
  if (head.size() < kTarHeader || head[0] == 0) return false;
  uint32_t stated = 0, sum = 0;
  bool digits = false;
  for (size_t i = 0; i < kSumSize; ++i) {
    const uint8_t byte = head[kSumAt + i];
    if (byte >= '0' && byte <= '7') {
      stated = stated * 8 + (byte - '0');
      digits = true;
    } else if (byte != ' ' && byte != 0) {
      return false;
    } else if (digits) {
      break;
    }
  }
  for (size_t i = 0; i < kTarHeader; ++i) sum += i >= kSumAt && i < kSumAt + kSumSize ? uint32_t{' '} : head[i];
  return digits && sum == stated;
}

}  // namespace

Packing packing_of(Bytes head) {
  if (starts(head, {'P', 'K', 3, 4}) || starts(head, {'P', 'K', 5, 6}) || starts(head, {'P', 'K', 7, 8}))
    return Packing::kZip;
  if (starts(head, {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c})) return Packing::kSevenZip;
  const bool bzip2 = starts(head, {'B', 'Z', 'h'}) && head.size() > 4 && head[3] >= '1' && head[3] <= '9' &&
                     (head[4] == 0x31 || head[4] == 0x17);
  if (bzip2 || starts(head, {0x1f, 0x8b, 0x08}) || starts(head, {0x28, 0xb5, 0x2f, 0xfd}) ||
      starts(head, {0xfd, '7', 'z', 'X', 'Z', 0}))
    return Packing::kPacked;
  return is_tar(head) ? Packing::kTar : Packing::kNone;
}

const char* packing_name(Packing packing) {
  switch (packing) {
    case Packing::kNone: return "";
    case Packing::kPacked: return "packed file";
    case Packing::kTar: return "tar";
    case Packing::kZip: return "zip";
    case Packing::kSevenZip: return "7z";
  }
  return "";
}

}  // namespace sil::ingest
