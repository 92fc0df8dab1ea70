// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace parallax {

/// The bytes of a file, which may also be a pipe or a device.
/// @param most limit in bytes, since some devices have no end.
/// @throws std::runtime_error "FILE cannot be read: why", or "FILE is larger than ... MiB".
[[nodiscard]] std::string read_file(const std::filesystem::path& file, std::size_t most);

/// The first bytes of a file, which may also be a pipe or a device: @p most of them, or all.
/// @throws std::runtime_error "FILE cannot be read: why".
[[nodiscard]] std::string read_start(const std::filesystem::path& file, std::size_t most);

} // namespace parallax
