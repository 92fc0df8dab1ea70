// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace parallax::demo {

/// How often this thread took memory from the heap so far: every operator new of the program, its
/// libraries and, where they use it, its drivers; and every allocation of Dear ImGui. Not counted
/// is what C code takes with malloc, which the window does not do itself.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// Adds one, for allocators other than operator new.
void count_allocation() noexcept;

} // namespace parallax::demo
