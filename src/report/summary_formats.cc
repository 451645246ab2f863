#include "report/summary_formats.h"

#include <algorithm>
#include <array>
#include <vector>

#include "bytes/text.h"
#include "report/codes.h"
#include "report/escape.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sil::report {
namespace {

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

// Single blanks between words and nothing else that one_line() would change.
bool is_one_line(std::string_view text) {
  size_t at = 0;
  bool after_blank = true;
#if defined(__SSE2__)
  const __m128i blank = _mm_set1_epi8(' '), nothing = _mm_setzero_si128();
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i control = _mm_or_si128(_mm_cmpeq_epi8(_mm_subs_epu8(bytes, _mm_set1_epi8(0x1F)), nothing),
                                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
    const auto blanks = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, blank)));
    if (_mm_movemask_epi8(control) != 0 || (blanks & (blanks << 1 | static_cast<unsigned>(after_blank))) != 0)
      return false;
    after_blank = (blanks >> 15) != 0;
  }
#endif
  for (; at < text.size(); ++at) {
    const bool here = is_blank(text[at]);
    if (here && (after_blank || text[at] != ' ')) return false;
    after_blank = here;
  }
  return !after_blank || text.empty();
}

std::string without_exe(std::string_view name) {
  std::string low = folded(name);
  if (low.size() > 4 && low.ends_with(".exe")) low.resize(low.size() - 4);
  return low;
}

// The image a process event is about, whatever the log calls it.
std::string image_of(const Event& event) {
  for (const char* name : {"NewProcessName", "Image"}) {
    if (std::string text = field_text(event, name); !text.empty()) return text;
  }
  return {};
}

// First word of a command line, quotes taken off; `*rest` begins behind it.
std::string_view first_word(std::string_view line, std::string_view* rest) {
  size_t from = 0, end;
  if (!line.empty() && line[0] == '"') {
    from = 1;
    end = std::min(line.find('"', 1), line.size());
    *rest = line.substr(std::min(line.size(), end + 1));
    return line.substr(from, end - from);
  }
  end = std::min(line.find(' '), line.size());
  // Unquoted "C:\Program Files\x.exe /a": the word ends behind .exe if the part before holds a path.
  const size_t exe = find_folded_ascii(line, ".exe");
  if (exe != std::string::npos && line.find('\\') < exe && (exe + 4 == line.size() || line[exe + 4] == ' '))
    end = std::max(end, exe + 4);
  *rest = line.substr(end);
  return line.substr(0, end);
}

// The program by its base name, then the rest as it was typed.
std::string command(const Event& event, std::string_view raw) {
  std::string mended;
  const std::string_view line = is_one_line(raw) ? raw : mended = one_line(raw);
  std::string_view rest;
  const std::string_view program = base_name(first_word(line, &rest));
  const std::string decoded = decoded_command(line);
  const std::string image_path = image_of(event);
  const std::string_view image = base_name(image_path);
  std::string out;
  out.reserve(image.size() + program.size() + line.size() + 4);
  out += image;
  const bool same = !image.empty() && without_exe(image) == without_exe(program);
  if (!image.empty() && !same) out += ": ";  // "cmdbak.exe: cmd /c ..."
  if (!same) out += program;
  if (decoded.empty()) return out += rest;
  out += " -EncodedCommand = ";
  return out += decoded;
}

std::string account(const Event& event, std::string_view field, const std::string& name) {
  std::string domain_field(field);
  size_t at = domain_field.rfind("UserName");
  if (at != std::string::npos)
    domain_field.replace(at, 8, "DomainName");
  else if (domain_field == "AccountName")
    domain_field = "AccountDomain";
  std::string domain = domain_field == field ? "" : field_text(event, domain_field);
  if (name.starts_with("S-1-")) return sid_text(name).empty() ? name : sid_text(name);
  size_t slash = name.find('\\');
  if (slash != std::string::npos) {
    domain = name.substr(0, slash);
    std::string rest = name.substr(slash + 1);
    return equal_folded(domain, "NT AUTHORITY") ? rest : name;
  }
  if (domain.empty() || equal_folded(domain, "NT AUTHORITY")) return name;
  return domain + "\\" + name;
}

std::string address(std::string text) {
  if (text.starts_with("::ffff:") || text.starts_with("::FFFF:")) text.erase(0, 7);
  return text;
}

// "KEY=value" up to the end of its line, in the text blocks of PowerShell 400, 600 and 800.
std::string line_of(std::string_view block, std::string_view key) {
  for (size_t at = block.find(key); at != std::string_view::npos; at = block.find(key, at + 1)) {
    size_t from = at + key.size();
    bool starts = at == 0 || is_blank(block[at - 1]);
    if (!starts || from >= block.size() || block[from] != '=') continue;
    return one_line(block.substr(from + 1, block.find('\n', from) - from - 1));
  }
  return {};
}

std::string unescaped_xml(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    for (const auto& [entity, c] : kEntities) {
      if (text.substr(at, entity.size()) != entity) continue;
      out += c;
      length = entity.size();
    }
    if (!length) out += text[at];
    at += length ? length : 1;
  }
  return out;
}
std::string element(std::string_view xml, std::string_view name) {
  std::string open = "<" + std::string(name) + ">";
  size_t from = xml.find(open);
  if (from == std::string_view::npos) return {};
  from += open.size();
  size_t to = xml.find('<', from);
  return to == std::string_view::npos ? "" : one_line(unescaped_xml(xml.substr(from, to - from)));
}

// What a scheduled task runs (MS-TSCH 2.5.8: Actions).
std::string task_action(std::string_view xml) {
  std::string program = element(xml, "Command"), arguments = element(xml, "Arguments");
  if (program.empty()) {
    std::string handler = element(xml, "ClassId");
    return handler.empty() ? "" : "COM handler " + handler;
  }
  return arguments.empty() ? program : program + " " + arguments;
}

// Names of the rights and attributes in a list of GUIDs (4662 Properties); first the ones that matter.
std::string rights(std::string_view text) {
  std::string out;
  for (size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::string name = directory_right(text.substr(at, 38));
    if (name.empty() || out.find(name) != std::string::npos) continue;
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out.empty() ? one_line(expand_codes(text)) : out;
}

std::string sids(std::string_view text) {
  std::string out;
  for (size_t at = text.find("S-1-"); at != std::string_view::npos; at = text.find("S-1-", at + 1)) {
    size_t end = at;
    while (end < text.size() && (text[end] == 'S' || text[end] == '-' || (text[end] >= '0' && text[end] <= '9'))) ++end;
    std::string name = sid_text(text.substr(at, end - at));
    if (!out.empty()) out += ", ";
    out += name.empty() ? std::string(text.substr(at, end - at)) : name;
  }
  return out.empty() ? one_line(text) : out;
}

// All members of nameless Data that are paths: ESENT names databases at varying places.
std::string paths(const Event& event) {
  std::string out;
  for (int i = 1; i <= 12; ++i) {
    std::string text = field_text(event, "Data[" + std::to_string(i) + "]");
    if (text.find(":\\") == std::string::npos && !text.starts_with("\\\\")) continue;
    if (!out.empty()) out += " -> ";
    out += text;
  }
  return out;
}

std::string or_else(std::string words, const std::string& text) {
  return words.empty() ? text : words;
}

std::string renamed(const Event& event, const std::string& original) {
  std::string image(base_name(image_of(event)));
  if (image.empty()) image = base_name(field_text(event, "ImageLoaded"));
  std::string name = without_exe(original);
  if (size_t mui = name.rfind(".mui"); mui != std::string::npos && mui + 4 == name.size()) name.resize(mui);
  if (image.empty() || without_exe(name) == without_exe(image) || equal_folded(original, "?")) return {};
  return original;
}

std::string common_name(const std::string& dn) {
  size_t mark = dn.find('=');
  if (mark == std::string::npos) return dn;
  return dn.substr(mark + 1, dn.find(',', mark) - mark - 1);
}

struct Format {
  std::string_view name;
  Formatter apply;
};
constexpr Format kFormats[] = {
    {"base", [](const Event&, std::string_view, const std::string& t) { return std::string(base_name(t)); }},
    {"cmd", [](const Event& e, std::string_view, const std::string& t) { return command(e, t); }},
    {"user", [](const Event& e, std::string_view f, const std::string& t) { return account(e, f, t); }},
    {"sid", [](const Event&, std::string_view, const std::string& t) { return or_else(sid_text(t), t); }},
    {"sids", [](const Event&, std::string_view, const std::string& t) { return sids(t); }},
    {"logon", [](const Event&, std::string_view, const std::string& t) { return or_else(logon_type(t), "type " + t); }},
    // `status`: zero says nothing; `result`: zero is a success.
    {"status",
     [](const Event&, std::string_view, const std::string& t) {
       std::string words = or_else(status_text(t), t);
       return words == "success" ? std::string() : words;
     }},
    {"result", [](const Event&, std::string_view, const std::string& t) { return or_else(status_text(t), t); }},
    {"krb", [](const Event&, std::string_view, const std::string& t) { return or_else(kerberos_text(t), t); }},
    {"etype", [](const Event&, std::string_view, const std::string& t) { return encryption_type(t); }},
    {"code", [](const Event&, std::string_view, const std::string& t) { return expand_codes(t); }},
    {"access", [](const Event&, std::string_view, const std::string& t) { return or_else(process_access(t), t); }},
    {"addr", [](const Event&, std::string_view, const std::string& t) { return address(t); }},
    {"win32", [](const Event&, std::string_view, const std::string& t) { return or_else(win32_text(t), t); }},
    {"action", [](const Event&, std::string_view, const std::string& t) { return or_else(defender_action(t), t); }},
    {"proto", [](const Event&, std::string_view, const std::string& t) { return or_else(protocol_text(t), t); }},
    {"task", [](const Event&, std::string_view, const std::string& t) { return task_action(t); }},
    {"rights", [](const Event&, std::string_view, const std::string& t) { return rights(t); }},
    {"cn", [](const Event&, std::string_view, const std::string& t) { return common_name(t); }},
    {"paths", [](const Event& e, std::string_view, const std::string&) { return paths(e); }},
    {"renamed", [](const Event& e, std::string_view, const std::string& t) { return renamed(e, t); }},
};

// Data across its array members, 1-based; 0 = all, one a line.
std::string nameless(const Event& event, size_t wanted) {
  std::string out;
  size_t seen = 0;
  if (!event.layout) return out;
  for (const LayoutField& field : event.layout->fields) {
    if (field.section != Section::kEventData || field.name != "Data") continue;
    for_each_member(event.value(field), [&](const Value& member) {
      if (++seen != wanted && wanted != 0) return true;
      if (!out.empty()) out += '\n';
      append_text(member, &out);
      return wanted == 0;
    });
  }
  return out;
}

// "Data[3]" and "param3" -> 3; 0 = neither.
size_t number_of_nameless(std::string_view field) {
  std::string_view digits;
  if (field.starts_with("Data[") && field.back() == ']')
    digits = field.substr(5, field.size() - 6);
  else if (field.starts_with("param"))
    digits = field.substr(5);
  size_t number = 0;
  for (char c : digits)
    number = c >= '0' && c <= '9' && number < 100 ? number * 10 + static_cast<size_t>(c - '0') : 1000;
  return number < 100 ? number : 0;
}

// Service Control Manager and others name their fields param1..n; older sources leave them nameless.
bool has_field(const Event& event, std::string_view name) {
  if (!event.layout) return false;
  const auto& fields = event.layout->fields;
  return std::any_of(fields.begin(), fields.end(), [&](const LayoutField& field) { return field.name == name; });
}

}  // namespace

std::string_view base_name(std::string_view path) {
  while (!path.empty() && (path.back() == '"' || path.back() == ' ')) path.remove_suffix(1);
  size_t slash = path.find_last_of("\\/");
  return slash == std::string_view::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

namespace {

std::string as_one_line(std::string text) {
  return is_one_line(text) ? std::move(text) : one_line(text);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && !is_blank(text[end])) ++end;
    if (end > at) {
      if (!out.empty()) out += ' ';
      out.append(text, at, end - at);
    }
    at = end + 1;
  }
  return out;
}

namespace {

// A line that was cut must still name what the step is about, so the cut avoids these words and addresses.
constexpr std::string_view kTellingWords[] = {
    "ntdsutil", "ntds.dit", "portproxy",  "vssadmin", "shadow",   "wevtutil",  "lsass",    "comsvcs",       "minidump",
    "procdump", "mimikatz", "psexec",     "schtasks", "certutil", "bitsadmin", "rundll32", "regsvr32",      "mshta",
    "\\sam",    "\\system", "\\security", "wmic",     "netsh",    "\\run\\",   "http",     "downloadstring"};

// For each byte of `low` whether a telling word or an IPv4 address reaches over it; empty: for none.
std::vector<uint8_t> telling_bytes(const std::string& low) {
  // Bit: a word that begins so. Two characters rule out nearly every place.
  static constexpr auto kBegins = [] {
    std::array<std::array<uint32_t, 256>, 2> table{};
    for (size_t word = 0; word < std::size(kTellingWords); ++word) {
      for (size_t i = 0; i < 2; ++i) table[i][static_cast<uint8_t>(kTellingWords[word][i])] |= uint32_t{1} << word;
    }
    return table;
  }();
  static_assert(std::size(kTellingWords) <= 32);
  std::vector<uint8_t> out;
  const auto mark = [&](size_t from, size_t to) {
    out.resize(low.size());
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(from), out.begin() + static_cast<std::ptrdiff_t>(to),
              uint8_t{1});
  };
  for (size_t at = 0; at + 1 < low.size(); ++at) {
    uint32_t words = kBegins[0][static_cast<uint8_t>(low[at])] & kBegins[1][static_cast<uint8_t>(low[at + 1])];
    for (; words != 0; words &= words - 1) {
      const std::string_view word = kTellingWords[static_cast<size_t>(__builtin_ctz(words))];
      if (low.compare(at, word.size(), word) == 0) mark(at, at + word.size());
    }
  }
  if (std::count(low.begin(), low.end(), '.') < 3) return out;
  for (size_t at = 0; at < low.size();) {  // runs of digits with three dots
    size_t end = at, dots = 0;
    for (; end < low.size() && ((low[end] >= '0' && low[end] <= '9') || low[end] == '.'); ++end)
      dots += low[end] == '.';
    if (dots == 3) mark(at, end);
    at = std::max(end, at + 1);
  }
  return out;
}

struct Cut {
  size_t at = 0, hit = SIZE_MAX;  // telling bytes that it takes away
};
// Where `length` bytes are cut out with least loss: nearest to `wanted` among the places that hit fewest telling bytes.
// Only for ASCII, where a byte is a column.
Cut best_cut(std::string_view text, size_t length, size_t wanted) {
  std::vector<uint8_t> telling = telling_bytes(folded(text));
  constexpr size_t kHead = 12, kEnd = 8;  // both ends stay
  Cut best{wanted, SIZE_MAX};
  auto distance = [&](size_t place) { return place > wanted ? place - wanted : wanted - place; };
  size_t hit = 0;
  if (telling.empty()) {
    if (text.size() < kHead + length + kEnd) return best;
    return {std::clamp(wanted, kHead, text.size() - length - kEnd), 0};
  }
  for (size_t i = 0; i < length; ++i) hit += telling[i];
  for (size_t at = 0; at + length <= text.size(); ++at) {
    if (at > 0) hit = hit + telling[at + length - 1] - telling[at - 1];
    if (at < kHead || at + length + kEnd > text.size()) continue;
    if (hit < best.hit || (hit == best.hit && distance(at) < distance(best.at))) best = {at, hit};
  }
  return best;
}

std::string without(std::string_view text, size_t at, size_t length) {
  return std::string(text.substr(0, at)) + "..." + std::string(text.substr(at + length));
}

// One cut, or two shorter ones where one would take away a telling word.
std::string cut_to(std::string_view text, size_t columns) {
  size_t excess = text.size() - columns, wanted = columns - 3 - (columns - 3) / 3;
  Cut one = best_cut(text, excess + 3, wanted);
  if (one.hit == 0 || excess < 12) return without(text, one.at, excess + 3);
  size_t half = excess / 2 + 3;
  Cut first = best_cut(text, half, wanted / 2);
  std::string shorter = without(text, first.at, half);
  size_t rest = shorter.size() - columns + 3;
  Cut second = best_cut(shorter, rest, wanted);
  if (first.hit + second.hit >= one.hit) return without(text, one.at, excess + 3);
  return without(shorter, second.at, rest);
}

}  // namespace

std::string clipped_middle(std::string_view text, int columns) {
  if (is_narrow(text, columns) || columns_of(text) <= columns) return std::string(text);
  if (columns < 24) return clipped(text, columns);
  if (is_ascii(text)) return cut_to(text, static_cast<size_t>(columns));
  int tail_columns = (columns - 3) / 3;
  size_t tail = text.size();
  for (size_t at = text.size(); at > 0;) {
    --at;
    if ((static_cast<uint8_t>(text[at]) & 0xC0) == 0x80) continue;  // inside a character
    if (columns_of(text.substr(at)) > tail_columns) break;
    tail = at;
  }
  std::string_view end = text.substr(tail);
  return clipped(text.substr(0, tail), columns - columns_of(end)) + std::string(end);
}

std::string decoded_command(std::string_view line) {
  if (find_folded_ascii(line, "powershell") == std::string_view::npos) return {};
  const std::string low = folded(line);
  if (low.size() != line.size()) return {};
  static constexpr std::string_view kOption = "encodedcommand";
  for (size_t at = low.find_first_of("-/"); at != std::string::npos; at = low.find_first_of("-/", at + 1)) {
    size_t end = std::min(low.find(' ', at), low.size());
    std::string_view word = std::string_view(low).substr(at + 1, end - at - 1);
    bool alias = word == "ec";
    if (at == 0 || low[at - 1] != ' ' || word.empty() || (!alias && !kOption.starts_with(word))) continue;
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = std::min(line.size(), line.find_first_not_of(" \"'", end)); i < line.size(); ++i) {
      char c = line[i];
      int v = c >= 'A' && c <= 'Z'   ? c - 'A'
              : c >= 'a' && c <= 'z' ? c - 'a' + 26
              : c >= '0' && c <= '9' ? c - '0' + 52
              : c == '+'             ? 62
              : c == '/'             ? 63
                                     : -1;
      if (v < 0) break;
      bits = bits << 6 | static_cast<uint32_t>(v);
      if ((count += 6) < 8) continue;
      bytes += static_cast<char>(bits >> (count -= 8));
    }
    if (bytes.size() < 8) continue;
    std::string text;
    append_utf8_from_utf16le(Bytes(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), &text);
    auto plain = std::count_if(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (static_cast<size_t>(plain) * 10 >= text.size() * 8) return one_line(text);
  }
  return {};
}

std::string field_text(const Event& event, std::string_view field) {
  std::string text;
  size_t number = number_of_nameless(field);
  if (number && !(field[0] == 'p' && has_field(event, field)))
    text = nameless(event, number);
  else
    text = field == "Data" ? nameless(event, 0) : event.text(field);
  size_t from = 0;
  while (from < text.size() && is_blank(text[from])) ++from;
  while (text.size() > from && is_blank(text.back())) text.pop_back();
  text.erase(0, from);
  return text == "-" ? "" : text;
}

Formatter formatter_of(std::string_view format) {
  for (const Format& known : kFormats) {
    if (known.name == format) return known.apply;
  }
  return nullptr;
}

std::string format_value(const Event& event, std::string_view field, std::string_view format, Formatter formatter) {
  if (format == "paths") return one_line(paths(event));
  std::string text = field_text(event, field);
  if (text.empty() || format.empty()) return as_one_line(std::move(text));
  if (format.starts_with("kv=")) return line_of(text, format.substr(3));
  return as_one_line(formatter ? formatter(event, field, text) : std::move(text));
}

std::string format_value(const Event& event, std::string_view field, std::string_view format) {
  return format_value(event, field, format, formatter_of(format));
}

}  // namespace sil::report
