// SPDX-License-Identifier: MIT
#pragma once

#include "process/exit_status.hpp"

#include "parallax/error.hpp"

#include <exception>
#include <string>

namespace parallax::demo {

/// Reports a failure on stderr, with instructions.
/// @return the exit status of the program.
ExitStatus report_failure(const std::exception& error);

/// Prints "parallax: WHAT" and the reasons to stderr, one a line.
void print_reasons(const std::string& what, const Reasons& reasons);

/// The same, for a subcommand that ends with them.
ExitStatus unsupported(const std::string& what, const Reasons& reasons);

/// Flushes standard output, which fails if it is a file on a full disk.
/// @return @p status, or that of the failure, which is reported.
ExitStatus finish_output(ExitStatus status);

} // namespace parallax::demo
