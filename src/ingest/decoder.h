// The parent's side of a container: starts the confined child (unpack_child.h), takes what it sends, ends it when it
// makes no progress, and starts another behind the member with which one died (docs/design/containers.md).
//
// Errors: kIo when no child can be made. Thread rule: one thread at a time. Lifetime: shared by the walk and the source
// that is open.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bytes/confined.h"
#include "bytes/shared_ring.h"
#include "bytes/spill_file.h"
#include "ingest/packing.h"
#include "ingest/reader.h"
#include "ingest/unpack_frames.h"

namespace sil::ingest {

class Decoder {
 public:
  // `head` gets the container's first bytes.
  static Result<std::shared_ptr<Decoder>> start(const std::string& path, const OpenOptions& options,
                                                std::array<uint8_t, kPackingHead>* head);

  // The next frame's header; for all but data its texts too. false: nothing more, died() says whether that is right.
  bool frame(FrameHeader* header, std::vector<std::string>* texts);
  // Up to `length` bytes of the open member; 0: it has ended.
  size_t pull(uint8_t* into, size_t length);
  void begin_member(uint64_t ordinal, std::string where);
  void pass_over();  // the rest of the open member is not wanted
  // With what the child ended, if not as it should; told once. Behind it frame() gives what another child finds behind
  // that member, if there can be more.
  std::optional<Error> died();

  [[nodiscard]] uint64_t open_member() const { return open_; }
  [[nodiscard]] const Error& member_error() const { return error_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Decoder(const OpenOptions& options) : options_(options) {}
  Result<void> spawn();
  bool read(uint8_t* into, size_t length);
  bool stalled();
  bool next_data();
  void take_place(const FrameHeader& header, std::vector<std::string>& texts);
  // Where the next child goes on; false: there is nothing to go on with. `again`: it died where the last one did.
  bool plan_next(bool again);

  const OpenOptions options_;
  std::string path_, where_;
  std::unique_ptr<InputFile> file_;
  std::vector<std::unique_ptr<SpillFile>> spill_;
  std::unique_ptr<SharedRing> ring_;
  std::unique_ptr<ConfinedChild> child_;
  PipeEnd frames_;
  uint64_t open_ = 0;              // ordinal of the member whose bytes come; 0: none
  const uint8_t* data_ = nullptr;  // in the ring
  uint32_t data_left_ = 0;
  bool over_ = false, done_ = false, told_ = false;
  Error error_;

  // Where the child is, and what it has used.
  std::vector<std::string> names_;  // of the entry it looked at last
  UnpackPlace at_, behind_;
  std::vector<UnpackPlace> skip_;
  uint64_t ordinal_ = 0, pulled_ = 0, cpu_left_ms_ = 0;
  int children_ = 0;
  // Since when it has made no progress.
  std::string stall_;  // why it was ended
  uint64_t progress_ = 0, cpu_ms_ = 0;
  int idle_looks_ = 0;
  bool fresh_ = true;  // it has sent something since the last look
};

}  // namespace sil::ingest
