// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/unique_fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <vector>

namespace parallax::test {

/// The program as a user starts it, in the background: what it prints can be waited for, and it can
/// be ended in any way. Killed, if need be, at the end of its life.
class Program {
public:
    /// Starts `parallax ARGUMENTS...`; PARALLAX_PROGRAM is set by CMake.
    explicit Program(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PARALLAX_PROGRAM);
        std::vector<char*> argv;
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw_errno("cannot create a pipe");
        }
        output_.reset(ends[0]);
        const UniqueFd input(ends[1]);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(input.get(), STDOUT_FILENO);
            ::dup2(input.get(), STDERR_FILENO);
            ::execv(argv.front(), argv.data());
            ::_exit(127);
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    Program(Program&&) = delete;
    Program& operator=(Program&&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    void send(int signal) const { ::kill(pid_, signal); }
    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Reads what it prints, on either stream, until @p text is in it.
    /// @return false when it ended, or was silent for too long, without having printed that.
    [[nodiscard]] bool prints(std::string_view text) {
        constexpr int too_long = 120'000; // ms; only ever reached by a failure
        while (!printed_.contains(text)) {
            if (!read_more(too_long)) {
                ADD_FAILURE() << "did not print '" << text << "', but:\n" << printed_;
                return false;
            }
        }
        return true;
    }

    /// Waits for its end, as long as CTest does. @return its exit status, or minus the signal that
    /// ended it.
    int wait() {
        constexpr int forever = -1;
        while (read_more(forever)) {
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    [[nodiscard]] const std::string& printed() const { return printed_; }

private:
    bool read_more(int milliseconds) {
        pollfd waiting{.fd = output_.get(), .events = POLLIN, .revents = 0};
        std::array<char, 4096> part{};
        if (::poll(&waiting, 1, milliseconds) != 1) {
            return false;
        }
        const ssize_t length = ::read(output_.get(), part.data(), part.size());
        printed_.append(part.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
        return length > 0;
    }

    UniqueFd output_;
    std::string printed_;
    pid_t pid_ = 0;
};

} // namespace parallax::test
