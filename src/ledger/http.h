// HTTP/1.1 on loopback or a given address, as little of it as witnesses need (Boost.Beast): limits on header (8 KiB),
// body (1 MiB), time (10 s idle) and connections (256); keep-alive. No TLS: a front server has it.
//
// Errors: kIo. Thread rule: the handler is called by several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bytes/result.h"

namespace sil::ledger {

struct HttpRequest {
  std::string method, target, body;
};
struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8", body;
};
using HttpHandler = std::function<HttpAnswer(const HttpRequest&)>;

class HttpServer {
 public:
  // `address`: "127.0.0.1:8080"; port 0 takes a free one.
  static Result<std::unique_ptr<HttpServer>> listen(const std::string& address, HttpHandler handler);
  ~HttpServer();  // ends all connections
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:8080"

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// POST with a text body, or GET with none. `url` begins with http://. Errors: kUsage for another scheme.
Result<HttpAnswer> http_call(const std::string& method, const std::string& url, const std::string& body,
                             uint64_t timeout_ms);

}  // namespace sil::ledger
