#include "ingest/login_records.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "ingest/address_text.h"
#include "ingest/line_emit.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr size_t kLogin = 384, kLastlog = 292;
// utmp(5): offsets in a record.
constexpr size_t kType = 0, kPid = 4, kLine = 8, kId = 40, kUser = 44, kHost = 76, kSession = 336, kSeconds = 340,
                 kMicroseconds = 344, kAddress = 348;
constexpr std::array<std::string_view, 10> kTypes = {"EMPTY",        "RUN_LVL",      "BOOT_TIME",     "NEW_TIME",
                                                     "OLD_TIME",     "INIT_PROCESS", "LOGIN_PROCESS", "USER_PROCESS",
                                                     "DEAD_PROCESS", "ACCOUNTING"};

std::string_view text_at(Bytes record, size_t offset, size_t length) {
  const std::string_view text = as_text(record.subspan(offset, length));
  return text.substr(0, text.find('\0'));
}

bool is_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

void add_text(LineRecord* record, std::string_view key, std::string_view text) {
  if (!text.empty()) record->add(key, text);
}

Timestamp unix_time(uint32_t seconds, uint32_t microseconds) {
  Timestamp time;
  if (seconds == 0) return time;
  time.ticks = seconds * kTicksPerSecond + kUnixEpochTicks + (microseconds < 1'000'000 ? microseconds * 10ULL : 0);
  time.precision = microseconds != 0 ? Precision::kMicrosecond : Precision::kSecond;
  return time;
}

// Records of one size: pieces are whole records; what is left at the end is told.
class RecordReader : public LineCutter {
 public:
  explicit RecordReader(size_t size) : size_(size) {}

 protected:
  void take(Bytes all, const LineState& state, LineScratch& own, LineEmitter& emitter) const override {
    uint32_t before = state.own == nullptr ? 0 : *static_cast<const uint32_t*>(state.own.get());
    size_t at = 0;
    for (; at + size_ <= all.size(); at += size_) {
      own.record.clear();
      one(all.subspan(at, size_), emitter.span_of(all).offset + at, &before, own.record, emitter);
    }
    if (at < all.size())
      emitter.anomaly(AnomalyKind::kTruncated, Level::kLow, all.subspan(at), "the file ends inside a record",
                      std::to_string(size_) + " bytes", std::to_string(all.size() - at) + " bytes");
  }
  size_t cut(Bytes held) const override { return held.size() / size_ * size_; }
  std::shared_ptr<const void> pass(Bytes piece) override {
    auto out = std::make_shared<uint32_t>(last_);
    for (size_t at = 0; at + size_ <= piece.size() && size_ == kLogin; at += size_)
      last_ = std::max(last_, load_le<uint32_t>(piece.data() + at + kSeconds));
    return out;
  }
  virtual void one(Bytes bytes, uint64_t offset, uint32_t* before, LineRecord& record, LineEmitter& emitter) const = 0;

 private:
  size_t size_;
  uint32_t last_ = 0;  // latest time so far
};

class LoginReader final : public RecordReader {
 public:
  LoginReader() : RecordReader(kLogin) {}

 private:
  void one(Bytes bytes, uint64_t, uint32_t* before, LineRecord& record, LineEmitter& emitter) const override {
    if (is_zero(bytes)) {
      emitter.anomaly(AnomalyKind::kValueDamage, Level::kMedium, bytes,
                      "a login record of zeros: something was taken out", "a record", "384 zeros");
      return;
    }
    const auto type = load_le<uint16_t>(bytes.data() + kType);
    const auto seconds = load_le<uint32_t>(bytes.data() + kSeconds);
    if (seconds != 0 && seconds < *before)
      emitter.anomaly(AnomalyKind::kTime, Level::kLow, bytes, "a login record earlier than one before it",
                      std::to_string(*before) + " or later", std::to_string(seconds));
    *before = std::max(*before, seconds);
    record.schema = &taxonomy::kLogins;
    record.time = unix_time(seconds, load_le<uint32_t>(bytes.data() + kMicroseconds));
    record.add("type", type < kTypes.size() ? kTypes[type] : record.keep(std::to_string(type)));
    record.add_bytes("pid", bytes.subspan(kPid, 4), ValueKind::kInt32);
    add_text(&record, "line", text_at(bytes, kLine, 32));
    add_text(&record, "id", text_at(bytes, kId, 4));
    add_text(&record, "user", text_at(bytes, kUser, 32));
    add_text(&record, "host", text_at(bytes, kHost, 256));
    record.add_bytes("session", bytes.subspan(kSession, 4), ValueKind::kInt32);
    const Bytes address = bytes.subspan(kAddress, 16);
    if (!is_zero(address))
      record.add("src_ip", record.keep(address_text(is_zero(address.subspan(4)) ? address.first(4) : address)));
    emitter.emit(bytes, {});
  }
};

class LastlogReader final : public RecordReader {
 public:
  LastlogReader() : RecordReader(kLastlog) {}

 private:
  void one(Bytes bytes, uint64_t offset, uint32_t*, LineRecord& record, LineEmitter& emitter) const override {
    if (is_zero(bytes)) return;  // a user who never logged in
    record.schema = &taxonomy::kLogins;
    record.time = unix_time(load_le<uint32_t>(bytes.data()), 0);
    record.add("type", "LASTLOG");
    record.add("uid", record.keep(std::to_string(offset / kLastlog)));
    add_text(&record, "line", text_at(bytes, 4, 32));
    add_text(&record, "host", text_at(bytes, 36, 256));
    emitter.emit(bytes, {});
  }
};

bool plausible(uint32_t seconds) {
  return seconds > 600'000'000 && seconds < 4'200'000'000U;  // 1989 .. 2103
}

}  // namespace

Sniff sniff_login_records(Bytes head, std::string_view) {
  size_t records = 0;
  for (size_t at = 0; at + kLogin <= head.size() && at < 8 * kLogin; at += kLogin) {
    const Bytes record = head.subspan(at, kLogin);
    if (is_zero(record)) continue;
    const bool good = load_le<uint16_t>(record.data()) < kTypes.size() && record[2] == 0 && record[3] == 0 &&
                      plausible(load_le<uint32_t>(record.data() + kSeconds)) &&
                      load_le<uint32_t>(record.data() + kMicroseconds) < 1'000'000 && is_zero(record.subspan(364));
    if (!good) return {};
    ++records;
  }
  return records == 0 ? Sniff{} : Sniff{85, "content"};
}

std::unique_ptr<Reader> make_login_reader() {
  return std::make_unique<LoginReader>();
}

Sniff sniff_lastlog(Bytes head, std::string_view path) {
  if (!path.ends_with("lastlog") && path.find("lastlog") == std::string_view::npos) return {};
  for (size_t at = 0; at + kLastlog <= head.size(); at += kLastlog) {
    const Bytes record = head.subspan(at, kLastlog);
    if (!is_zero(record) && !plausible(load_le<uint32_t>(record.data()))) return {};
  }
  return head.size() >= kLastlog ? Sniff{80, "name and content"} : Sniff{};
}

std::unique_ptr<Reader> make_lastlog_reader() {
  return std::make_unique<LastlogReader>();
}

}  // namespace sil::ingest
