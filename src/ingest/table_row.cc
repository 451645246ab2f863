#include "ingest/table_row.h"

#include <algorithm>

#include "bytes/digest.h"
#include "bytes/json_writer.h"

namespace sil::ingest {
namespace {

constexpr size_t kRoom = 192;  // readable bytes behind each text, for kernels
constexpr size_t kMaxColumns = 1024;

// Cuts one cell off; the quotes around it go, doubled ones stay doubled.
std::string_view next_cell(std::string_view* rest, bool* doubled, bool* more) {
  *doubled = false;
  std::string_view cell;
  if (!rest->empty() && rest->front() == '"') {
    size_t at = 1;
    for (; at < rest->size(); ++at) {
      if ((*rest)[at] != '"') continue;
      if (at + 1 >= rest->size() || (*rest)[at + 1] != '"') break;
      *doubled = true;
      ++at;
    }
    cell = rest->substr(1, std::min(at, rest->size()) - 1);
    rest->remove_prefix(std::min(at + 1, rest->size()));
    const size_t comma = std::min(rest->find(','), rest->size());  // what stands behind the quote is no part of it
    *more = comma < rest->size();
    rest->remove_prefix(std::min(comma + 1, rest->size()));
    return cell;
  }
  const size_t comma = std::min(rest->find(','), rest->size());
  cell = rest->substr(0, comma);
  *more = comma < rest->size();
  rest->remove_prefix(std::min(comma + 1, rest->size()));
  return cell;
}

}  // namespace

TableHeader table_header(std::string_view row) {
  TableHeader out;
  for (bool more = true; more && out.keys.size() < kMaxColumns;) {
    bool doubled = false;
    const std::string_view cell = next_cell(&row, &doubled, &more);
    if (cell == "AuditData") out.json_column = static_cast<int>(out.keys.size());
    append_json_escaped(cell, &out.keys.emplace_back());
    out.beside.push_back("Row." + out.keys.back());
  }
  if (out.json_column >= 0) out.order.push_back(out.json_column);
  for (int i = 0; i < static_cast<int>(out.keys.size()); ++i) {
    if (i != out.json_column) out.order.push_back(i);
  }
  return out;
}

size_t row_length(std::string_view text) {
  bool quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\n' && !quoted) return at + 1;
  }
  return 0;
}

size_t rows_end(std::string_view text) {
  bool quoted = false;
  size_t end = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\n' && !quoted) end = at + 1;
  }
  return end;
}

bool TableRow::json(std::string_view text) {
  const Bytes record = as_bytes(text);
  bool too_deep = false;
  inner_.clear();
  if (text.empty() || text.front() != '{' || index_.build(record) != nullptr) return false;
  const JsonFault fault = ingest::take_apart(record.data(), record, index_.begin(), index_.end(), &inner_, &too_deep);
  return fault.expected == nullptr;
}

std::string_view TableRow::take_apart(const TableHeader& header, std::string_view row) {
  fields_.clear();
  cells_.clear();
  arena_.clear();
  if (arena_.capacity() < row.size() + kRoom) arena_.reserve(row.size() + kRoom);
  for (bool more = true; more && cells_.size() < kMaxColumns;) {
    bool doubled = false;
    std::string_view cell = next_cell(&row, &doubled, &more);
    if (doubled) {
      const size_t start = arena_.size();
      for (size_t at = 0; at < cell.size(); ++at) {
        arena_.push_back(cell[at]);
        if (cell[at] == '"') ++at;
      }
      cell = std::string_view(arena_).substr(start);
    }
    cells_.push_back(cell);
  }
  std::string_view wrong;
  bool beside = false;  // the record is the JSON object; columns stand beside it
  for (int column : header.order) {
    if (static_cast<size_t>(column) >= cells_.size()) {
      wrong = "a row with fewer cells than the header names";
      continue;
    }
    const std::string_view cell = cells_[static_cast<size_t>(column)];
    if (column == header.json_column) {
      if (json(cell)) {
        fields_ = inner_;
        beside = true;
        continue;
      }
      wrong = "a JSON object in AuditData that cannot be read; the other columns are";
    }
    if (fields_.size() >= kMaxJsonFields) break;
    JsonField field;
    field.key = (beside ? header.beside : header.keys)[static_cast<size_t>(column)];
    field.value = utf8_value(cell);
    fields_.push_back(field);
  }
  if (cells_.size() > header.keys.size()) wrong = "a row with more cells than the header names";
  return wrong;
}

}  // namespace sil::ingest
