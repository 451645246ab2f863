// Style and script of report.html.
#pragma once

#include <string_view>

namespace sil::report {

std::string_view html_style();
std::string_view html_script();

}  // namespace sil::report
