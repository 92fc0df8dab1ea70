// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace parallax::demo {

/// What `parallax` ends with, the same in every subcommand.
enum class ExitStatus : int {
    agree = 0,       ///< done; where views were compared, every pixel agrees
    differ = 1,      ///< views differ
    bad_usage = 2,   ///< an option, or a file given to it, is wrong
    unsupported = 3, ///< this machine cannot do it; the reasons are on stderr
    failed = 4,      ///< something broke on the way: an I/O error, a lost device
    invalid = 5,     ///< the validation layers complained
};

/// The user asked for something that cannot be; ends with ExitStatus::bad_usage.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace parallax::demo
