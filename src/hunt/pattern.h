// Sigma strings: wildcards and escapes (Sigma 2.1, "Escaping"; sigma reference 1.2), and what the text
// modifiers make of them. Until finish() literals keep the rule's spelling; a modifier adds parts, never
// characters. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hunt/rule.h"

namespace sil::hunt {

using Parts = std::vector<PatternPart>;

// '*' and '?' are wildcards; \* \? \\ are the characters; a backslash before anything else is itself.
Parts parse_parts(std::string_view text);
bool has_wildcard(const Parts& parts);
std::string literal_text(const Parts& parts);  // of parts without wildcards

// windash: each - / or Unicode dash that stands at \B and before a word character becomes kDash.
void mark_dashes(Parts* parts);
// The spellings of kDash parts written out; false when that would be more than `limit` texts.
bool spell_dashes(const Parts& parts, size_t limit, std::vector<Parts>* out);

struct Ends {
  bool open_start = false, open_end = false;  // endswith, startswith; both: contains
};
// Opens the ends, joins neighbouring literals, folds them unless cased.
Pattern finish(Parts parts, Ends ends, bool cased);

// Does `text` (folded already unless the pattern is cased) match from end to end? Plain backtracking over
// parts, linear in practice: the last '*' alone is retried.
bool pattern_matches(const Pattern& pattern, std::string_view text);
bool is_dash(char32_t code);

}  // namespace sil::hunt
