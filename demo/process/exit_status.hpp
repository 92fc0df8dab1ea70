// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <stdexcept>

namespace parallax::demo {

/// The exit status of `parallax`, the same in every subcommand.
enum class ExitStatus : int {
    agree = 0,       ///< success; if views were compared, every pixel agrees
    differ = 1,      ///< views differ
    bad_usage = 2,   ///< an option, or a file given to it, is wrong
    unsupported = 3, ///< not supported on this machine; the reasons are on stderr
    failed = 4,      ///< a failure during the run: an I/O error, a lost device
    invalid = 5,     ///< the validation layers printed a message
};

/// The work that a command line requests; empty before it has been parsed.
using Work = std::function<ExitStatus()>;

/// Invalid options or arguments; ends the program with ExitStatus::bad_usage.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace parallax::demo
