// One row of a comma-separated table as flat fields: each column by its header's name, and what the JSON object of one
// column holds as if the record were that object. RFC 4180: a cell in quotes may hold commas, line breaks and doubled
// quotes.
//
// Lifetime: fields view the row's bytes and the row's own text; both live until the next take_apart().
// Thread rule: one a worker; a TableHeader is immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_record.h"

namespace sil::ingest {

struct TableHeader {
  std::vector<std::string> keys;    // escaped as in JSON
  std::vector<std::string> beside;  // the same with "Row." in front
  int json_column = -1;             // AuditData; -1: none
  std::vector<int> order;           // columns in the order in which they become fields: the JSON one first
};
// `row` without its line break. No columns: it is no header.
TableHeader table_header(std::string_view row);

// Length of the first row with its line break; 0: it does not end here.
size_t row_length(std::string_view text);
// Where the last whole row ends, of a text that begins with one; 0: none does.
size_t rows_end(std::string_view text);

class TableRow {
 public:
  // What was wrong, "" = nothing: the row is an event all the same.
  std::string_view take_apart(const TableHeader& header, std::string_view row);
  [[nodiscard]] const std::vector<JsonField>& fields() const { return fields_; }

 private:
  bool json(std::string_view text);
  std::vector<std::string_view> cells_;
  std::vector<JsonField> fields_, inner_;
  std::string arena_;  // cells with doubled quotes, halved; never longer than the row
  JsonIndex index_;
};

}  // namespace sil::ingest
