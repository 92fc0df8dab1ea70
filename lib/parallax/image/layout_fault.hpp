// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/pixels.hpp"

// Private to the library.
namespace parallax::detail {

/// @throws std::invalid_argument with what fault_of() finds, if it does.
void require_no_fault(const ImageLayout& layout, BufferBytes memory);
/// The same.
void require_no_fault(const ImageLayout& layout, WritableBytes memory);

} // namespace parallax::detail
