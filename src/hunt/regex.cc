#include "hunt/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace sil::hunt {
namespace {

constexpr uint32_t kMatchLimit = 200'000;  // backtracking steps a search, about a millisecond
constexpr uint32_t kHeapLimitKib = 8 * 1024;
constexpr size_t kMaxExpression = 64 * 1024;
std::atomic<uint64_t> limits_passed{0};

struct CodeFree {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using Code = std::unique_ptr<pcre2_code, CodeFree>;
struct ContextFree {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

Code pcre2_build(std::string_view expression, RegexFlags flags, Fault* why) {
  uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  if (flags.ignore_case) options |= PCRE2_CASELESS;
  if (flags.multi_line) options |= PCRE2_MULTILINE;
  if (flags.dot_all) options |= PCRE2_DOTALL;
  int code = 0;
  PCRE2_SIZE offset = 0;
  Code built(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options, &code, &offset,
                           nullptr));
  if (!built) {
    PCRE2_UCHAR text[160];
    pcre2_get_error_message(code, text, sizeof text);
    *why = {0, static_cast<uint32_t>(offset),
            std::string("not a regular expression: ") + reinterpret_cast<char*>(text)};
  }
  return built;
}

std::string re2_text(std::string_view expression, RegexFlags flags) {
  std::string prefix;
  if (flags.ignore_case) prefix += 'i';
  if (flags.multi_line) prefix += 'm';
  if (flags.dot_all) prefix += 's';
  return prefix.empty() ? std::string(expression) : "(?" + prefix + ")" + std::string(expression);
}

RE2::Options re2_options() {
  RE2::Options options(RE2::Quiet);
  options.set_never_capture(true);
  options.set_max_mem(16 << 20);
  return options;
}

}  // namespace

struct Regex::Impl {
  std::unique_ptr<RE2> re2;
  Code pcre2;
  std::unique_ptr<pcre2_match_context, ContextFree> context;
};

Regex::Regex() : impl_(std::make_unique<Impl>()) {}
Regex::~Regex() = default;
bool Regex::is_re2() const {
  return impl_->re2 != nullptr;
}

Parsed<std::unique_ptr<const Regex>> Regex::compile(std::string_view expression, RegexFlags flags) {
  if (expression.size() > kMaxExpression) return fault(0, 0, "regular expression longer than 64 KiB");
  std::unique_ptr<Regex> regex(new Regex);
  auto re2 = std::make_unique<RE2>(re2_text(expression, flags), re2_options());
  if (re2->ok()) {
    regex->impl_->re2 = std::move(re2);
    return regex;
  }
  Fault why;
  regex->impl_->pcre2 = pcre2_build(expression, flags, &why);
  if (!regex->impl_->pcre2) return tl::unexpected<Fault>(std::move(why));
  regex->impl_->context.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(regex->impl_->context.get(), kMatchLimit);
  pcre2_set_heap_limit(regex->impl_->context.get(), kHeapLimitKib);
  return regex;
}

bool Regex::search(std::string_view text) const {
  if (impl_->re2) return RE2::PartialMatch({text.data(), text.size()}, *impl_->re2);
  std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(pcre2_match_data_create(1, nullptr),
                                                                           pcre2_match_data_free);
  int found = pcre2_match(impl_->pcre2.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(),
                          impl_->context.get());
  if (found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_HEAPLIMIT || found == PCRE2_ERROR_DEPTHLIMIT)
    ++limits_passed;
  return found >= 0;
}

std::optional<Fault> check_regex(std::string_view expression, RegexFlags flags) {
  if (expression.size() > kMaxExpression) return Fault{0, 0, "regular expression longer than 64 KiB"};
  Fault why;
  if (pcre2_build(expression, flags, &why)) return std::nullopt;
  if (RE2(re2_text(expression, flags), re2_options()).ok()) return std::nullopt;
  return why;
}

namespace {

constexpr size_t kClassParts = 8, kPropertyParts = 400;  // \p{L} is some 400 steps of RE2
constexpr size_t kManyParts = size_t{1} << 32;

// The largest number in `{n}`, `{n,}` or `{n,m}` at `at`, which moves behind it; 0: no counted repetition.
size_t repetition(std::string_view text, size_t* at) {
  const size_t end = text.find('}', *at);
  if (end == std::string_view::npos || end - *at > 16) return 0;
  size_t most = 0, number = 0;
  for (const char c : text.substr(*at + 1, end - *at - 1)) {
    if (c != ',' && (c < '0' || c > '9')) return 0;
    number = c == ',' ? 0 : std::min<size_t>(number * 10 + static_cast<size_t>(c - '0'), 65535);
    most = std::max(most, number);
  }
  *at = end;
  return std::max<size_t>(most, 1);
}

size_t class_end(std::string_view text, size_t at) {
  size_t i = at + 1;
  if (i < text.size() && text[i] == '^') ++i;
  if (i < text.size() && text[i] == ']') ++i;
  for (; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] == '\\') ++i;
  }
  return i;
}

}  // namespace

size_t unfolded_size(std::string_view expression) {
  std::vector<size_t> outside;  // sums of the groups around this one
  size_t sum = 0, last = 0;
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '(') {
      outside.push_back(sum);
      sum = last = 0;
      continue;
    }
    const size_t times = c == '{' ? repetition(expression, &i) : 0;
    if (times != 0) {
      sum = std::min(sum + last * (times - 1), kManyParts);
      last = std::min(last * times, kManyParts);
      continue;
    }
    if (c == ')' && !outside.empty()) {
      last = sum + 2;
      sum = outside.back();
      outside.pop_back();
    } else if (c == '[') {
      i = class_end(expression, i);
      last = kClassParts;
    } else if (c == '\\' && ++i < expression.size()) {
      last = expression[i] == 'p' || expression[i] == 'P' ? kPropertyParts : 1;
      const bool named = i + 1 < expression.size() && expression[i + 1] == '{';
      if (named && std::string_view("pPxkgN").find(expression[i]) != std::string_view::npos)
        i = std::min(expression.find('}', i), expression.size());
    } else {
      last = 1;
    }
    sum = std::min(sum + last, kManyParts);
  }
  for (const size_t before : outside) sum = std::min(sum + before, kManyParts);
  return sum;
}

const Regex* cached_regex(const std::string& expression, RegexFlags flags) {
  static std::shared_mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<const Regex>> cache;
  std::string key =
      std::string({flags.ignore_case ? 'i' : '-', flags.multi_line ? 'm' : '-', flags.dot_all ? 's' : '-'}) +
      expression;
  {
    std::shared_lock lock(mutex);
    if (auto it = cache.find(key); it != cache.end()) return it->second.get();
  }
  auto made = Regex::compile(expression, flags);
  std::unique_lock lock(mutex);
  auto [it, fresh] = cache.try_emplace(std::move(key));
  if (fresh && made) it->second = std::move(*made);
  return it->second.get();
}

uint64_t pcre2_limits() {
  return limits_passed;
}

}  // namespace sil::hunt
