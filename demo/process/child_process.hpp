// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <sys/types.h>

#include <string>
#include <vector>

namespace parallax::demo {

/// Another program at work. Ended, if it has not ended by itself, with this object, together with
/// the programs that it started: it is a process group of its own, so Ctrl-C does not reach it.
class ChildProcess {
public:
    enum class Output { passed_on, thrown_away };

    /// @param program   its path.
    /// @param arguments its name first, as a program gets them.
    /// @param output    what becomes of its standard output.
    /// @throws std::system_error when it cannot be started, or no fd is left to watch it with.
    ChildProcess(const char* program, std::vector<std::string> arguments, Output output);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ChildProcess(ChildProcess&&) = delete;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    /// Whether it has come to its end by now.
    [[nodiscard]] bool ended();

    /// Readable once it has come to its end. Borrowed, for poll().
    [[nodiscard]] int handle() const noexcept { return handle_.get(); }

    /// Its exit status, after its end; -1 when a signal ended it.
    [[nodiscard]] int status() const;

private:
    void end() noexcept;

    pid_t pid_ = 0;
    int status_ = 0;
    bool ended_ = false;
    UniqueFd handle_;
};

} // namespace parallax::demo
