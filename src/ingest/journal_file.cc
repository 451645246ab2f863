#include "ingest/journal_file.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "bytes/short_hash.h"
#include "bytes/text.h"
#include "ingest/line_emit.h"
#include "ingest/read_ahead.h"
#include "model/taxonomy/schemas.h"

namespace sil::ingest {
namespace {

constexpr std::string_view kMagic = "LPKSHHRH";
constexpr size_t kMaxJournal = size_t{256} << 20;
constexpr size_t kMinHeader = 208;
// Offsets in the header.
constexpr size_t kIncompatible = 12, kFileId = 24, kSequenceId = 72, kHeaderSize = 88, kTailObject = 136,
                 kEntryCount = 152;
constexpr uint32_t kKeyedHash = 4, kCompact = 16, kKnownFlags = 31;  // XZ, LZ4, keyed hash, ZSTD, compact
// An object's head: type, flags, six unused bytes, size. Then what its type says.
constexpr size_t kObjectHead = 16;
constexpr uint8_t kData = 1, kEntry = 3, kLastType = 7;
constexpr size_t kEntryBoot = 40, kEntryHash = 56, kDataHash = 16, kDataEntry = 40;
constexpr size_t kEntryItems = 64, kDataPayload = 64, kCompactPayload = 72;
constexpr uint8_t kXz = 1, kLz4 = 2, kZstd = 4;
// What entries of a piece may refer to: values and what is unpacked of them, against bombs made of references.
constexpr size_t kMaxReferred = 64;

struct Damage {
  AnomalyKind kind;
  size_t at, length;
  const char* summary;
  std::string expected, found;
};

struct JournalState {  // of a piece
  std::shared_ptr<const Piece> whole;
  bool compact = false;
  std::vector<size_t> entries;  // that begin in the piece
  std::vector<Damage> damage;
};

std::string hex_of(Bytes bytes) {
  std::string out;
  char digits[3];
  for (uint8_t byte : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    out += digits;
  }
  return out;
}
std::string hex_of(uint64_t number) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(number));
  return digits;
}

size_t aligned(size_t at) {
  return (at + 7) & ~size_t{7};
}

// The objects of a file one behind the other. Where one cannot be, the next one that can is looked for.
class ObjectWalk {
 public:
  void begin(Bytes file) {
    file_ = file;
    if (file_.size() < kMinHeader || !as_text(file_).starts_with(kMagic)) {
      damage(AnomalyKind::kFileHeader, 0, std::min(file_.size(), kMinHeader), "a journal without a whole header",
             std::string(kMagic), glimpse(file_.first(std::min<size_t>(file_.size(), 8))));
      at_ = file_.size();
      return;
    }
    const auto flags = load_le<uint32_t>(file_.data() + kIncompatible);
    compact = (flags & kCompact) != 0;
    if ((flags & ~kKnownFlags) != 0)
      damage(AnomalyKind::kFileHeader, kIncompatible, 4, "a journal with features that are not known",
             "flags up to " + std::to_string(kKnownFlags), std::to_string(flags));
    const auto size = number(kHeaderSize);
    if (size < kMinHeader || size > file_.size() || size % 8 != 0) {
      damage(AnomalyKind::kFileHeader, kHeaderSize, 8, "a journal whose header has no size that can be",
             "208 bytes and more", std::to_string(size));
      at_ = kMinHeader;
      return;
    }
    at_ = size;
  }

  // Entries that begin before `end`, and what was odd.
  void walk(size_t end, JournalState* out) {
    while (at_ + kObjectHead <= file_.size() && at_ < end) {
      const size_t size = object_size(at_);
      if (size != 0) {
        if (file_[at_] == kEntry) {
          out->entries.push_back(at_);
          ++entries_;
        }
        at_ = aligned(at_ + size);
        continue;
      }
      skip();
    }
    if (at_ + kObjectHead > file_.size()) finish();
    out->damage = std::move(damage_);
    damage_.clear();
  }

  bool compact = false;

 private:
  [[nodiscard]] uint64_t number(size_t at) const { return load_le<uint64_t>(file_.data() + at); }
  // Of the object at `at`; 0: none can be there.
  [[nodiscard]] size_t object_size(size_t at) const {
    const uint8_t type = file_[at];
    const uint64_t size = number(at + 8);
    if (type == 0 || type > kLastType || size < kObjectHead || size > file_.size() - at) return 0;
    if (type == kEntry && (size < kEntryItems || (size - kEntryItems) % (compact ? 4 : 16) != 0)) return 0;
    return type == kData && size < kDataPayload ? 0 : static_cast<size_t>(size);
  }
  void skip() {
    const size_t start = at_;
    while (at_ + kObjectHead <= file_.size() && file_[at_] == 0 && number(at_ + 8) == 0) at_ += 8;
    const uint64_t tail = number(kTailObject);
    const bool unused = at_ + kObjectHead > file_.size();  // room that was set aside
    if (unused && start > tail) return;
    while (at_ + kObjectHead <= file_.size() && object_size(at_) == 0) at_ += 8;
    const size_t next = std::min(at_, file_.size());
    const bool torn = next + kObjectHead > file_.size();
    damage(torn ? AnomalyKind::kTruncated : AnomalyKind::kUnreadable, start, next - start,
           torn ? "a journal that ends inside an object" : "bytes in a journal that are no object", "an object",
           glimpse(file_.subspan(start, std::min<size_t>(next - start, 24))));
  }
  void finish() {
    if (finished_) return;
    finished_ = true;
    if (file_.size() < kMinHeader) return;
    if (const uint64_t said = number(kEntryCount); said != entries_)
      damage(AnomalyKind::kFileHeader, kEntryCount, 8, "a journal with another number of entries than its header says",
             std::to_string(said), std::to_string(entries_));
  }
  void damage(AnomalyKind kind, size_t at, size_t length, const char* summary, std::string expected,
              std::string found) {
    damage_.push_back({kind, at, length, summary, std::move(expected), std::move(found)});
  }

  Bytes file_;
  size_t at_ = 0;
  uint64_t entries_ = 0;
  bool finished_ = false;
  std::vector<Damage> damage_;
};

// The fields of one entry as a record; says what cannot be read.
class EntryReader {
 public:
  EntryReader(const JournalState& state, LineScratch* own, LineEmitter* emitter, size_t budget)
      : file_(state.whole->buffer.data(), state.whole->length),
        compact_(state.compact),
        own_(*own),
        emitter_(*emitter),
        budget_(budget) {
    if (file_.size() < kMinHeader) return;
    keyed_ = (load_le<uint32_t>(file_.data() + kIncompatible) & kKeyedHash) != 0;
    std::copy_n(file_.data() + kFileId, key_.size(), key_.begin());
    sequence_ = "s=" + hex_of(file_.subspan(kSequenceId, 16)) + ";i=";
  }

  void read(size_t at) {
    const auto size = static_cast<size_t>(load_le<uint64_t>(file_.data() + at + 8));
    own_.record.clear();
    own_.spans.clear();
    own_.spans.push_back({at, static_cast<uint32_t>(size)});
    own_.record.schema = &taxonomy::kJournald;
    own_.record.record_id = load_le<uint64_t>(file_.data() + at + 16);
    add_number("__REALTIME_TIMESTAMP", at + 24);
    add_number("__MONOTONIC_TIMESTAMP", at + 32);
    add_number("__SEQNUM", at + 16);
    const Bytes entry = file_.subspan(at, size);
    const size_t width = compact_ ? 4 : 16;
    entry_ = at;
    bool damaged = false;
    for (size_t item = kEntryItems; item + width <= size && own_.record.fields.size() < kMaxJsonFields; item += width) {
      const uint64_t object =
          compact_ ? load_le<uint32_t>(entry.data() + item) : load_le<uint64_t>(entry.data() + item);
      if (!add_data(object) && !damaged) {
        damaged = true;  // said once an entry
        emitter_.anomaly(kind_, Level::kLow, entry, problem_, expected_, std::to_string(object));
      }
    }
    add_cursor(at, !damaged && own_.record.fields.size() < kMaxJsonFields);
    emitter_.emit(entry, {});
    own_.spans.clear();
  }

 private:
  void add_number(std::string_view key, size_t at) {
    own_.record.add(key, own_.record.keep(std::to_string(load_le<uint64_t>(file_.data() + at))));
  }

  // As journalctl writes it. What all fields hash to stands in it only where all could be read.
  void add_cursor(size_t at, bool whole) {
    const auto number = [&](size_t offset) { return hex_of(load_le<uint64_t>(file_.data() + at + offset)); };
    std::string cursor = sequence_ + number(16) + ";b=" + hex_of(file_.subspan(at + kEntryBoot, 16)) +
                         ";m=" + number(32) + ";t=" + number(24);
    if (whole) cursor += ";x=" + number(kEntryHash);
    own_.record.add("__CURSOR", own_.record.keep(cursor));
  }

  // Of a data object, once: at the first entry that it says refers to it.
  void check_hash(uint64_t object, std::string_view text) {
    const uint8_t* at = file_.data() + object;
    if (load_le<uint64_t>(at + kDataEntry) != entry_) return;
    const auto stated = load_le<uint64_t>(at + kDataHash);
    const uint64_t found = keyed_ ? siphash24(as_bytes(text), key_) : lookup3(as_bytes(text));
    if (stated == found) return;
    emitter_.anomaly(AnomalyKind::kChecksum, Level::kMedium,
                     file_.subspan(object, static_cast<size_t>(load_le<uint64_t>(at + 8))),
                     "journal data that are not what their hash was made of", hex_of(stated), hex_of(found));
  }

  bool add_data(uint64_t object) {
    kind_ = AnomalyKind::kUnreadable;
    problem_ = "a journal entry that points to no data";
    expected_ = "a data object";
    if (object % 8 != 0 || object > file_.size() || file_.size() - object < kDataPayload) return false;
    const uint8_t* at = file_.data() + object;
    const uint64_t size = load_le<uint64_t>(at + 8);
    const size_t head = compact_ ? kCompactPayload : kDataPayload;
    if (at[0] != kData || size < head || size > file_.size() - object) return false;
    std::string_view text(reinterpret_cast<const char*>(at) + head, static_cast<size_t>(size) - head);
    kind_ = AnomalyKind::kLimit;
    problem_ = "journal data that is too much for its entries";
    expected_ = "16 MiB a field";
    if (text.size() > kMaxLine || text.size() > budget_) return false;
    budget_ -= text.size();
    if ((at[1] & (kXz | kLz4 | kZstd)) != 0 && !unpack(at[1], &text)) return false;
    const size_t equals = text.substr(0, 256).find('=');
    kind_ = AnomalyKind::kUnreadable;
    problem_ = "journal data that is no field";
    expected_ = "KEY=value";
    if (equals == std::string_view::npos || equals == 0) return false;
    check_hash(object, text);
    own_.record.add(text.substr(0, equals), text.substr(equals + 1));
    own_.spans.push_back({object, static_cast<uint32_t>(size)});
    return true;
  }

  bool unpack(uint8_t flags, std::string_view* text) {
    expected_ = "zstd";
    problem_ =
        (flags & kXz) != 0 ? "journal data packed with xz is not read" : "journal data packed with lz4 is not read";
    if ((flags & kZstd) == 0) return false;
    const unsigned long long size = ZSTD_getFrameContentSize(text->data(), text->size());
    problem_ = "packed journal data that cannot be unpacked";
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMaxLine || size > budget_)
      return false;
    budget_ -= static_cast<size_t>(size);
    char* room = own_.record.room(static_cast<size_t>(size));
    const size_t got = ZSTD_decompress(room, static_cast<size_t>(size), text->data(), text->size());
    if (ZSTD_isError(got) != 0U) return false;
    *text = {room, got};
    return true;
  }

  Bytes file_;
  bool compact_;
  LineScratch& own_;
  LineEmitter& emitter_;
  size_t budget_;
  bool keyed_ = false;
  std::array<uint8_t, 16> key_{};
  std::string sequence_;  // the cursor's beginning
  size_t entry_ = 0;      // that is being read
  AnomalyKind kind_ = AnomalyKind::kUnreadable;
  const char* problem_ = "";
  std::string expected_;
};

class JournalFileReader final : public Reader {
 public:
  Result<bool> split(ByteSource& bytes, Piece* piece) override {
    if (whole_ == nullptr) SIL_TRY(hold(bytes));
    const bool held = next_ < whole_->length;
    if (!held && ended_) return false;
    auto state = std::make_shared<JournalState>();
    if (held) {
      const size_t length = std::min(kLinePiece, whole_->length - next_);
      piece->buffer.assign(length + kSlack, 0);
      std::memcpy(piece->buffer.data(), whole_->buffer.data() + next_, length);
      piece->length = length;
      walk_.walk(next_ + length, state.get());
    } else {  // for the digest alone
      size_t used = 0;
      piece->buffer.clear();
      auto ended = read_behind(bytes, next_, kLinePiece, &piece->buffer, &used);
      if (!ended) return tl::unexpected(ended.error());
      ended_ = *ended;
      if (used == 0) return false;
      piece->buffer.resize(used + kSlack);
      piece->length = used;
    }
    state->compact = walk_.compact;
    state->whole = whole_;
    piece->state = std::move(state);
    piece->ordinal = ordinal_++;
    piece->offset = next_;
    piece->filled = true;
    next_ += piece->length;
    return true;
  }

  std::unique_ptr<ReadScratch> make_scratch() const override { return std::make_unique<LineScratch>(); }

  void read(const Piece& piece, uint32_t source, ReadScratch& scratch, EventSink& sink) const override {
    const auto& state = *static_cast<const JournalState*>(piece.state.get());
    auto& own = static_cast<LineScratch&>(scratch);
    LineEmitter emitter(*state.whole, source, own, sink);
    const Bytes file(state.whole->buffer.data(), state.whole->length);
    if (piece.offset >= kMaxJournal && piece.offset < kMaxJournal + kLinePiece) {
      sink.on_anomaly({AnomalyKind::kLimit,
                       Level::kMedium,
                       {piece.offset, static_cast<uint32_t>(piece.length)},
                       "a journal longer than 256 MiB was not read to its end",
                       "at most 256 MiB",
                       "more"});
    }
    for (const Damage& one : state.damage) {
      emitter.anomaly(one.kind, Level::kLow, file.subspan(one.at, one.length), one.summary, one.expected, one.found);
    }
    EntryReader entries(state, &own, &emitter, kMaxReferred * kLinePiece);
    for (size_t at : state.entries) entries.read(at);
    own.record.clear();
  }

  void finish(uint32_t, EventSink&) override {}

 private:
  Result<void> hold(ByteSource& bytes) {
    auto whole = std::make_shared<Piece>();
    size_t used = 0;
    while (!ended_ && used < kMaxJournal) {
      auto ended = read_behind(bytes, used, std::min(kLinePiece + used, kMaxJournal - used), &whole->buffer, &used);
      if (!ended) return tl::unexpected(ended.error());
      ended_ = *ended;
    }
    whole->buffer.resize(used + kSlack);
    std::fill(whole->buffer.begin() + static_cast<std::ptrdiff_t>(used), whole->buffer.end(), uint8_t{0});
    whole->length = used;
    whole_ = std::move(whole);
    walk_.begin({whole_->buffer.data(), whole_->length});
    return {};
  }

  std::shared_ptr<const Piece> whole_;
  ObjectWalk walk_;
  size_t next_ = 0;
  uint64_t ordinal_ = 0;
  bool ended_ = false;
};

}  // namespace

Sniff sniff_journal_file(Bytes head, std::string_view) {
  if (!as_text(head).starts_with(kMagic)) return {};
  return {100, "magic"};
}

std::unique_ptr<Reader> make_journal_file_reader() {
  return std::make_unique<JournalFileReader>();
}

}  // namespace sil::ingest
