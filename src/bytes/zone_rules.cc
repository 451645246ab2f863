#include "bytes/zone_rules.h"

#include <algorithm>
#include <cctype>

#include "bytes/file.h"

namespace sil {
namespace {

int64_t big_endian(const std::string& bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; ++i) number = number << 8 | static_cast<uint8_t>(bytes[at + i]);
  if (size == 4) return static_cast<int32_t>(number);
  return static_cast<int64_t>(number);
}

bool fixed_offset(const std::string& name, int32_t* seconds) {
  if (name == "UTC" || name == "Z") return *seconds = 0, true;
  if (name.size() < 5 || (name[0] != '+' && name[0] != '-')) return false;
  std::string digits;
  for (char c : name.substr(1)) {
    if (c == ':' && digits.size() == 2) continue;
    if (c < '0' || c > '9') return false;
    digits.push_back(c);
  }
  if (digits.size() != 4) return false;
  const int hours = (digits[0] - '0') * 10 + (digits[1] - '0'), minutes = (digits[2] - '0') * 10 + (digits[3] - '0');
  if (hours > 14 || minutes > 59) return false;
  *seconds = (hours * 3600 + minutes * 60) * (name[0] == '-' ? -1 : 1);
  return true;
}

}  // namespace

Result<ZoneRules> ZoneRules::load(const std::string& name) {
  ZoneRules out;
  if (fixed_offset(name, &out.first_)) return out;
  const auto refused = [&] {
    return fail(ErrorCode::kUsage, name, "UTC, an offset such as +02:00, or a zone that this machine knows (tzdata)",
                name);
  };
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
  };
  if (name.empty() || name.front() == '/' || !std::all_of(name.begin(), name.end(), plain)) return refused();
  auto read = read_whole("/usr/share/zoneinfo/" + name, uint64_t{1} << 20);
  if (!read) return refused();
  const std::string& file = *read;
  constexpr size_t kHeader = 44;
  if (file.size() < kHeader || !file.starts_with("TZif") || file[4] < '2') return refused();
  const auto count = [&](size_t header, size_t i) {
    return static_cast<size_t>(big_endian(file, header + 20 + 4 * i, 4));
  };
  // Counts: isut, isstd, leap, time, type, char. The first block has 32-bit times, the second what we want.
  const size_t second =
      kHeader + count(0, 3) * 5 + count(0, 4) * 6 + count(0, 5) + count(0, 2) * 8 + count(0, 1) + count(0, 0);
  if (second > file.size() || file.size() - second < kHeader) return refused();
  const size_t times = count(second, 3), types = count(second, 4), data = second + kHeader;
  if (types == 0 || times > 100'000 || types > 256 || file.size() - data < times * 9 + types * 6) return refused();
  const auto offset = [&](size_t type) {
    return static_cast<int32_t>(big_endian(file, data + times * 9 + std::min(type, types - 1) * 6, 4));
  };
  out.first_ = offset(0);
  for (size_t i = 0; i < times; ++i)
    out.steps_.push_back({big_endian(file, data + i * 8, 8), offset(static_cast<uint8_t>(file[data + times * 8 + i]))});
  return out;
}

int32_t ZoneRules::offset_at(int64_t utc) const {
  const auto after =
      std::upper_bound(steps_.begin(), steps_.end(), utc, [](int64_t t, const Step& s) { return t < s.from; });
  return after == steps_.begin() ? first_ : std::prev(after)->offset;
}

int64_t ZoneRules::utc_of(int64_t local) const {
  // The offsets a day before and after are the two that can hold; the earlier UTC that shows this time wins.
  const int32_t before = offset_at(local - 86'400), after = offset_at(local + 86'400);
  if (offset_at(local - before) == before) return local - before;
  if (offset_at(local - after) == after) return local - after;
  return local - before;
}

}  // namespace sil
