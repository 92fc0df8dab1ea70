// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>

namespace parallax {

/// Writes a file whole or not at all: into a temporary file beside it, then renamed over it.
/// Makes the folder if it does not exist.
/// @throws std::system_error with the file's name (ENOSPC when the disk is full); nothing half
///         written stays behind.
void write_file(const std::filesystem::path& file, std::span<const char> content);

} // namespace parallax
