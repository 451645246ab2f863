// The value of a field by its path, looked up once a layout.
//
// Thread rule: one a worker. Lifetime: views the paths it was given, which are literals.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "model/event.h"

namespace sil::tracks {

class FieldFinder {
 public:
  explicit FieldFinder(std::initializer_list<std::string_view> paths) : paths_(paths) {}  // the first that is there
  Value in(const Event& event) {
    if (!event.layout) return {};
    const Layout& layout = *event.layout;
    int32_t field = layout.id < fields_.size() ? fields_[layout.id] : kUnknown;
    if (field == kUnknown) {
      field = look(layout);
      if (layout.id != 0) {  // 0: layouts that share an id
        if (layout.id >= fields_.size()) fields_.resize(layout.id + size_t{64}, kUnknown);
        fields_[layout.id] = field;
      }
    }
    return field == kNone ? Value{} : event.value(layout.fields[static_cast<size_t>(field)]);
  }

 private:
  static constexpr int32_t kNone = -1, kUnknown = -2;
  [[nodiscard]] int32_t look(const Layout& layout) const {
    for (std::string_view path : paths_) {
      for (size_t i = 0; i < layout.fields.size(); ++i) {
        if (layout.fields[i].path == path) return static_cast<int32_t>(i);
      }
    }
    return kNone;
  }
  std::vector<std::string_view> paths_;
  std::vector<int32_t> fields_;  // by Layout::id
};

}  // namespace sil::tracks
