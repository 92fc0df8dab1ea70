// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace parallax {

/// Why something is not supported here: one sentence each, with the numbers that decided it.
/// "Not supported" is an answer and travels as a value; failures are thrown.
using Reasons = std::vector<std::string>;

/// Throws std::system_error for the current errno.
/// @param sentence what was tried, without a full stop: "cannot map 4096 bytes of a dma-buf".
[[noreturn]] void throw_errno(const std::string& sentence);

/// Why a device node cannot be opened, for the current errno, and what to do: one sentence.
[[nodiscard]] std::string cannot_open(const std::string& node);

/// ioctl() that starts again when a signal interrupted it (EINTR, EAGAIN).
/// @return what ioctl returned; errno is set when that is -1.
int retry_ioctl(int fd, unsigned long request, void* argument) noexcept;

} // namespace parallax
