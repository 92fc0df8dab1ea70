// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <format>
#include <string>
#include <string_view>

/// std::format() and std::print(), with the same checks at compile time. Their implementation is
/// compiled once here; GCC takes two seconds for it in every file that calls std::format().
namespace parallax::text {

std::string vformat(std::string_view format, std::format_args values);
void vprint(std::FILE* to, std::string_view format, std::format_args values);
void vprintln(std::FILE* to, std::string_view format, std::format_args values);

template <typename... Values>
std::string format(std::format_string<Values...> format, Values&&... values) {
    return text::vformat(format.get(), std::make_format_args(values...));
}

/// As std::print(): throws std::system_error if the stream takes no more.
template <typename... Values>
void print(std::format_string<Values...> format, Values&&... values) {
    text::vprint(stdout, format.get(), std::make_format_args(values...));
}
template <typename... Values>
void print(std::FILE* to, std::format_string<Values...> format, Values&&... values) {
    text::vprint(to, format.get(), std::make_format_args(values...));
}

template <typename... Values>
void println(std::format_string<Values...> format, Values&&... values) {
    text::vprintln(stdout, format.get(), std::make_format_args(values...));
}
template <typename... Values>
void println(std::FILE* to, std::format_string<Values...> format, Values&&... values) {
    text::vprintln(to, format.get(), std::make_format_args(values...));
}

} // namespace parallax::text
