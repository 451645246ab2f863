// PowerShell script blocks put together: the parts of one source, joined by host, ScriptBlockId and MessageTotal, then
// matched once more as one text (docs/design/script-blocks.md).
//
// Parts may come in any order; of a part that was logged twice the first counts. Bounded memory: what the parts carry
// goes to a temporary file beyond BlockLimits::held; parts beyond BlockLimits::parts and texts beyond
// BlockLimits::text are left out and counted.
// Thread rule: one thread at a time (the ordered merge). Errors: of the temporary file; they stand in counts().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bytes/spill_file.h"
#include "flow/script_part.h"
#include "hunt/program.h"

namespace sil::flow {

struct BlockLimits {
  size_t held = 32u << 20;  // bytes of parts in memory
  size_t parts = 1u << 18;  // a source
  size_t text = 16u << 20;  // bytes of one joined text, as the log holds it
  std::string folder;       // of the temporary file; empty = TMPDIR
};

struct JoinedBlock {
  // As the first part's event, but its text is that of all parts, and its details cite all of them in joining order
  // and hold their bytes: it can be matched, cited and correlated like any other.
  const Event& event;
  uint32_t joined = 0, total = 0;   // "joined of total"
  std::span<const uint32_t> rules;  // that match the whole and matched no part, in Matcher's order
};

struct BlockCounts {
  uint64_t blocks = 0;    // of two parts and more that were joined and matched
  uint64_t left_out = 0;  // parts that were not joined: a limit, or no room for the temporary file
};

class ScriptBlocks {
 public:
  explicit ScriptBlocks(const hunt::Program& program, BlockLimits limits = {});
  ~ScriptBlocks();
  void add(BlockPart part);
  // The source has ended: visits its joined texts by the offset of their first part, and forgets the source.
  void finish(uint32_t source, const std::function<void(const JoinedBlock&)>& visit);
  [[nodiscard]] const BlockCounts& counts() const { return counts_; }

 private:
  struct Held;
  struct Block;
  void put_away(Held* held, std::string body);
  Result<std::string> body_of(const Held& held) const;
  void join(uint32_t source, Block& block, const std::function<void(const JoinedBlock&)>& visit);
  void match(const Event& event, std::pair<uint32_t, uint32_t> joined, std::vector<uint32_t>& by_parts,
             const std::function<void(const JoinedBlock&)>& visit);

  const hunt::Program& program_;
  BlockLimits limits_;
  std::unique_ptr<hunt::Matcher> matcher_;  // made when the first block is joined
  std::map<std::array<uint8_t, 16>, Block> blocks_;
  std::unique_ptr<SpillFile> file_;
  size_t held_ = 0, parts_ = 0;
  BlockCounts counts_;
};

}  // namespace sil::flow
