// Lists as JSON text in a column, so that they can be read with SQLite's own json_each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace sil::casefile {

std::string text_of(const std::vector<std::string>& items);    // ["a","b"]
std::string text_of(const std::vector<Span>& spans);           // [[offset,length],...]
std::string text_of(const std::vector<Dependency>& deps);      // [[offset,length,"sha256","source or empty"],...]
std::string text_of(const std::vector<MatchedField>& fields);  // [["field","value","selection"],...]
std::vector<std::string> strings_of(std::string_view json);
std::vector<Span> spans_of(std::string_view json);
std::vector<Dependency> deps_of(std::string_view json);
std::vector<MatchedField> fields_of(std::string_view json);

}  // namespace sil::casefile
