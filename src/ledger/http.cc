#include "ledger/http.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

namespace sil::ledger {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using std::chrono::milliseconds;

constexpr int kMaxConnections = 256;
constexpr uint64_t kMaxBody = 1 << 20;
constexpr uint32_t kMaxHeader = 8192;
constexpr milliseconds kIdle{10000};
constexpr int kThreads = 4;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

http::response<http::string_body> response_of(const HttpAnswer& answer, unsigned version, bool keep_alive) {
  http::response<http::string_body> out{static_cast<http::status>(answer.status), version};
  out.set(http::field::content_type, answer.type);
  out.keep_alive(keep_alive);
  out.body() = answer.body;
  out.prepare_payload();
  return out;
}

asio::awaitable<void> serve(tcp::socket socket, const HttpHandler& handler, std::atomic<int>& open) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(kMaxBody + kMaxHeader);
  for (bool going = true; going;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kMaxBody);
    parser.header_limit(kMaxHeader);
    stream.expires_after(kIdle);
    auto [error, count] = co_await http::async_read(stream, buffer, parser, kTuple);
    if (error == http::error::end_of_stream || (error && count == 0)) break;
    HttpAnswer answer{400, "text/plain; charset=utf-8", "malformed request\n"};
    unsigned version = 11;
    going = !error && parser.get().keep_alive();
    if (error == http::error::body_limit || error == http::error::header_limit) answer.status = 413;
    if (!error) {
      auto& request = parser.get();
      version = request.version();
      answer = handler({std::string(request.method_string()), std::string(request.target()), request.body()});
    }
    auto response = response_of(answer, version, going);
    stream.expires_after(kIdle);
    auto [failed, written] = co_await http::async_write(stream, response, kTuple);
    if (failed) break;
  }
  beast::error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  --open;
}

struct Address {
  std::string host, port, target;
};

Result<Address> address_of(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return fail(ErrorCode::kUsage, std::string(url), "a URL that begins with http://");
  url.remove_prefix(kScheme.size());
  Address out;
  size_t slash = std::min(url.find('/'), url.size());
  std::string_view place = url.substr(0, slash);
  out.target = slash < url.size() ? url.substr(slash) : std::string_view("/");
  size_t colon = place.rfind(':');
  out.host = place.substr(0, colon);
  out.port = colon == place.npos ? "80" : std::string(place.substr(colon + 1));
  return out;
}

asio::awaitable<void> call(Address to, std::string method, std::string body, milliseconds timeout,
                           Result<HttpAnswer>* out) {
  auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  auto [unknown, places] = co_await resolver.async_resolve(to.host, to.port, kTuple);
  if (unknown) {
    *out = fail(ErrorCode::kIo, to.host, "a known host", unknown.message());
    co_return;
  }
  beast::tcp_stream stream(executor);
  stream.expires_after(timeout);
  auto [refused, place] = co_await stream.async_connect(places, kTuple);
  if (refused) {
    *out = fail(ErrorCode::kIo, to.host + ":" + to.port, "a connection", refused.message());
    co_return;
  }
  http::request<http::string_body> request{method == "POST" ? http::verb::post : http::verb::get, to.target, 11};
  request.set(http::field::host, to.host);
  request.body() = std::move(body);
  request.prepare_payload();
  auto [unsent, sent] = co_await http::async_write(stream, request, kTuple);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMaxBody);
  beast::flat_buffer buffer;
  auto [unread, read] = co_await http::async_read(stream, buffer, parser, kTuple);
  if (unsent || unread) {
    *out = fail(ErrorCode::kIo, to.host + ":" + to.port, "an answer", (unsent ? unsent : unread).message());
    co_return;
  }
  auto& response = parser.get();
  *out = HttpAnswer{static_cast<int>(response.result_int()), std::string(response[http::field::content_type]),
                    response.body()};
}

}  // namespace

struct HttpServer::Impl {
  asio::io_context context{kThreads};
  tcp::acceptor acceptor{context};
  HttpHandler handler;
  std::atomic<int> open{0};
  std::vector<std::thread> threads;

  asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor.async_accept(context, kTuple);
      if (error == asio::error::operation_aborted) co_return;
      if (error) continue;
      if (open.fetch_add(1) >= kMaxConnections) {
        --open;
        continue;  // closed by its destructor
      }
      asio::co_spawn(context, serve(std::move(socket), handler, open), asio::detached);
    }
  }
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->context.stop();
  for (std::thread& thread : impl_->threads) thread.join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const std::string& address, HttpHandler handler) {
  auto parts = address_of("http://" + address);
  if (!parts) return tl::unexpected(parts.error());
  auto impl = std::make_unique<Impl>();
  impl->handler = std::move(handler);
  beast::error_code error;
  auto host = asio::ip::make_address(parts->host, error);
  if (error) return fail(ErrorCode::kUsage, address, "an address such as 127.0.0.1:8080", error.message());
  tcp::endpoint place(host, static_cast<uint16_t>(std::atoi(parts->port.c_str())));
  impl->acceptor.open(place.protocol(), error);
  if (!error) impl->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) impl->acceptor.bind(place, error);
  if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(ErrorCode::kIo, address, "a place to listen", error.message());
  asio::co_spawn(impl->context, impl->accept(), asio::detached);
  for (int i = 0; i < kThreads; ++i) impl->threads.emplace_back([context = &impl->context] { context->run(); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::string HttpServer::url() const {
  beast::error_code error;
  auto place = impl_->acceptor.local_endpoint(error);
  std::string host = place.address().to_string();
  if (place.address().is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(place.port());
}

Result<HttpAnswer> http_call(const std::string& method, const std::string& url, const std::string& body,
                             uint64_t timeout_ms) {
  auto to = address_of(url);
  if (!to) return tl::unexpected(to.error());
  asio::io_context context;
  Result<HttpAnswer> out = fail(ErrorCode::kIo, url, "an answer");
  asio::co_spawn(context, call(*to, method, body, milliseconds(timeout_ms), &out), asio::detached);
  context.run();
  return out;
}

}  // namespace sil::ledger
