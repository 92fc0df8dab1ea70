// SPDX-License-Identifier: MIT
#include "process/child_process.hpp"

#include "parallax/error.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <format>

namespace parallax::demo {

ChildProcess::ChildProcess(const char* program, std::vector<std::string> arguments, Output output) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    if (output == Output::thrown_away) {
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    sigset_t none; // no signal is blocked there, whatever is blocked here
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0); // a group of its own, to be ended as a whole
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    const int error = ::posix_spawn(&pid_, program, &actions, &attributes, argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        errno = error;
        throw_errno(std::format("cannot start {}", program));
    }
    // glibc 2.41 declares pidfd_open() without C linkage, so it cannot be called from here.
    handle_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (handle_.get() < 0) { // nobody could wait for it
        const int reason = errno;
        end();
        errno = reason;
        throw_errno("cannot wait for another program");
    }
}

ChildProcess::~ChildProcess() {
    if (!ended_) {
        end();
    }
}

void ChildProcess::end() noexcept {
    ::kill(-pid_, SIGTERM);
    ::waitpid(pid_, &status_, 0);
}

bool ChildProcess::ended() {
    ended_ = ended_ || ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
}

int ChildProcess::status() const {
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

} // namespace parallax::demo
