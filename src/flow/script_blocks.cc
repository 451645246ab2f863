#include "flow/script_blocks.h"

#include <algorithm>

#include "bytes/json_writer.h"

namespace sil::flow {
namespace {

constexpr size_t kSlack = 128;  // behind values: scanning kernels may read beyond them

// What stands for a missing part: no word can be read across the gap, and `.` of an expression does not cross it.
std::string_view gap_in(ValueKind kind) {
  using namespace std::string_view_literals;
  switch (kind) {
    case ValueKind::kUtf16: return "\n\0\xFD\xFF\n\0"sv;
    case ValueKind::kJsonString: return "\\n\xEF\xBF\xBD\\n"sv;
    default: return "\n\xEF\xBF\xBD\n"sv;
  }
}

// The parts' bytes and what can be said of them, for as long as the joined event lives.
class JoinedDetails : public EventDetails {
 public:
  void add(const UnpackedPart& part) {
    for (const auto& [span, bytes] : part.spans) add(span, bytes, &spans_);
    for (const auto& [span, bytes] : part.deps) {
      if (std::find(deps_.begin(), deps_.end(), span) == deps_.end()) add(span, bytes, &deps_);
    }
  }
  // The first part's event with the joined text in its place.
  void set_json(std::string_view json, std::string_view name, const Value& text);

  void cite(const Event&, std::vector<Span>* spans, std::vector<Span>* deps) const override {
    spans->insert(spans->end(), spans_.begin(), spans_.end());
    deps->insert(deps->end(), deps_.begin(), deps_.end());
  }
  [[nodiscard]] Bytes bytes(Span span) const override {
    auto found = bytes_.find({span.offset, span.length});
    return found == bytes_.end() ? Bytes{} : as_bytes(found->second);
  }
  void write_json(const Event&, std::string* out) const override { *out += json_; }
  void write_xml(const Event&, std::string*) const override {}  // `dump` shows records, and this is none

 private:
  void add(Span span, std::string_view bytes, std::vector<Span>* list) {
    list->push_back(span);
    bytes_.emplace(std::make_pair(span.offset, span.length), bytes);
  }
  std::vector<Span> spans_, deps_;
  std::map<std::pair<uint64_t, uint32_t>, std::string_view> bytes_;
  std::string json_;
};

// Where the string token of `name` stands in a JSON text, quotes included. Quotes inside strings are escaped, so that
// a name in quotes with a colon behind it is a key.
std::pair<size_t, size_t> string_token(std::string_view json, std::string_view name) {
  const std::string key = '"' + std::string(name) + '"';
  for (size_t at = json.find(key); at != std::string_view::npos; at = json.find(key, at + 1)) {
    size_t begin = at + key.size();
    while (begin < json.size() && (json[begin] == ' ' || json[begin] == ':')) ++begin;
    if (begin >= json.size() || json[begin] != '"' || json[begin - 1] == '"') continue;
    size_t end = begin + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    if (end < json.size()) return {begin, end + 1};
  }
  return {0, 0};
}

void JoinedDetails::set_json(std::string_view json, std::string_view name, const Value& text) {
  const auto [begin, end] = string_token(json, name);
  json_ = json.substr(0, begin);
  if (end > begin) {
    std::string decoded;
    append_text(text, &decoded);
    append_json_string(decoded, &json_);
  }
  json_ += json.substr(end);
}

// A part's own name for its text, as JSON has it.
std::string_view text_name(const Layout& layout, const std::vector<uint32_t>& slots) {
  for (const LayoutField& field : layout.fields) {
    if (std::find(slots.begin(), slots.end(), field.slot) == slots.end()) continue;
    const std::string_view path = field.path;
    return path.substr(path.rfind('.') + 1);  // npos + 1 = 0: all of it
  }
  return {};
}

// One kind for the whole: the parts' own where they agree, so that what was cut in the middle of a character (a
// surrogate pair, two escapes) becomes whole again.
ValueKind kind_of(const std::vector<UnpackedPart>& parts) {
  const ValueKind kind = parts.front().text.kind;
  const bool agree = std::all_of(parts.begin(), parts.end(), [&](const auto& part) { return part.text.kind == kind; });
  return agree && kind != ValueKind::kAnsi ? kind : ValueKind::kUtf8;
}

}  // namespace

struct ScriptBlocks::Held {
  uint32_t number = 0;
  const LogKind* kind = nullptr;
  std::shared_ptr<const Layout> layout;
  Timestamp time;
  uint64_t record_id = 0;
  Span where;
  std::string body;  // empty: in the temporary file
  uint64_t at = 0;
  size_t size = 0;
};

struct ScriptBlocks::Block {
  uint32_t total = 0;
  std::vector<Held> parts;
  std::vector<uint32_t> rules;  // that matched one of the parts
};

ScriptBlocks::ScriptBlocks(const hunt::Program& program, BlockLimits limits)
    : program_(program), limits_(std::move(limits)) {}
ScriptBlocks::~ScriptBlocks() = default;

void ScriptBlocks::add(BlockPart part) {
  if (parts_ >= limits_.parts) {
    ++counts_.left_out;
    return;
  }
  ++parts_;
  Block& block = blocks_[part.block];
  block.total = part.total;
  block.rules.insert(block.rules.end(), part.rules.begin(), part.rules.end());
  Held& held = block.parts.emplace_back();
  held.number = part.number;
  held.kind = part.kind;
  held.layout = std::move(part.layout);
  held.time = part.time;
  held.record_id = part.record_id;
  held.where = part.where;
  put_away(&held, std::move(part.body));
  if (held.size == 0) {
    ++counts_.left_out;
    block.parts.pop_back();
  }
}

void ScriptBlocks::put_away(Held* held, std::string body) {
  if (held_ + body.size() <= limits_.held) {
    held->size = body.size();
    held_ += body.size();
    held->body = std::move(body);
    return;
  }
  if (!file_) {
    auto made = SpillFile::make(limits_.folder);
    if (!made) return;
    file_ = std::move(*made);
  }
  auto at = file_->append(as_bytes(body));
  if (!at) return;
  held->at = *at;
  held->size = body.size();
}

Result<std::string> ScriptBlocks::body_of(const Held& held) const {
  if (!held.body.empty()) return held.body;
  std::string out(held.size, '\0');
  SIL_TRY(file_->read_at(held.at, reinterpret_cast<uint8_t*>(out.data()), out.size()));
  return out;
}

void ScriptBlocks::finish(uint32_t source, const std::function<void(const JoinedBlock&)>& visit) {
  std::vector<Block*> order;
  for (auto& [key, block] : blocks_) {
    auto& parts = block.parts;
    std::stable_sort(parts.begin(), parts.end(), [](const Held& a, const Held& b) { return a.number < b.number; });
    parts.erase(
        std::unique(parts.begin(), parts.end(), [](const Held& a, const Held& b) { return a.number == b.number; }),
        parts.end());
    if (parts.size() > 1) order.push_back(&block);  // of a lone part there is nothing more to say
  }
  std::sort(order.begin(), order.end(), [](const Block* a, const Block* b) {
    return a->parts.front().where.offset < b->parts.front().where.offset;
  });
  for (Block* block : order) join(source, *block, visit);
  blocks_.clear();
  file_.reset();
  held_ = parts_ = 0;
}

void ScriptBlocks::join(uint32_t source, Block& block, const std::function<void(const JoinedBlock&)>& visit) {
  std::vector<std::string> bodies;
  std::vector<const Held*> held;
  std::vector<UnpackedPart> parts;
  size_t size = 0;
  bodies.reserve(block.parts.size());
  for (const Held& part : block.parts) {
    auto body = size < limits_.text ? body_of(part) : Result<std::string>(std::string());
    if (!body || body->empty()) {
      ++counts_.left_out;
      continue;
    }
    body->append(kSlack, '\0');
    bodies.push_back(std::move(*body));
    held.push_back(&part);
    parts.push_back(unpack(bodies.back()));
    size += parts.back().text.size;
  }
  if (parts.size() < 2) return;

  const ValueKind kind = kind_of(parts);
  std::string text;
  JoinedDetails details;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (held[i]->number != (i == 0 ? 1 : held[i - 1]->number + 1)) text += gap_in(kind);
    if (kind == parts[i].text.kind)
      text += as_text(parts[i].text.bytes());
    else
      append_text(parts[i].text, &text);
    details.add(parts[i]);
  }
  if (held.back()->number != block.total) text += gap_in(kind);
  const auto length = static_cast<uint32_t>(text.size());
  text.append(kSlack, '\0');
  const Value whole{reinterpret_cast<const uint8_t*>(text.data()), length, kind, ValueKind::kAbsent};

  UnpackedPart& first = parts.front();
  for (uint32_t slot : first.text_slots) {
    if (slot < first.values.size()) first.values[slot] = whole;
  }
  if (!first.json.empty()) details.set_json(first.json, text_name(*held[0]->layout, first.text_slots), whole);
  Event event;
  event.source = source;
  event.where = held[0]->where;
  event.time = held[0]->time;
  event.record_id = held[0]->record_id;
  event.kind = held[0]->kind;
  event.layout = held[0]->layout.get();
  event.values = first.values;
  event.details = &details;
  match(event, {static_cast<uint32_t>(parts.size()), block.total}, block.rules, visit);
}

void ScriptBlocks::match(const Event& event, std::pair<uint32_t, uint32_t> joined, std::vector<uint32_t>& by_parts,
                         const std::function<void(const JoinedBlock&)>& visit) {
  ++counts_.blocks;
  if (!matcher_) matcher_ = std::make_unique<hunt::Matcher>(program_);
  std::sort(by_parts.begin(), by_parts.end());
  std::vector<uint32_t> rules;
  for (uint32_t rule : matcher_->match(event)) {
    if (!std::binary_search(by_parts.begin(), by_parts.end(), rule)) rules.push_back(rule);
  }
  if (!rules.empty()) visit({event, joined.first, joined.second, rules});
}

}  // namespace sil::flow
