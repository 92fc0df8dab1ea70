// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <span>

namespace parallax {

/// Writes a file whole or not at all: into a new file in its folder, which is then renamed over it
/// and has its mode. Symbolic links are followed to their end. Makes the folder if it does not
/// exist. A process that is killed meanwhile leaves nothing behind, except on file systems without
/// O_TMPFILE (NFS): there a file .parallax-PID-N stays.
///
/// An existing file that is not a regular one (a device, a fifo, /dev/stdout) is written in place.
/// If it is not read for half a minute, this fails with ETIMEDOUT or, for a fifo without a reader,
/// ENXIO.
///
/// @throws std::system_error with the file's name (ENOSPC when the disk is full); no half-written
///         regular file stays behind.
void write_file(const std::filesystem::path& file, std::span<const char> content);

} // namespace parallax
