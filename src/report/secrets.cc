#include "report/secrets.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "bytes/json_writer.h"
#include "model/json_token.h"
#include "report/secret_signs.h"

namespace sil::report {
namespace {

enum class Takes : uint8_t {
  kAttached,      // the secret follows at once: /password:X, -hpX
  kNext,          // the secret is the next word: -pw X
  kEither,        // both are accepted: -P X, -PX
  kAfterColon,    // the next word is user:X
  kAfterPercent,  // the next word is user%X
  kThirdWord,     // the third word that follows: -b user domain X
};

struct Option {
  std::string_view program;  // base name without .exe; empty = whatever the program is
  std::string_view option;   // lower case unless `exact`
  Takes takes;
  bool exact = false;  // the option's case carries meaning (sqlcmd -P against -p)
};

// Facts from the programs' own help pages.
constexpr Option kOptions[] = {
    {"", "/password:", Takes::kAttached},       // wmic, Rubeus, dism
    {"", "-password:", Takes::kAttached},       // wbadmin, winrs
    {"", "/adminpassword:", Takes::kAttached},  // dcpromo
    {"", "/safemodeadminpassword:", Takes::kAttached},
    {"", "/passwordd:", Takes::kAttached},  // netdom, the domain account
    {"", "/passwordo:", Takes::kAttached},  // netdom, the object's account
    {"", "/pd:", Takes::kAttached},
    {"", "--password", Takes::kNext},
    {"", "--password=", Takes::kAttached},
    {"", "--http-password=", Takes::kAttached},  // wget
    {"", "--ftp-password=", Takes::kAttached},
    {"", "-password", Takes::kNext},
    {"", "/password=", Takes::kAttached},
    {"", "-passin pass:", Takes::kAttached},  // openssl
    {"", "-passout pass:", Takes::kAttached},
    {"cmdkey", "/pass:", Takes::kEither},
    {"winrs", "-p:", Takes::kAttached},
    {"winrs", "/p:", Takes::kAttached},
    {"xfreerdp", "/p:", Takes::kAttached},
    {"wfreerdp", "/p:", Takes::kAttached},
    {"psexec", "-p", Takes::kNext},
    {"psexec64", "-p", Takes::kNext},
    {"psexec", "/p", Takes::kNext},
    {"psexec64", "/p", Takes::kNext},
    {"paexec", "-p", Takes::kNext},
    {"remcom", "/pwd:", Takes::kAttached},
    {"psloggedon", "-p", Takes::kNext},
    {"psservice", "-p", Takes::kNext},
    {"pskill", "-p", Takes::kNext},
    {"pslist", "-p", Takes::kNext},
    {"psinfo", "-p", Takes::kNext},
    {"csexec", "-p", Takes::kNext},
    {"rar", "-hp", Takes::kAttached},
    {"rar", "-p", Takes::kAttached},
    {"winrar", "-hp", Takes::kAttached},
    {"winrar", "-p", Takes::kAttached},
    {"unrar", "-p", Takes::kAttached},
    {"7z", "-p", Takes::kAttached},
    {"7za", "-p", Takes::kAttached},
    {"7zr", "-p", Takes::kAttached},
    {"7zg", "-p", Takes::kAttached},
    {"zip", "-p", Takes::kNext},
    {"sqlcmd", "-P", Takes::kEither, true},
    {"osql", "-P", Takes::kEither, true},
    {"isql", "-P", Takes::kEither, true},
    {"bcp", "-P", Takes::kEither, true},
    {"mysql", "-p", Takes::kAttached, true},
    {"mysqldump", "-p", Takes::kAttached, true},
    {"plink", "-pw", Takes::kNext},
    {"pscp", "-pw", Takes::kNext},
    {"psftp", "-pw", Takes::kNext},
    {"putty", "-pw", Takes::kNext},
    {"kitty", "-pw", Takes::kNext},
    {"winscp", "/password=", Takes::kAttached},
    {"sshpass", "-p", Takes::kEither},
    {"schtasks", "/rp", Takes::kNext},
    {"schtasks", "/p", Takes::kNext},
    {"schtasks", "-rp", Takes::kNext},
    {"at", "/p:", Takes::kAttached},
    {"dsadd", "-pwd", Takes::kNext},
    {"dsmod", "-pwd", Takes::kNext},
    {"dsquery", "-p", Takes::kNext},
    {"dsget", "-p", Takes::kNext},
    {"systeminfo", "/p", Takes::kNext},
    {"tasklist", "/p", Takes::kNext},
    {"taskkill", "/p", Takes::kNext},
    {"driverquery", "/p", Takes::kNext},
    {"getmac", "/p", Takes::kNext},
    {"gpresult", "/p", Takes::kNext},
    {"openfiles", "/p", Takes::kNext},
    {"eventcreate", "/p", Takes::kNext},
    {"shutdown", "/p:", Takes::kAttached},
    {"wevtutil", "/p:", Takes::kAttached},
    {"wecutil", "/cup:", Takes::kAttached},
    {"vssadmin", "/p:", Takes::kAttached},
    {"ldifde", "-b", Takes::kThirdWord},
    {"csvde", "-b", Takes::kThirdWord},
    {"curl", "-u", Takes::kAfterColon},
    {"curl", "--user", Takes::kAfterColon},
    {"curl", "--proxy-user", Takes::kAfterColon},
    {"smbclient", "-u", Takes::kAfterPercent},
    {"rpcclient", "-u", Takes::kAfterPercent},
    {"crackmapexec", "-p", Takes::kNext},
    {"netexec", "-p", Takes::kNext},
    {"nxc", "-p", Takes::kNext},
    {"netsh", "keymaterial=", Takes::kAttached},
    {"netsh", "key=", Takes::kAttached},
};

// A name that says "secret" and is assigned a value: sc password= X, Pwd=X;, $password = 'X', Authorization:
// Basic X.
constexpr std::string_view kAssigned[] = {"password", "passwd", "pwd", "passphrase"};
constexpr std::string_view kHeaders[] = {"authorization: basic ", "authorization: bearer "};
constexpr std::string_view kNets[] = {"net", "net1"};

constexpr size_t kShortest = 6;  // no shorter text holds an option and a secret

struct Range {
  size_t from, to;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// What every text with a secret must hold; made of the tables, so that a new row cannot be forgotten.
class Gate {
 public:
  Gate() {
    for (const Option& option : kOptions) {
      const bool any_program = option.program.empty();
      if (!any_program) signs_.add_word(option.program);
      by_key_.push_back(
          {SecretSigns::key_of(option.program), &option, any_program ? signs_.add_run(option.option) : uint64_t{0}});
    }
    std::stable_sort(by_key_.begin(), by_key_.end(), [](const Row& a, const Row& b) { return a.key < b.key; });
    for (std::string_view net : kNets) signs_.add_word(net);
    for (std::string_view name : kAssigned) assigned_.emplace_back(name, signs_.add_run(name));
    for (std::string_view header : kHeaders) headers_.emplace_back(header, signs_.add_run(header));
    secure_string_ = signs_.add_run("convertto-securestring");
    url_ = signs_.add_run("://");
  }
  [[nodiscard]] SecretSigns::Found find(std::string_view text) const { return signs_.find(text); }
  struct Row {
    uint64_t key;
    const Option* option;
    uint64_t run;  // of an option for any program: without this run in the text it is not there
  };
  // Rows of the table for programs of this key, in the table's order; key 0: for any program.
  [[nodiscard]] std::span<const Row> rows(uint64_t key) const {
    auto from = std::lower_bound(by_key_.begin(), by_key_.end(), key,
                                 [](const Row& row, uint64_t wanted) { return row.key < wanted; });
    auto to = from;
    while (to != by_key_.end() && to->key == key) ++to;
    return {from, to};
  }
  using Named = std::pair<std::string_view, uint64_t>;  // what is looked for, and its run
  [[nodiscard]] const std::vector<Named>& assigned() const { return assigned_; }
  [[nodiscard]] const std::vector<Named>& headers() const { return headers_; }
  [[nodiscard]] uint64_t secure_string() const { return secure_string_; }
  [[nodiscard]] uint64_t url() const { return url_; }

 private:
  SecretSigns signs_;
  std::vector<Row> by_key_;
  std::vector<Named> assigned_, headers_;
  uint64_t secure_string_ = 0, url_ = 0;
};

const Gate& gate() {
  static const Gate one;
  return one;
}

// One text with its lower-case twin; collects the ranges to mask.
class Scanner {
 public:
  Scanner(std::string_view text, const SecretSigns::Found& found) : text_(text), found_(found), low_(text) {
    for (char& c : low_) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
  }

  std::vector<Range> run() {
    find_options();
    for (std::string_view net : kNets) {
      if (found_.has(SecretSigns::key_of(net))) find_net(net);
    }
    for (const auto& [name, run] : gate().assigned()) {
      if (found_.runs & run) find_assigned(name);
    }
    for (const auto& [header, run] : gate().headers()) {
      if (found_.runs & run) find_header(header);
    }
    if (found_.runs & gate().secure_string()) find_secure_string();
    if (found_.runs & gate().url()) find_url();
    return std::move(ranges_);
  }

 private:
  // ---- where commands begin and end ----
  size_t next_program(std::string_view name, size_t from) const {
    for (size_t at = low_.find(name, from); at != std::string::npos; at = low_.find(name, at + 1)) {
      if (at > 0 && (is_word(low_[at - 1]) || low_[at - 1] == '.')) continue;
      size_t end = at + name.size();
      if (low_.compare(end, 4, ".exe") == 0) end += 4;
      if (end == low_.size() || is_blank(low_[end]) || is_quote(low_[end]) || low_[end] == '\\') return end;
    }
    return std::string::npos;
  }
  size_t end_of_command(size_t from) const {
    size_t end = low_.find_first_of("&|\n", from);
    return end == std::string::npos ? low_.size() : end;
  }

  // ---- words ----
  size_t skip_blanks(size_t at, size_t end) const {
    while (at < end && is_blank(low_[at])) ++at;
    return at;
  }
  // The word at `at` without its quotes; `*next` is where the scan goes on.
  Range word(size_t at, size_t end, size_t* next) const {
    bool escaped = at + 1 < end && low_[at] == '\\' && low_[at + 1] == '"';
    if (escaped || (at < end && is_quote(low_[at]))) {
      std::string_view quote = escaped ? std::string_view("\\\"") : std::string_view(low_).substr(at, 1);
      size_t from = at + quote.size();
      size_t to = low_.find(quote, from);
      // A quote that closes something opened earlier: `cmd /c "net use \\h\s pw"`.
      if (to == std::string::npos) to = low_.size();
      *next = std::min(low_.size(), to + quote.size());
      return {from, to};
    }
    size_t to = at;
    while (to < end && !is_blank(low_[to]) && low_[to] != '"' && low_[to] != '\'' && low_[to] != '\0') ++to;
    if (to > at + 1 && to < low_.size() && low_[to] == '"' && low_[to - 1] == '\\') --to;  // a closing \"
    *next = std::max(to, at + 1);
    return {at, to};
  }
  void mask(Range range) {
    std::string_view secret = text_.substr(range.from, range.to - range.from);
    if (secret.empty() || secret == "*" || secret == kMask || secret[0] == '$' || secret[0] == '%') return;
    ranges_.push_back(range);
  }
  void mask_word(size_t at, size_t end) {
    size_t next = 0;
    at = skip_blanks(at, end);
    if (at < end) mask(word(at, end, &next));
  }

  // ---- patterns ----
  void find_options() {
    for (const Gate::Row& row : gate().rows(0)) {
      if (found_.runs & row.run) find_option_between(*row.option, 0, low_.size());
    }
    std::string_view program;
    std::vector<size_t> uses;  // where the program's words begin; rows of one program stand together
    for (size_t i = 0; i < found_.words.size(); ++i) {
      if (std::find(found_.words.begin(), found_.words.begin() + static_cast<std::ptrdiff_t>(i), found_.words[i]) !=
          found_.words.begin() + static_cast<std::ptrdiff_t>(i))
        continue;  // seen before
      for (const Gate::Row& row : gate().rows(found_.words[i])) {
        if (row.option->program != program) {
          program = row.option->program;
          uses.clear();
          for (size_t at = next_program(program, 0); at != std::string::npos; at = next_program(program, at))
            uses.push_back(at);
        }
        for (size_t at : uses) find_option_between(*row.option, at, end_of_command(at));
      }
    }
  }
  void find_option_between(const Option& option, size_t from, size_t end) {
    std::string_view text = option.exact ? text_ : std::string_view(low_);
    for (size_t at = text.find(option.option, from); at < end; at = text.find(option.option, at + 1)) {
      if (at > 0 && !is_blank(low_[at - 1]) && !is_quote(low_[at - 1])) continue;
      take(option.takes, at + option.option.size(), end);
    }
  }
  void take(Takes takes, size_t at, size_t end) {
    size_t next = 0;
    bool detached = at < end && is_blank(low_[at]);
    switch (takes) {
      case Takes::kAttached:
        if (at < end && !detached) mask(word(at, end, &next));
        return;
      case Takes::kNext:
        if (detached) mask_word(at, end);
        return;
      case Takes::kEither: mask_word(at, end); return;
      case Takes::kAfterColon:
      case Takes::kAfterPercent: {
        at = skip_blanks(at, end);
        if (at >= end) return;
        Range whole = word(at, end, &next);
        size_t mark = low_.find(takes == Takes::kAfterColon ? ':' : '%', whole.from);
        if (mark < whole.to) mask({mark + 1, whole.to});
        return;
      }
      case Takes::kThirdWord:
        for (int i = 0; i < 3; ++i) {
          at = skip_blanks(at, end);
          if (at >= end) return;
          Range range = word(at, end, &next);
          if (i == 2) mask(range);
          at = next;
        }
    }
  }

  // net use [device] \\host\share [X] /user:u [X]; net user name X [/add]
  void find_net(std::string_view name) {
    for (size_t at = next_program(name, 0); at != std::string::npos; at = next_program(name, at)) {
      size_t end = end_of_command(at), next = at;
      if (at < end && is_quote(low_[at])) ++next;  // "C:\...\net.exe" use
      at = std::max(at, next);
      std::vector<Range> plain;
      std::string_view verb;
      for (size_t i = skip_blanks(next, end); i < end; i = skip_blanks(next, end)) {
        Range range = word(i, end, &next);
        std::string_view text = std::string_view(low_).substr(range.from, range.to - range.from);
        if (text.empty()) continue;
        if (verb.empty())
          verb = text;
        else if (text[0] != '/')
          plain.push_back(range);
        if (low_[i] != '"' && range.to < end && low_[range.to] == '"') break;  // the quote around the whole command
      }
      if (verb == "user" && plain.size() >= 2) mask(plain[1]);
      if (verb == "use") mask_after_share(plain);
    }
  }
  void mask_after_share(const std::vector<Range>& plain) {
    for (size_t i = 0; i + 1 < plain.size(); ++i) {
      if (low_.compare(plain[i].from, 2, "\\\\") != 0) continue;
      mask(plain[i + 1]);
      return;
    }
  }

  // password=X, password= X, $pwd = "X", Password: "X"
  void find_assigned(std::string_view name) {
    for (size_t at = low_.find(name); at != std::string::npos; at = low_.find(name, at + 1)) {
      size_t i = at + name.size();
      while (i < low_.size() && low_[i] == ' ') ++i;
      if (i >= low_.size() || low_[i] != '=' || low_.compare(i, 2, "==") == 0) continue;
      size_t value = skip_blanks(i + 1, low_.size()), next = 0;
      if (value >= low_.size()) return;
      bool spaced = value > i + 1 || i > at + name.size();
      bool quoted = is_quote(low_[value]) || low_.compare(value, 2, "\\\"") == 0;
      bool sc_form = value > i + 1 && i == at + name.size();  // sc config: `password= X`
      if (spaced && !quoted && !sc_form) continue;            // $password = Read-Host
      Range range = word(value, low_.size(), &next);
      if (!quoted) range.to = std::min(range.to, low_.find_first_of(";&|", range.from));
      mask(range);
    }
  }
  void find_header(std::string_view header) {
    for (size_t at = low_.find(header); at != std::string::npos; at = low_.find(header, at + 1)) {
      mask_word(at + header.size(), low_.size());
    }
  }

  // ConvertTo-SecureString [-String] X -AsPlainText, and X | ConvertTo-SecureString
  void find_secure_string() {
    static constexpr std::string_view kName = "convertto-securestring";
    for (size_t at = low_.find(kName); at != std::string::npos; at = low_.find(kName, at + 1)) {
      size_t end = low_.find_first_of("|\n;)", at), next = 0;
      if (end == std::string::npos) end = low_.size();
      if (std::string_view(low_).substr(at, end - at).find("-a") == std::string_view::npos) continue;  // encrypted text
      bool found = false;
      for (size_t i = skip_blanks(at + kName.size(), end); i < end && !found; i = skip_blanks(next, end)) {
        Range range = word(i, end, &next);
        found = range.to > range.from && low_[range.from] != '-';
        if (found) mask(range);
      }
      if (!found) mask_before_pipe(at);
    }
  }
  void mask_before_pipe(size_t at) {
    size_t i = at;
    while (i > 0 && is_blank(low_[i - 1])) --i;
    if (i == 0 || low_[i - 1] != '|') return;
    --i;
    while (i > 0 && is_blank(low_[i - 1])) --i;
    if (i == 0 || !is_quote(low_[i - 1])) return;
    size_t to = i - 1;
    size_t from = to == 0 ? std::string::npos : low_.rfind(low_[to], to - 1);
    if (from != std::string::npos) mask({from + 1, to});
  }

  // scheme://user:X@host
  void find_url() {
    for (size_t at = low_.find("://"); at != std::string::npos; at = low_.find("://", at + 1)) {
      size_t end = low_.find_first_of("/ \t\r\n\"'", at + 3);
      if (end == std::string::npos) end = low_.size();
      size_t host = low_.rfind('@', end), colon = low_.find(':', at + 3);
      if (host == std::string::npos || host <= at + 3 || host >= end || colon >= host) continue;
      mask({colon + 1, host});
    }
  }

  std::string_view text_;
  const SecretSigns::Found& found_;
  std::string low_;
  std::vector<Range> ranges_;
};

}  // namespace

std::vector<std::string> masked_patterns() {
  std::vector<std::string> out = {"net use", "net user", "NAME=", "HTTP header", "ConvertTo-SecureString", "URL"};
  for (const Option& option : kOptions) {
    std::string program = option.program.empty() ? "any program" : std::string(option.program);
    out.push_back(program + " " + std::string(option.option));
  }
  return out;
}

bool may_hold_secret(std::string_view text) {
  return text.size() >= kShortest && !gate().find(text).nothing();
}

std::string masked(std::string_view text) {
  if (text.size() < kShortest) return std::string(text);
  SecretSigns::Found found = gate().find(text);
  if (found.nothing()) return std::string(text);
  std::vector<Range> ranges = Scanner(text, found).run();
  if (ranges.empty()) return std::string(text);
  std::sort(ranges.begin(), ranges.end(),
            [](Range a, Range b) { return a.from < b.from || (a.from == b.from && a.to > b.to); });
  std::string out;
  size_t done = 0;
  for (Range range : ranges) {
    if (range.to <= done) continue;
    if (range.from >= done) {
      out.append(text, done, range.from - done);
      out += kMask;
    }
    done = range.to;
  }
  out.append(text, done);
  return out;
}

std::string masked_json(std::string_view json) {
  std::string out, plain;
  size_t done = 0;
  for (size_t at = json.find('"'); at != std::string_view::npos; at = json.find('"', at)) {
    size_t end = at + 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    if (end >= json.size()) break;
    std::string_view token = json.substr(at + 1, end - at - 1);
    plain.clear();
    append_unescaped_json(token, &plain);
    std::string safe = masked(plain);
    if (safe != plain) {
      out.append(json, done, at + 1 - done);
      append_json_escaped(safe, &out);
      done = end;
    }
    at = end + 1;
  }
  out.append(json, done);
  return out;
}

void mask_finding(Finding* finding) {
  finding->summary = masked(finding->summary);
  for (MatchedField& matched : finding->matched) matched.value = masked(matched.value);
  if (!finding->event.empty()) finding->event = masked_json(finding->event);
}

}  // namespace sil::report
