// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace stress {

/// Loads the kernel's own device that imports by PRIME, where it is missing.
/// @throws std::runtime_error
void load_vgem();

/// @return its node in /dev/dri; its module must be loaded.
/// @throws std::system_error if there is none.
std::string find_vgem_card();

/// @throws std::system_error if there is none.
parallax::UniqueFd open_vgem_card();

void close_handle(const parallax::UniqueFd& card, std::uint32_t handle) noexcept;

} // namespace stress
