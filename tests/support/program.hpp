// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <sys/types.h>

#include <csignal>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::test {

/// The program as a user starts it, in the background. Killed by the destructor if it still runs.
class Program {
public:
    /// Starts `parallax ARGUMENTS...`.
    /// @param user what it runs as; root, as the tests do, if 0.
    /// @throws std::system_error
    explicit Program(std::vector<std::string> arguments, uid_t user = 0);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    Program(Program&&) = delete;
    Program& operator=(Program&&) = delete;
    ~Program();

    void send(int signal) const { ::kill(pid_, signal); }
    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Reads what it prints, on either stream, until @p text is in it.
    /// @return false if it ended, or was silent for too long, before printing that.
    [[nodiscard]] bool prints(std::string_view text);

    /// Waits until it has exited, as long as CTest does. @return its exit status, or minus the
    /// signal that ended it.
    int wait();

    [[nodiscard]] const std::string& printed() const { return printed_; }

private:
    bool read_more(int milliseconds);

    UniqueFd output_;
    std::string printed_;
    pid_t pid_ = 0;
};

} // namespace parallax::test
