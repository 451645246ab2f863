#include "ingest/web_fields.h"

#include <algorithm>

namespace sil::ingest {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 32);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace

std::string_view take_word(std::string_view* rest) {
  while (rest->starts_with(' ')) rest->remove_prefix(1);
  const size_t end = std::min(rest->find(' '), rest->size());
  const std::string_view out = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return out;
}

void add_uri(std::string_view name, std::string_view uri, LineRecord* record) {
  record->add(name, uri);
  if (uri.find('%') == std::string_view::npos && uri.find('+') == std::string_view::npos) return;
  char* out = record->room(uri.size());
  size_t size = 0;
  for (size_t i = 0; i < uri.size(); ++i) {
    const int high = uri[i] == '%' && i + 2 < uri.size() ? hex_digit(uri[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(uri[i + 2]) : -1;
    if (low >= 0) {
      out[size++] = static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out[size++] = uri[i] == '+' ? ' ' : uri[i];
    }
  }
  if (std::string_view(out, size) != uri) record->add(name, {out, size});
}

std::string_view unescaped_web(std::string_view text, LineRecord* record) {
  if (text.find('\\') == std::string_view::npos) return text;
  char* out = record->room(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out[size++] = text[i];
      continue;
    }
    const char next = text[++i];
    const int high = next == 'x' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out[size++] = static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out[size++] = next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
    }
  }
  return {out, size};
}

void add_request(std::string_view request, LineRecord* record) {
  request = unescaped_web(request, record);
  const size_t first = request.find(' '), last = request.rfind(' ');
  const bool method = first != std::string_view::npos && first != 0 && first <= 24 &&
                      std::all_of(request.begin(), request.begin() + static_cast<ptrdiff_t>(first), [](char c) {
                        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
                      });
  if (!method) {  // a handshake on the wrong port, a scan
    if (!request.empty() && request != "-") record->add("request", request);
    return;
  }
  record->add("cs-method", request.substr(0, first));
  const bool version = last > first && request.substr(last + 1).starts_with("HTTP/");
  const std::string_view uri = version ? request.substr(first + 1, last - first - 1) : request.substr(first + 1);
  add_uri("cs-uri", uri, record);
  record->add("cs-uri-stem", uri.substr(0, uri.find('?')));
  if (version) record->add("cs-version", request.substr(last + 1));
}

}  // namespace sil::ingest
