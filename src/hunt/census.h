// What stood in the logs: which kinds of events, and which of their fields ever had a value. One cheap look at each
// event; `rules blind` (blind.h) reasons about the result.
//
// Memory: a row for each pair of log kind and layout, bounded as these are (model/event.h); events of layouts that
// are not interned share one row a kind, of whose fields nothing is claimed.
// Thread rule: one census a worker, merged afterwards; merging in any order gives the same rows.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "model/event.h"

namespace sil::hunt {

struct CensusRow {
  static constexpr uint8_t kFilled = 1;  // some event had a value that is not empty
  static constexpr uint8_t kEmpty = 2;   // some event had it empty or null
  const LogKind* kind = nullptr;
  const Layout* layout = nullptr;  // null: fields unknown
  uint64_t events = 0;
  std::vector<uint8_t> seen;  // one a layout field
};

class Census {
 public:
  void count(const Event& event);
  void merge(const Census& other);
  // By schema, product, category, service, channel, provider, event id; layouts of one kind in no stated order.
  [[nodiscard]] std::vector<const CensusRow*> rows() const;
  [[nodiscard]] uint64_t without_kind() const { return without_kind_; }  // events no rule can mean

 private:
  struct Row : CensusRow {
    std::vector<uint32_t> open;  // fields not yet seen filled
  };
  using Key = std::pair<const LogKind*, const Layout*>;
  Row& row_of(const LogKind* kind, const Layout* layout);

  std::map<Key, Row> rows_;
  Row* last_ = nullptr;
  Key last_key_{};
  uint64_t without_kind_ = 0;
};

}  // namespace sil::hunt
