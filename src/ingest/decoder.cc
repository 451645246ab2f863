#include "ingest/decoder.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "ingest/unpack_child.h"

namespace sil::ingest {
namespace {

// In all, over all children of a container. A packed log may be slow (bzip2: some 30 MB a second) and unfold a
// hundredfold; what makes no progress at all is ended long before.
constexpr uint64_t kCpuSeconds = 60, kCpuSecondsPerMiB = 10;
constexpr int kMaxChildren = 8;
constexpr size_t kSinkSize = 65536;

ErrorCode code_of(const std::string& text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number >= 0 && number <= static_cast<int>(ErrorCode::kInterrupted) ? static_cast<ErrorCode>(number)
                                                                            : ErrorCode::kFormat;
}

UnpackPlace place_of(std::string_view text) {
  UnpackPlace out;
  while (!text.empty() && out.size() < kMaxDepth + 1) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) break;
    out.push_back(number);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (!text.empty()) text.remove_prefix(1);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<Decoder>> Decoder::start(const std::string& path, const OpenOptions& options,
                                                std::array<uint8_t, kPackingHead>* head) {
  std::shared_ptr<Decoder> out(new Decoder(options));
  out->path_ = path;
  auto file = InputFile::open(path);
  if (!file) return tl::unexpected(file.error());
  out->file_ = std::move(*file);
  SIL_TRY(out->file_->read_at(0, head->data(), head->size()));
  while (out->spill_.size() + 1 < kMaxDepth) {
    auto made = SpillFile::make("");
    if (!made) break;  // archives in archives will say so
    out->spill_.push_back(std::move(*made));
  }
  out->cpu_left_ms_ = 1000 * (kCpuSeconds + kCpuSecondsPerMiB * (out->file_->size() >> 20));
  SIL_TRY(out->spawn());
  return out;
}

Result<void> Decoder::spawn() {
  auto pipe = Pipe::make();
  if (!pipe) return tl::unexpected(pipe.error());
  auto ring = SharedRing::make();
  if (!ring) return tl::unexpected(ring.error());
  Confinement limits;
  limits.descriptors = {file_->descriptor(), pipe->writing.descriptor()};
  for (const auto& file : spill_) limits.descriptors.push_back(file->descriptor());
  limits.cpu_seconds = cpu_left_ms_ / 1000 + 1;
  limits.file_size = options_.max_unpacked;
  UnpackTask task;
  task.input = 3;
  task.output = 4;
  for (size_t i = 0; i < spill_.size(); ++i) task.spill.push_back(5 + static_cast<int>(i));
  task.input_size = file_->size();
  task.ring = ring->get();
  task.passwords = options_.passwords;
  task.max_unpacked = options_.max_unpacked - std::min(options_.max_unpacked, pulled_);
  task.skip = skip_;
  task.behind = behind_;
  task.told_ordinals = ordinal_;
  task.in_decoder = options_.in_decoder;
  auto child = ConfinedChild::start(limits, [&task](bool filtered) {
    task.filtered = filtered;
    unpack(task);
  });
  if (!child) return tl::unexpected(child.error());
  child_ = std::move(*child);
  frames_ = std::move(pipe->reading);
  ring_ = std::move(*ring);
  over_ = told_ = false;
  stall_.clear();
  data_left_ = 0;
  progress_ = cpu_ms_ = 0;
  idle_looks_ = 0;
  fresh_ = true;
  ++children_;
  return {};
}

// ---- progress ----

bool Decoder::read(uint8_t* into, size_t length) {
  for (size_t done = 0; done < length;) {
    const ssize_t got = frames_.read_some(into + done, length - done, options_.stall.look_ms);
    if (got == 0) return false;
    if (got > 0) {
      done += static_cast<size_t>(got);
      fresh_ = true;
    } else if (stalled()) {
      child_->kill();
      return false;
    }
  }
  return true;
}

// Asked when nothing came for one look. CPU time and states count, no clock: a machine that is busy, a disk that is
// slow and a program that was stopped make no stall.
bool Decoder::stalled() {
  const uint64_t progress = ring_->progress().load(std::memory_order_relaxed), used = child_->cpu_ms();
  if (fresh_ || progress != progress_) {
    fresh_ = false;
    progress_ = progress;
    cpu_ms_ = used;
    idle_looks_ = 0;
    return false;
  }
  idle_looks_ = child_->sleeps() ? idle_looks_ + 1 : 0;
  if (used - std::min(used, cpu_ms_) >= options_.stall.cpu_ms)
    stall_ = "a decoder that computed without any; it was ended";
  else if (idle_looks_ >= options_.stall.idle_looks)
    stall_ = "a decoder that slept; it was ended";
  return !stall_.empty();
}

// ---- frames ----

bool Decoder::frame(FrameHeader* header, std::vector<std::string>* texts) {
  while (!over_) {
    over_ = !read(reinterpret_cast<uint8_t*>(header), sizeof *header);
    if (over_) return false;
    if (header->kind == FrameKind::kData) {
      over_ = header->length == 0 || header->length > SharedRing::kBlock;
      data_left_ = over_ ? 0 : header->length;
      data_ = ring_->next_full();
      return !over_;
    }
    std::string packed(std::min(header->length, kMaxTextFrame), '\0');
    over_ = header->length > kMaxTextFrame || !read(reinterpret_cast<uint8_t*>(packed.data()), packed.size());
    if (over_) return false;
    *texts = unpack_texts(packed);
    ordinal_ = std::max(ordinal_, header->ordinal);
    if (header->kind == FrameKind::kAt) {
      take_place(*header, *texts);
      continue;
    }
    if (header->kind == FrameKind::kDone) over_ = done_ = true;
    return true;
  }
  return false;
}

void Decoder::take_place(const FrameHeader& header, std::vector<std::string>& texts) {
  if (texts.empty()) return;
  at_ = place_of(texts.front());
  texts.erase(texts.begin());
  names_ = std::move(texts);
  ordinal_ = std::max(ordinal_, header.ordinal + 1);  // it has one, whatever becomes of it
}

size_t Decoder::pull(uint8_t* into, size_t length) {
  size_t done = 0;
  while (done < length && open_ != 0) {
    if (data_left_ == 0 && !next_data()) break;
    const size_t now = std::min<size_t>(length - done, data_left_);
    std::memcpy(into + done, data_, now);
    data_ += now;
    data_left_ -= static_cast<uint32_t>(now);
    if (data_left_ == 0) ring_->taken();
    done += now;
  }
  pulled_ += done;
  return done;
}

void Decoder::begin_member(uint64_t ordinal, std::string where) {
  open_ = ordinal;
  where_ = std::move(where);
  error_ = {};
}

void Decoder::pass_over() {
  if (open_ == 0) return;
  ring_->note().store(open_, std::memory_order_relaxed);
  std::vector<uint8_t> sink(kSinkSize);
  while (pull(sink.data(), sink.size()) > 0) {
  }
}

bool Decoder::next_data() {
  FrameHeader header{};
  std::vector<std::string> texts;
  if (!frame(&header, &texts)) {
    open_ = 0;
    over_ = true;
    if (auto error = died()) {
      error_ = std::move(*error);
      error_.where = where_;
    }
    return false;
  }
  if (header.kind == FrameKind::kData) return true;
  open_ = 0;
  if (texts.size() == 3) error_ = {code_of(texts[0]), where_, texts[1], texts[2], ""};
  return false;
}

// ---- death ----

std::optional<Error> Decoder::died() {
  if (done_ || told_) return {};
  told_ = true;
  frames_.close();
  Error out{ErrorCode::kLimit, path_, stall_.empty() ? "a whole container" : "progress", stall_, ""};
  for (const std::string& name : names_) out.where += "!" + name;
  const std::string how = child_->ending();
  if (stall_.empty()) out.found = how.empty() ? "a decoder that ended early" : "a decoder " + how;
  const uint64_t used = child_->cpu_ms();
  cpu_left_ms_ -= std::min(cpu_left_ms_, used);
  // It was to be skipped and could not be: then what holds it is skipped.
  const bool again = std::find(skip_.begin(), skip_.end(), at_) != skip_.end();
  const bool goes_on = plan_next(again) && spawn();
  if (!goes_on && !names_.empty())
    out.found += "; what lies behind it is not read";
  else if (again)
    out.found += "; what lies behind it in its archive is not read";
  return out;
}

bool Decoder::plan_next(bool again) {
  if (names_.empty() || at_.empty() || cpu_left_ms_ == 0 || children_ >= kMaxChildren) return false;
  UnpackPlace skip = at_;
  behind_ = std::max(behind_, at_);
  if (again) skip.pop_back();
  if (skip.empty()) return false;
  skip_.push_back(std::move(skip));
  return true;
}

}  // namespace sil::ingest
