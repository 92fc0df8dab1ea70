// SPDX-License-Identifier: MIT
#pragma once

namespace parallax::test {

/// Loads VKMS, the kernel's own or the one that the lab has built.
/// @return false where there is neither.
/// @throws std::system_error when it cannot be loaded.
[[nodiscard]] bool load_vkms();

} // namespace parallax::test
