// A plan's field in one event: where a layout has it, its members, their texts. Filled when a leaf asks for it.
// Thread rule: FieldState belongs to one worker. Lifetime: views the event.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hunt/program_plan.h"
#include "hunt/program_text.h"
#include "model/event.h"

namespace sil::hunt {

struct BoundPlace {
  uint32_t field = 0;  // index into Layout::fields
  uint32_t name = 0;   // which of FieldSource::names it belongs to
  std::string inside;  // dotted path inside a JSON container, or empty
};
struct BoundField {                // where a plan field lies in one layout
  std::vector<BoundPlace> places;  // empty: the layout has no such field
  bool simple = false;             // one place, nothing inside, no translation
};
BoundField bind_field(const FieldSource& source, const Layout& layout);

// The members of one field in one event.
class Members {
 public:
  void clear() {
    count_ = 0;
    present_ = has_null_ = false;
  }
  void add_value(const Value& value);  // a place's value; arrays are taken apart
  [[nodiscard]] bool present() const { return present_; }
  [[nodiscard]] bool has_null() const { return has_null_; }  // one member is null
  [[nodiscard]] size_t size() const { return count_; }
  MemberText& operator[](size_t i) { return *texts_[i]; }

 private:
  void add_member(const Value& member);
  std::vector<std::unique_ptr<MemberText>> texts_;  // reused from event to event
  size_t count_ = 0;
  bool present_ = false, has_null_ = false;
};

// Reads the field's members out of the event. `translated` keeps the text of a translated field alive.
void gather(const Event& event, const FieldSource& source, const BoundField& bound, Members* members,
            std::string* translated);

// A test on one member that is not null. Field-level tests (null, exists) are not asked here.
struct RegexCounter {
  uint64_t calls = 0;
};
bool test_member(const Plan& plan, const CompiledTest& test, MemberText& member, RegexCounter* counter);
// Any of the leaf's tests on any member.
bool test_leaf(const Plan& plan, const Leaf& leaf, Members& members, RegexCounter* counter);
// fieldref: some member of the one against some member of the other.
bool test_pair(const Test& test, Members& members, Members& others);

}  // namespace sil::hunt
