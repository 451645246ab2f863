// Every word that report.html and the one-screen summary say, in one table: a language is one column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/evidence.h"
#include "report/options.h"

namespace sil::report {

enum class Text : uint8_t {
  kReport,
  kCreated,
  kMadeBy,
  kSources,
  kSource,
  kEvents,
  kFindings,
  kAnomalies,
  kHosts,
  kHost,
  kRules,
  kRule,
  kRead,
  kPeriod,
  kTimesIn,
  kOverTime,
  kSteps,
  kStepsAbout,
  kByRule,
  kByHost,
  kFilter,
  kAllHosts,
  kTime,
  kWhat,
  kLevel,
  kFirst,
  kLast,
  kCount,
  kField,
  kValue,
  kSelection,
  kCitation,
  kOffset,
  kLength,
  kDigestOfRecord,
  kMissing,
  kJoined,
  kOnJoined,
  kRecovered,
  kOnRecovered,
  kBroughtBack,
  kRecord,
  kPath,
  kSize,
  kFormat,
  kAlsoAt,
  kKind,
  kExpected,
  kFound,
  kLoaded,
  kRefused,
  kReason,
  kShownOf,
  kMoreRules,
  kNothing,
  kNoAnomalies,
  kHowToCheck,
  kCheckAbout,
  kUnreadable,
  kOutside,
  kTimeless,
  kTags,
  kReferences,
  kNoTime,
  kOf,
  kBytesRead,
  kCountedOnly,
  kMoreSteps,
  kReportLies,
  kDamage,
  kAnd,
  kUnknownFiles,
  kUnknownTexts,
  kNoFindings,
  kPerBar,
  kMoreSources,
  kHighestBar,
  kDay,
  kTextCount
};
const char* text(Text which, Language language);
const char* level_word(Level level, Language language);
// Kinds of anomalies keep their names in English, where they are identifiers; French puts them in words.
// "2 structures do not end where they say": for people who have not read the list of kinds.
std::string anomaly_sentence(std::string_view name, uint64_t count, Language language);
std::string anomaly_word(std::string_view name, Language language);

}  // namespace sil::report
