#include "hunt/pattern.h"

#include "bytes/text.h"

namespace sil::hunt {
namespace {

constexpr std::string_view kDashes[] = {"-", "/", "\u2013", "\u2014", "\u2015"};

using Kind = PatternPart::Kind;

void add_literal(Parts* parts, std::string_view text) {
  if (parts->empty() || parts->back().kind != Kind::kLiteral) parts->push_back({Kind::kLiteral, {}});
  parts->back().literal += text;
}

// Word characters as Python's re has them (pySigma places dashes with \B and \b): letters, digits,
// underscore. Outside ASCII every scalar counts that is not a known mark, blank or symbol block.
bool is_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  if (c < 0xC0)
    return c == 0xAA || c == 0xB5 || c == 0xBA || c == 0xB2 || c == 0xB3 || c == 0xB9 || (c >= 0xBC && c <= 0xBE);
  if (c == 0xD7 || c == 0xF7) return false;
  if (c >= 0x2000 && c < 0x2070) return false;  // general punctuation
  if (c >= 0x20A0 && c < 0x2100) return false;  // currency, combining marks for symbols
  if (c >= 0x2190 && c < 0x2460) return false;  // arrows, operators, technical
  if (c >= 0x2500 && c < 0x2C00) return false;  // boxes, shapes, dingbats
  if (c >= 0x3000 && c < 0x3005) return false;
  if (c >= 0xE000 && c < 0xF900) return false;  // private use
  return c != kReplacement;
}

}  // namespace

bool is_dash(char32_t code) {
  return code == '-' || code == '/' || (code >= 0x2013 && code <= 0x2015);
}

Parts parse_parts(std::string_view text) {
  Parts parts;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '*' || c == '?') {
      parts.push_back({c == '*' ? Kind::kAnyRun : Kind::kAnyOne, {}});
      continue;
    }
    if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '?' || text[i + 1] == '\\')) ++i;
    add_literal(&parts, text.substr(i, 1));
  }
  return parts;
}

bool has_wildcard(const Parts& parts) {
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::kAnyRun || part.kind == Kind::kAnyOne) return true;
  }
  return false;
}

std::string literal_text(const Parts& parts) {
  std::string out;
  for (const PatternPart& part : parts) out += part.literal;
  return out;
}

void mark_dashes(Parts* parts) {
  Parts out;
  for (PatternPart& part : *parts) {
    if (part.kind != Kind::kLiteral) {
      out.push_back(std::move(part));
      continue;
    }
    bool word_before = false;  // the start of a part counts as the start of the text, as in pySigma
    std::string_view text = part.literal;
    for (size_t at = 0; at < text.size();) {
      size_t start = at;
      char32_t code = next_scalar(text, &at);
      bool dash = false;
      if (is_dash(code) && !word_before && at < text.size()) {
        size_t ahead = at;
        dash = is_word(next_scalar(text, &ahead));
      }
      if (dash)
        out.push_back({Kind::kDash, {}});
      else
        add_literal(&out, text.substr(start, at - start));
      word_before = is_word(code);
    }
  }
  *parts = std::move(out);
}

bool spell_dashes(const Parts& parts, size_t limit, std::vector<Parts>* out) {
  out->assign(1, {});
  for (const PatternPart& part : parts) {
    if (part.kind != Kind::kDash) {
      for (Parts& spelt : *out) {
        if (part.kind == Kind::kLiteral)
          add_literal(&spelt, part.literal);
        else
          spelt.push_back(part);
      }
      continue;
    }
    if (out->size() * std::size(kDashes) > limit) return false;
    std::vector<Parts> more;
    for (const Parts& spelt : *out) {
      for (std::string_view dash : kDashes) {
        more.push_back(spelt);
        add_literal(&more.back(), dash);
      }
    }
    *out = std::move(more);
  }
  return true;
}

Pattern finish(Parts parts, Ends ends, bool cased) {
  Pattern out;
  out.cased = cased;
  auto any_run = [&out] {
    if (out.parts.empty() || out.parts.back().kind != Kind::kAnyRun) out.parts.push_back({Kind::kAnyRun, {}});
  };
  if (ends.open_start) any_run();
  for (PatternPart& part : parts) {
    if (part.kind == Kind::kAnyRun) {
      any_run();
    } else if (part.kind == Kind::kLiteral) {
      if (!part.literal.empty()) add_literal(&out.parts, cased ? part.literal : folded(part.literal));
    } else {
      out.parts.push_back({part.kind, {}});
    }
  }
  if (ends.open_end) any_run();
  return out;
}

bool pattern_matches(const Pattern& pattern, std::string_view text) {
  const Parts& parts = pattern.parts;
  size_t part = 0, at = 0;
  size_t retry_part = 0, retry_at = 0;  // where the last '*' stood and from where it is tried next
  bool can_retry = false;
  while (true) {
    if (part < parts.size() && parts[part].kind == Kind::kAnyRun) {
      retry_part = ++part;
      retry_at = at;
      can_retry = true;
      continue;
    }
    if (part == parts.size() && at == text.size()) return true;
    bool ok = false;
    if (part < parts.size() && parts[part].kind == Kind::kLiteral) {
      ok = text.substr(at).starts_with(parts[part].literal);
      if (ok) at += parts[part].literal.size();
    } else if (part < parts.size() && at < text.size()) {
      size_t next = at;
      char32_t code = next_scalar(text, &next);
      ok = parts[part].kind == Kind::kAnyOne || is_dash(code);
      if (ok) at = next;
    }
    if (ok) {
      ++part;
      continue;
    }
    if (!can_retry || retry_at >= text.size()) return false;
    if (retry_part < parts.size() && parts[retry_part].kind == Kind::kLiteral) {  // jump to the next possible place
      size_t found = text.find(parts[retry_part].literal, retry_at + 1);
      if (found == std::string_view::npos) return false;
      retry_at = found;
    } else {
      next_scalar(text, &retry_at);
    }
    part = retry_part;
    at = retry_at;
  }
}

}  // namespace sil::hunt
