#include "ingest/unpack_child.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>

#include "bytes/confined.h"
#include "bytes/digest.h"
#include "bytes/result.h"
#include "bytes/text.h"
#include "ingest/gzip_trailers.h"
#include "ingest/packing.h"
#include "ingest/unpack_frames.h"

namespace sil::ingest {
namespace {

constexpr size_t kBlockSize = 256 * 1024;
constexpr int kMaxReopened = 256;  // members of one archive whose damage libarchive does not step over

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveCloser>;
using Names = std::vector<std::string>;

struct Written {  // as kMember frames tell it
  int64_t seconds = 0;
  const char* by = kByMember;
};

// The bytes of a container: a file (the container itself, or one that was spilled) or another archive's member.
class Input {
 public:
  virtual ~Input() = default;
  virtual la_ssize_t read(archive* reader, const void** buffer) = 0;
  virtual la_int64_t seek(la_int64_t, int) { return ARCHIVE_FATAL; }
  [[nodiscard]] virtual bool seekable() const { return false; }
  virtual void rewind() {}
  [[nodiscard]] virtual uint64_t size() const { return ~uint64_t{0}; }
  uint64_t taken = 0;  // bytes handed to libarchive
  bool may_be_gzip = false;
  GzipTrailers trailers;  // of the bytes handed over, if so
};

void get_on(SharedRing* ring) {
  if (ring) ring->progress().fetch_add(1, std::memory_order_relaxed);
}

class FileInput : public Input {
 public:
  FileInput(int file, uint64_t size, SharedRing* ring) : file_(file), size_(size), ring_(ring), block_(kBlockSize) {}
  la_ssize_t read(archive*, const void** buffer) override {
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(kBlockSize, size_ - std::min(size_, position_)));
    const size_t done = read_descriptor(file_, position_, block_.data(), wanted);
    position_ += done;
    taken += done;
    if (may_be_gzip) trailers.add(Bytes(block_).first(done));
    get_on(ring_);
    *buffer = block_.data();
    return static_cast<la_ssize_t>(done);
  }
  la_int64_t seek(la_int64_t offset, int whence) override {
    const auto base = static_cast<la_int64_t>(whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size_);
    if (base + offset < 0) return ARCHIVE_FATAL;
    position_ = static_cast<uint64_t>(base + offset);
    return base + offset;
  }
  [[nodiscard]] bool seekable() const override { return true; }
  void rewind() override {
    position_ = 0;
    trailers = {};
  }
  [[nodiscard]] uint64_t size() const override { return size_; }

 private:
  int file_;
  uint64_t size_, position_ = 0;
  SharedRing* ring_;
  std::vector<uint8_t> block_;
};

// The blocks of the member at which an archive stands, with its limits. The first bytes can be looked at.
class Member {
 public:
  enum class Step : uint8_t { kBlock, kEnd, kFailed };
  Member(archive* handle, const Input& input, SharedRing* ring)
      : handle_(handle),
        input_(input),
        ring_(ring),
        taken_before_(input.taken),
        is_gzip_(archive_format(handle) == ARCHIVE_FORMAT_RAW && archive_filter_count(handle) == 2 &&
                 archive_filter_code(handle, 0) == ARCHIVE_FILTER_GZIP) {}

  // Bytes up to kPackingHead, which next() gives again.
  Bytes look() {
    while (head_.size() < kPackingHead && last_ == Step::kBlock) {
      last_ = pull();
      if (last_ == Step::kBlock) head_.insert(head_.end(), block_.begin(), block_.end());
    }
    looked_ = true;
    return head_;
  }

  Step next(Bytes* block) {
    if (looked_ && !head_.empty() && !head_given_) {
      head_given_ = true;
      *block = head_;
      return Step::kBlock;
    }
    if (last_ != Step::kBlock) return last_;
    last_ = pull();
    *block = block_;
    return last_;
  }

  [[nodiscard]] const Error& error() const { return error_; }
  [[nodiscard]] bool fatal() const { return fatal_; }

 private:
  Step pull() {
    if (hole_ > 0 || !pending_.empty()) return fill_hole();
    const void* data = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    int status = ARCHIVE_OK;
    do {
      status = archive_read_data_block(handle_, &data, &size, &offset);
      // A checksum or size that does not hold is a warning there, given with the last bytes.
      if (status == ARCHIVE_WARN) warning_ = error_string();
    } while (status >= ARCHIVE_WARN && status != ARCHIVE_EOF && size == 0);
    if (status == ARCHIVE_EOF && warning_.empty()) return check_gzip();
    if (status == ARCHIVE_EOF || status < ARCHIVE_WARN) {
      fatal_ = status == ARCHIVE_FATAL;
      const bool packed = archive_format(handle_) == ARCHIVE_FORMAT_RAW;
      error_ = {ErrorCode::kFormat, "", packed ? "a whole compressed file" : "a whole member",
                status == ARCHIVE_EOF ? warning_ : error_string(), ""};
      return Step::kFailed;
    }
    pending_ = {static_cast<const uint8_t*>(data), size};
    if (offset > static_cast<la_int64_t>(produced_)) hole_ = static_cast<uint64_t>(offset) - produced_;
    return fill_hole();
  }

  // libarchive does not compare what it unpacked with the checksum and the length behind it.
  Step check_gzip() {
    if (!is_gzip_ || input_.trailers.hold(produced_, crc_)) return Step::kEnd;
    error_ = {ErrorCode::kFormat, "", "bytes with the checksum and the length that the gzip states",
              "others: it was damaged", ""};
    return Step::kFailed;
  }

  // A sparse member: what was left out is zeros, and what lies behind them waits.
  Step fill_hole() {
    if (hole_ == 0) return give(std::exchange(pending_, {}));
    if (zeros_.empty()) zeros_.resize(kBlockSize);
    const size_t now = static_cast<size_t>(std::min<uint64_t>(hole_, zeros_.size()));
    hole_ -= now;
    return give(Bytes(zeros_.data(), now));
  }

  Step give(Bytes block) {
    block_ = block;
    produced_ += block.size();
    if (is_gzip_) crc_ = crc32(block, crc_);
    get_on(ring_);
    const uint64_t taken = std::min(input_.taken - taken_before_ + kBlockSize, input_.size());
    if (produced_ > kRatioFrom && produced_ / kMaxRatio > taken) {
      error_ = {ErrorCode::kLimit, "", "at most 1000:1 beyond 256 MiB",
                std::to_string(produced_) + " bytes out of " + std::to_string(taken), ""};
      return Step::kFailed;
    }
    return Step::kBlock;
  }

  [[nodiscard]] std::string error_string() const {
    const char* why = archive_error_string(handle_);
    return why ? why : "damage";
  }

  archive* handle_;
  const Input& input_;
  SharedRing* ring_;
  uint64_t taken_before_, produced_ = 0, hole_ = 0;
  std::vector<uint8_t> head_, zeros_;
  Bytes block_, pending_;
  bool looked_ = false, head_given_ = false, fatal_ = false;
  bool is_gzip_;  // and nothing else
  uint32_t crc_ = 0;
  Step last_ = Step::kBlock;
  Error error_;
  std::string warning_;
};

class MemberInput : public Input {
 public:
  explicit MemberInput(Member& member) : member_(member) {}
  la_ssize_t read(archive* reader, const void** buffer) override {
    Bytes block;
    switch (member_.next(&block)) {
      case Member::Step::kEnd: return 0;
      case Member::Step::kFailed: archive_set_error(reader, EIO, "%s", member_.error().found.c_str()); return -1;
      case Member::Step::kBlock: break;
    }
    taken += block.size();
    if (may_be_gzip) trailers.add(block);
    *buffer = block.data();
    return static_cast<la_ssize_t>(block.size());
  }

 private:
  Member& member_;
};

la_ssize_t read_input(archive* reader, void* input, const void** buffer) {
  return static_cast<Input*>(input)->read(reader, buffer);
}
la_int64_t seek_input(archive*, void* input, la_int64_t offset, int whence) {
  return static_cast<Input*>(input)->seek(offset, whence);
}

std::string joined(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : "!") + name;
  return out;
}

bool leads_outside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.front() == '\\') return !name.empty();
  if (name.size() > 1 && name[1] == ':') return true;
  while (!name.empty()) {
    const size_t end = std::min(name.find_first_of("/\\"), name.size());
    if (name.substr(0, end) == "..") return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

class Unpacker {
 public:
  explicit Unpacker(const UnpackTask& task) : task_(task) {}

  void run() {
    if (!task_.filtered)
      note({}, "a system that filters system calls", "none; the decoder is confined by limits alone");
    FileInput input(task_.input, task_.input_size, task_.ring);
    const void* head = nullptr;
    const la_ssize_t got = input.read(nullptr, &head);
    const Packing packing =
        packing_of({static_cast<const uint8_t*>(head), static_cast<size_t>(std::max<la_ssize_t>(got, 0))});
    input.rewind();
    input.taken = 0;
    walk(input, packing, {}, {}, 1);
    frame(FrameKind::kDone, {});
  }

 private:
  // ---- frames ----
  void frame(FrameKind kind, Bytes body) const {
    const FrameHeader header{kind, static_cast<uint32_t>(body.size()), ordinal_};
    const Bytes head(reinterpret_cast<const uint8_t*>(&header), sizeof header);
    if (!send(task_.output, head, body)) leave_child();  // nobody listens any more
  }
  void data(Bytes block) const {
    while (!block.empty()) {
      const Bytes now = block.first(std::min(block.size(), SharedRing::kBlock));
      block = block.subspan(now.size());
      if (!task_.ring) {
        frame(FrameKind::kData, now);
        continue;
      }
      uint8_t* into = task_.ring->next_free();
      if (!into) leave_child();  // nobody listens any more
      std::memcpy(into, now.data(), now.size());
      task_.ring->filled();
      const FrameHeader header{FrameKind::kData, static_cast<uint32_t>(now.size()), ordinal_};
      if (!send(task_.output, Bytes(reinterpret_cast<const uint8_t*>(&header), sizeof header), {})) leave_child();
    }
  }
  void texts(FrameKind kind, const std::vector<std::string>& body) const {
    std::string packed = pack_texts(body);
    if (packed.size() > kMaxTextFrame) {
      std::vector<std::string> instead = {"a name too long to be told"};
      if (kind == FrameKind::kMember) instead.insert(instead.begin(), {body[0], body[1]});
      packed = pack_texts(instead);
    }
    frame(kind, as_bytes(packed));
  }
  void begin(const Names& names, Written written) const {
    std::vector<std::string> body = {std::to_string(written.seconds), written.by};
    body.insert(body.end(), names.begin(), names.end());
    texts(FrameKind::kMember, body);
  }
  void note(const Names& names, std::string expected, std::string found) const {
    if (told()) return;
    texts(FrameKind::kNote, {joined(names), std::move(expected), std::move(found)});
  }
  void unread(const Names& names, const Error& error) const {
    if (told()) return;
    texts(FrameKind::kUnread,
          {std::to_string(static_cast<int>(error.code)), joined(names), error.expected, error.found});
  }

  // An earlier child has said what there is to say here.
  [[nodiscard]] bool told() const { return !task_.behind.empty() && place_ <= task_.behind; }
  void say_at(const Names& names) {
    if (!told()) ordinal_ = std::max(ordinal_, std::exchange(told_ordinals_, 0));
    std::vector<std::string> body(1);
    for (const uint32_t number : place_) body[0] += (body[0].empty() ? "" : ".") + std::to_string(number);
    body.insert(body.end(), names.begin(), names.end());
    texts(FrameKind::kAt, body);
  }

  // ---- archives ----
  // `outer`: what is known of when the packed bytes themselves were written, for layers that say nothing of it.
  void walk(Input& input, Packing packing, const Names& names, Written outer, int depth) {
    uint64_t passed = 0;  // headers that need no second look
    std::unordered_set<uint64_t> seen;
    place_.push_back(0);
    for (int opened = 0; opened < kMaxReopened && !exhausted_; ++opened) {
      if (opened > 0) input.rewind();
      if (!walk_once(input, packing, names, outer, depth, &passed, &seen)) break;
    }
    place_.pop_back();
  }

  ArchiveHandle open(Input& input, Packing packing) const {
    ArchiveHandle handle(archive_read_new());
    archive* a = handle.get();
    if (packing == Packing::kZip) archive_read_support_format_zip(a);
    if (packing == Packing::kSevenZip) archive_read_support_format_7zip(a);
    if (packing == Packing::kTar || packing == Packing::kPacked) archive_read_support_format_tar(a);
    if (packing == Packing::kPacked) {
      archive_read_support_filter_gzip(a);
      archive_read_support_filter_zstd(a);
      archive_read_support_filter_xz(a);
      archive_read_support_filter_bzip2(a);
      archive_read_support_format_raw(a);
      archive_read_support_format_empty(a);  // a packed file of no bytes is one as well
    }
    for (const std::string& password : task_.passwords) archive_read_add_passphrase(a, password.c_str());
    input.may_be_gzip = packing == Packing::kPacked;
    if (input.seekable()) archive_read_set_seek_callback(a, seek_input);
    return archive_read_open(a, &input, nullptr, read_input, nullptr) == ARCHIVE_OK ? std::move(handle) : nullptr;
  }

  // true: a member stopped libarchive; the archive is to be opened anew, behind it.
  bool walk_once(Input& input, Packing packing, const Names& names, Written outer, int depth, uint64_t* passed,
                 std::unordered_set<uint64_t>* seen) {
    ArchiveHandle handle = open(input, packing);
    if (!handle) {
      unread(names,
             {ErrorCode::kFormat, "", std::string("a whole ") + packing_name(packing), "damage at its start", ""});
      return false;
    }
    for (uint64_t at = 0; !exhausted_; ++at) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(handle.get(), &entry);
      if (status == ARCHIVE_EOF) {
        if (archive_format(handle.get()) == ARCHIVE_FORMAT_EMPTY) deliver_empty(names, outer);
        return false;
      }
      if (status < ARCHIVE_WARN) {
        const char* why = archive_error_string(handle.get());
        if (packing != Packing::kTar || !torn_)  // its last member has said so
          unread(names, {ErrorCode::kFormat, "", std::string("a whole ") + packing_name(packing),
                         why ? why : "damage, or its end is missing", ""});
        return false;
      }
      if (at < *passed) continue;
      *passed = at + 1;
      place_.back() = static_cast<uint32_t>(at + 1);
      if (!one(handle.get(), entry, input, names, outer, depth, seen) && input.seekable()) return true;
    }
    return false;
  }

  // false: the archive's handle is of no more use.
  bool one(archive* handle, archive_entry* entry, const Input& input, Names names, Written outer, int depth,
           std::unordered_set<uint64_t>* seen) {
    const bool packed = archive_format(handle) == ARCHIVE_FORMAT_RAW;
    const int filters = std::max(archive_filter_count(handle) - 1, 1);
    if (depth + filters - 1 > kMaxDepth) return too_deep(names);
    if (!packed) {
      const char* name = archive_entry_pathname(entry);
      if (name == nullptr) name = archive_entry_pathname_utf8(entry);
      names.emplace_back(name ? name : "");
      if (!is_file(entry, names)) return true;
      check_name(names, seen);
      say_at(names);
      if (std::find(task_.skip.begin(), task_.skip.end(), place_) != task_.skip.end()) return true;
      if (task_.in_decoder) task_.in_decoder(joined(names));
      if (archive_entry_is_encrypted(entry) && task_.passwords.empty()) {
        ++ordinal_;
        unread(names, {ErrorCode::kUnsupported, "", "a password (--password-file)", "an encrypted member", ""});
        return true;
      }
    }
    const bool told = archive_entry_mtime_is_set(entry) != 0 && archive_entry_mtime(entry) != 0;
    Written written = packed ? outer : Written{};
    if (told) written = {archive_entry_mtime(entry), packed ? kByHeader : kByMember};
    Member member(handle, input, task_.ring);
    const Packing inner = packing_of(member.look());
    if (inner == Packing::kNone)
      deliver(member, names, written);
    else if (depth + filters - 1 >= kMaxDepth)
      return too_deep(names);
    else
      descend(member, inner, names, written, depth + filters);
    return !member.fatal();
  }

  bool too_deep(const Names& names) const {
    unread(names, {ErrorCode::kLimit, "", "archives nested at most 4 deep", "one more", ""});
    return true;
  }

  // Folders are no members; what is neither file nor folder is told.
  bool is_file(archive_entry* entry, const Names& names) const {
    const auto type = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) != nullptr || type == AE_IFLNK) {
      const char* target = archive_entry_hardlink(entry) ? archive_entry_hardlink(entry) : archive_entry_symlink(entry);
      note(names, "a file", std::string("a link to ") + (target ? target : "?") + ", not followed");
      return false;
    }
    if (type == AE_IFREG || type == 0) return true;
    if (type != AE_IFDIR) note(names, "a file", "a device, pipe or socket, passed over");
    return false;
  }

  void check_name(const Names& names, std::unordered_set<uint64_t>* seen) const {
    const std::string& name = names.back();
    if (leads_outside(name)) note(names, "a name inside the archive", "one that leads outside; nothing is written");
    if (!is_valid_utf8(name)) note(names, "a name in UTF-8", "bytes " + hex(as_bytes(name)));
    if (!seen->insert(hash64(name)).second) note(names, "each name once", "a name that came before; both are read");
  }

  void deliver(Member& member, const Names& names, Written written) {
    const uint64_t ordinal = ++ordinal_;
    if (told()) return;
    bool begun = false;
    Bytes block;
    for (;;) {
      const Member::Step step = member.next(&block);
      torn_ = step == Member::Step::kFailed;
      if (step == Member::Step::kFailed && !begun) {  // not one byte: an error, no source
        unread(names, member.error());
        return;
      }
      if (!begun) begin(names, written);
      begun = true;
      if (step != Member::Step::kBlock) {
        const Error& error = member.error();
        texts(FrameKind::kEnd, step == Member::Step::kEnd
                                   ? std::vector<std::string>{}
                                   : std::vector<std::string>{std::to_string(static_cast<int>(error.code)),
                                                              error.expected, error.found});
        return;
      }
      if (task_.ring && task_.ring->note().load(std::memory_order_relaxed) == ordinal)
        return texts(FrameKind::kEnd, {});
      data(block);
      if (!count(block.size())) {
        texts(FrameKind::kEnd, {std::to_string(static_cast<int>(ErrorCode::kLimit)), limit_text(), "more"});
        return;
      }
    }
  }

  void deliver_empty(const Names& names, Written written) {
    ++ordinal_;
    if (told()) return;
    begin(names, written);
    texts(FrameKind::kEnd, {});
  }

  void descend(Member& member, Packing inner, const Names& names, Written written, int depth) {
    if (inner == Packing::kPacked || inner == Packing::kTar) {
      MemberInput input(member);
      walk(input, inner, names, written, depth);
      return;
    }
    if (static_cast<size_t>(depth) - 2 >= task_.spill.size()) {
      return unread(names, {ErrorCode::kIo, "", "a temporary file for an archive in an archive", "none", ""});
    }
    const int file = task_.spill[static_cast<size_t>(depth) - 2];
    uint64_t size = 0;
    Bytes block;
    Member::Step step = Member::Step::kBlock;
    while ((step = member.next(&block)) == Member::Step::kBlock) {
      if (!write_descriptor(file, size, block)) {
        return unread(names, {ErrorCode::kIo, "", "room for a temporary file (TMPDIR)", "no more", ""});
      }
      size += block.size();
      if (!count(block.size())) return unread(names, {ErrorCode::kLimit, "", limit_text(), "more", ""});
    }
    if (step == Member::Step::kFailed) unread(names, member.error());
    FileInput input(file, size, task_.ring);
    walk(input, inner, names, written, depth);
  }

  bool count(uint64_t bytes) {
    total_ += bytes;
    exhausted_ = total_ > task_.max_unpacked;
    return !exhausted_;
  }
  [[nodiscard]] std::string limit_text() const {
    return "at most " + std::to_string(task_.max_unpacked) + " bytes in all (--max-unpacked)";
  }

  const UnpackTask& task_;
  UnpackPlace place_;
  uint64_t ordinal_ = 0, total_ = 0, told_ordinals_ = task_.told_ordinals;
  bool exhausted_ = false;
  bool torn_ = false;  // the member that was given last ended before its end
};

}  // namespace

void unpack(const UnpackTask& task) {
  Unpacker(task).run();
}

}  // namespace sil::ingest
