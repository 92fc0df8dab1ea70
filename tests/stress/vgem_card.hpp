// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <cstdint>

namespace stress {

/// The kernel's own device that imports by PRIME; its module must be loaded.
/// @throws std::system_error if there is none.
parallax::UniqueFd open_vgem_card();

void close_handle(const parallax::UniqueFd& card, std::uint32_t handle) noexcept;

} // namespace stress
