// How the verbs of the ledger say what entries do, in English and French.
//
// Thread rule: stateless.
#pragma once

#include <string>
#include <string_view>

#include "ledger/news.h"
#include "report/options.h"

namespace sil::flow {

// One line without LF: "entry 4: A contests claim 2: ...".
std::string words(const ledger::News& news, report::Language language);
// What strangers wrote, on one line and without what steers a terminal.
std::string shown_line(std::string_view text);

}  // namespace sil::flow
