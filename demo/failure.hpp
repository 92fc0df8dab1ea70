// SPDX-License-Identifier: MIT
#pragma once

#include "exit_status.hpp"

#include <exception>

namespace parallax::demo {

/// Says on stderr what broke, and what to do about it.
/// @return what the program ends with.
ExitStatus report_failure(const std::exception& error);

/// Writes out what was printed. A disk can be full, where output goes to a file.
/// @return @p status, or that of the failure, which is reported.
ExitStatus finish_output(ExitStatus status);

} // namespace parallax::demo
