// The tables in docs/taxonomy.md are written from model/taxonomy: this test fails where they differ. With
// SIL_WRITE_TAXONOMY set it writes them anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "bytes/file.h"
#include "model/taxonomy/schema.h"

namespace sil::taxonomy {
namespace {

constexpr std::string_view kBegin = "<!-- written by routing_test: begin -->\n";
constexpr std::string_view kEnd = "<!-- written by routing_test: end -->\n";

std::string words_of(std::string_view list, char separator) {
  std::string out;
  while (!list.empty()) {
    const size_t end = std::min(list.find(separator), list.size());
    std::string_view item = list.substr(0, end);
    while (item.starts_with(' ')) item.remove_prefix(1);
    if (!item.empty()) out += (out.empty() ? "`" : " or `") + std::string(item) + "`";
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

const char* name_of(Translation translation) {
  switch (translation) {
    case Translation::kNone: return "";
    case Translation::kIntegrityLevel: return "label SID to word";
    case Translation::kHexToDecimal: return "hexadecimal to decimal";
    case Translation::kRegistryPath: return "key and value name as Sysmon writes them";
    case Translation::kRegistryOperation: return "code of the operation to word";
    case Translation::kRegistryDetails: return "value and type as Sysmon writes them";
    case Translation::kDirection: return "direction to true or false";
    case Translation::kProtocol: return "protocol number to name";
    case Translation::kDomainUser: return "domain and user joined, known SIDs named";
    case Translation::kDevicePath: return "device path to drive";
    case Translation::kHashOf: return "one digest out of the list";
    case Translation::kStripFilePrefix: return "without `file:_`";
    case Translation::kEcsUser: return "the log's own, else domain and name joined";
    case Translation::kEcsHashes: return "the log's own, else the digests joined";
    case Translation::kEcsDirection: return "the log's own, else egress = true, ingress = false";
    case Translation::kMessageLine: return "the log's own, else its line in the message";
    case Translation::kNamedMember: return "the log's own, else the value of the object of this name";
    case Translation::kMessagePair: return "the log's own, else its pair in the message";
    case Translation::kJoinedArguments: return "arguments joined by blanks";
    case Translation::kUnixUser: return "name, else number; 0 is root";
    case Translation::kGoogleService: return "application to service name";
    case Translation::kBlocked: return "true where it was stopped, false where it passed";
    case Translation::kKeyValueLine: return "its line in the data block";
  }
  return "?";
}

std::string renames_of(std::span<const Rename> renames) {
  std::string out;
  for (const Rename& row : renames) {
    out += out.empty() ? "" : "; ";
    out += "`" + std::string(row.field) + "`";
    if (row.names.empty()) {
      out += " (the log has none)";
      continue;
    }
    out += " <- " + words_of(row.names, '|');
    if (row.translation != Translation::kNone) out += std::string(" (") + name_of(row.translation) + ")";
  }
  return out;
}

std::string logsource(std::string_view product, std::string_view category, std::string_view service) {
  std::string out;
  for (const auto& [word, value] : {std::pair{"product", product}, {"category", category}, {"service", service}}) {
    if (!value.empty()) out += (out.empty() ? "" : ", ") + std::string(word) + " " + std::string(value);
  }
  return out.empty() ? "nothing" : out;
}

std::string scope_of(const SchemaFields& fields) {
  std::string out;
  if (!fields.category.empty()) out += "category " + std::string(fields.category);
  if (!fields.service.empty()) out += (out.empty() ? "" : ", ") + ("events of service " + std::string(fields.service));
  if (fields.last_id != 0) {
    out += (out.empty() ? "" : ", ") + ("event " + std::to_string(fields.first_id));
    if (fields.last_id != fields.first_id) out += " to " + std::to_string(fields.last_id);
  }
  return out.empty() ? "any rule" : out;
}

void append_schema(const Schema& schema, std::string* out) {
  *out += "### " + std::string(schema.name) + "\n" + std::string(schema.title) + ".\n\n";
  const bool chosen = schema.signature.empty();
  *out += "- Signature: " + (chosen ? "none, the reader of its format chooses it" : words_of(schema.signature, ';'));
  *out += "\n";
  if (!schema.product.empty()) *out += "- Product: " + std::string(schema.product) + "\n";
  std::string times;
  for (const TimeField& time : schema.times) {
    times += (times.empty() ? "`" : ", `") + std::string(time.path) + "`";
    if (time.form == TimeForm::kEpoch) times += " (since 1970)";
    if (time.form == TimeForm::kLocalText) times += " (the host's zone)";
  }
  if (!times.empty()) *out += "- Time: " + times + "\n";
  for (const auto& [word, paths] : {std::pair{"Channel", schema.channel},
                                    {"Provider", schema.provider},
                                    {"Event id", schema.event_id},
                                    {"Record id", schema.record_id},
                                    {"Host", schema.host}}) {
    if (!paths.empty()) *out += std::string("- ") + word + ": " + words_of(paths, '|') + "\n";
  }
  if (!schema.key_field.empty())
    *out += "- Keys of the record's own objects and arrays are values of `" + std::string(schema.key_field) + "`\n";
  for (const KindRoute& route : schema.routes) {
    *out +=
        "- `" + std::string(route.path) + "`" + (route.value.empty() ? "" : " = `" + std::string(route.value) + "`");
    *out += ": " + logsource(route.product, route.category, route.service == "$" ? "as it says" : route.service) + "\n";
  }
  for (const Offer& offer : schema.offers) {
    const std::string of =
        offer.service.empty() && offer.of.empty() ? "any event" : logsource("", offer.of, offer.service);
    *out += "- serves besides: category " + std::string(offer.category) + " (" + of + ")\n";
  }
  for (const Serves& row : schema.serves) {
    *out += "- serves besides: " + logsource(row.product, "", row.also) + " (";
    *out += row.service.empty() ? "any event)\n" : "service " + std::string(row.service) + ")\n";
  }
  for (const auto& rows : {schema.fields, schema.more_fields}) {
    for (const SchemaFields& row : rows) *out += "- " + scope_of(row) + ": " + renames_of(row.renames) + "\n";
  }
  *out += "\n";
}

void append_windows(std::string* out) {
  *out += "### Services\n\n| service | channels |\n| --- | --- |\n";
  std::map<std::string, std::string> channels;
  for (const WindowsService& row : windows_services()) {
    std::string& text = channels[std::string(row.service)];
    text += (text.empty() ? "" : ", ") + std::string(row.channel);
  }
  for (const auto& [service, text] : channels) *out += "| " + service + " | " + text + " |\n";
  *out +=
      "\n### Categories\n\n| category | service | event ids | only where | renames |\n| --- | --- | --- | --- | --- "
      "|\n";
  for (const WindowsCategory& row : windows_categories()) {
    *out += "| " + std::string(row.category) + " | " + std::string(row.service) + " | " + std::to_string(row.first_id);
    if (row.last_id != row.first_id) *out += " to " + std::to_string(row.last_id);
    *out += " | ";
    if (!row.guard_field.empty()) *out += std::string(row.guard_field) + " is " + words_of(row.guard_values, '|');
    *out += " | " + renames_of(row.renames) + " |\n";
  }
  *out += "\n";
}

std::string tables() {
  std::string out = "## Schemas, in the order in which they are tried\n\n";
  for (const Schema* schema : schemas()) append_schema(*schema, &out);
  out += "## Windows: channels and event ids\n\n";
  append_windows(&out);
  out += "## Logsources known besides Windows\n\n| logsource | reader |\n| --- | --- |\n";
  for (const KnownLogsource& row : known_logsources())
    out +=
        "| " + logsource(row.product, row.category, row.service) + " | " + (row.readable ? "yes" : "none yet") + " |\n";
  return out;
}

TEST(TaxonomyPage, ShowsTheTablesAsTheyAre) {
  auto page = read_whole(SIL_TAXONOMY_PAGE, 4 << 20);
  ASSERT_TRUE(page.has_value()) << page.error().text();
  const size_t begin = page->find(kBegin), end = page->find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end);
  const std::string wanted = page->substr(0, begin + kBegin.size()) + "\n" + tables() + "\n" + page->substr(end);
  if (std::getenv("SIL_WRITE_TAXONOMY") != nullptr)
    std::ofstream(SIL_TAXONOMY_PAGE, std::ios::binary) << wanted;
  else
    EXPECT_TRUE(*page == wanted) << "run SIL_WRITE_TAXONOMY=1 routing_test --gtest_filter='TaxonomyPage.*'";
}

}  // namespace
}  // namespace sil::taxonomy
