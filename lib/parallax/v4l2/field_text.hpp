// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/printable.hpp"

#include <linux/types.h>

#include <cstddef>
#include <cstring>
#include <string>

// Private to the library.
namespace parallax::v4l2 {

/// The text in a field of the kernel's structures, which may fill it without a zero at its end.
template <std::size_t size>
std::string text_of(const __u8 (&field)[size]) { // NOLINT(modernize-avoid-c-arrays): the kernel's
    const auto* const text = reinterpret_cast<const char*>(field);
    return printable({text, ::strnlen(text, size)});
}

} // namespace parallax::v4l2
