// The templates of summary.h. A template is text with
//   {Field}            the field's value; "-" counts as empty
//   {Field:format}     through one of the formats in summary_formats.cc
//   {A:base/B:sid}     the first of several that is not empty
//   {Field:format*}    the part that gives way when the line is too long (at most one)
//   [ ... ]            left out when a placeholder inside is empty; not nested
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sil::report {

struct SummaryLog {  // where an event comes from: its provider, or its channel where the event names no
                     // provider; else its schema and category
  std::string_view provider;
  std::string_view channel;
  std::string_view schema = {}, category = {};
};

struct SummaryRow {
  const SummaryLog* log;
  uint32_t event_id;
  std::string_view text;
  std::string_view when_field = {};  // the row counts only if this field has this value
  std::string_view when_value = {};
};

std::span<const SummaryRow> summary_rows_security();
std::span<const SummaryRow> summary_rows_windows();  // all other logs of Windows
std::span<const SummaryRow> summary_rows_unix();

}  // namespace sil::report
