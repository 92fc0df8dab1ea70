// SPDX-License-Identifier: MIT
#include "support/program.hpp"

#include "support/paths.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace parallax::test {

Program::Program(std::vector<std::string> arguments, uid_t user) {
    arguments.insert(arguments.begin(), program_path());
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot create a pipe");
    }
    output_.reset(ends[0]);
    const UniqueFd input(ends[1]);
    // Opened here: the user may not be let into the folder that it lies in.
    const UniqueFd program(::open(program_path().c_str(), O_PATH | O_CLOEXEC));
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(input.get(), STDOUT_FILENO);
        ::dup2(input.get(), STDERR_FILENO);
        for (const int signal : {SIGINT, SIGHUP}) { // which may be ignored here
            std::signal(signal, SIG_DFL);
        }
        if (user == 0) {
            ::execv(argv.front(), argv.data());
        } else if (::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0 &&
                   ::setresuid(user, user, user) == 0) {
            ::fexecve(program.get(), argv.data(), environ);
        }
        ::_exit(127);
    }
}

Program::~Program() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

bool Program::prints(std::string_view text) {
    constexpr int too_long = 120'000; // ms; only ever reached by a failure
    while (!printed_.contains(text)) {
        if (!read_more(too_long)) {
            ADD_FAILURE() << "did not print '" << text << "', but:\n" << printed_;
            return false;
        }
    }
    return true;
}

int Program::wait() {
    constexpr int forever = -1;
    while (read_more(forever)) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool Program::read_more(int milliseconds) {
    pollfd waiting{.fd = output_.get(), .events = POLLIN, .revents = 0};
    std::array<char, 4096> part{};
    if (::poll(&waiting, 1, milliseconds) != 1) {
        return false;
    }
    const ssize_t length = ::read(output_.get(), part.data(), part.size());
    printed_.append(part.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return length > 0;
}

} // namespace parallax::test
