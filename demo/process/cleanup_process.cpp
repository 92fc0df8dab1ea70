// SPDX-License-Identifier: MIT
#include "process/cleanup_process.hpp"
#include "process/say.hpp"

#include "parallax/system_call.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>

namespace parallax::demo {
namespace {

constexpr std::chrono::seconds time_to_clean_up{10};

/// The main function of the other process.
[[noreturn]] void clean_up_at_the_end_of(int lifeline,
                                         const std::function<void()>& cleanup) noexcept {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    ::setsid(); // not reached by signals of the other's group or terminal
    ::prctl(PR_SET_NAME, "cleanup");
    char byte = 0;
    static_cast<void>(!::write(lifeline, &byte, 1)); // ready
    while (::read(lifeline, &byte, 1) < 0 && errno == EINTR) {
    }
    try {
        cleanup();
    } catch (const std::exception& error) {
        say("parallax: cannot clean up: {}", error.what());
        ::_exit(1);
    }
    ::_exit(0); // without the destructors of the other process
}

/// @param lifeline receives this process's end of a connection, which closes when it ends.
pid_t start(UniqueFd& lifeline, const std::function<void()>& cleanup) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw_errno("cannot create a pair of Unix sockets");
    }
    const UniqueFd theirs(ends[0]);
    lifeline.reset(ends[1]);
    const pid_t child = fork_process();
    if (child == 0) {
        lifeline.reset();
        clean_up_at_the_end_of(theirs.get(), cleanup);
    }
    return child;
}

} // namespace

CleanupProcess::CleanupProcess(const std::function<void()>& cleanup)
    : process_(start(lifeline_, cleanup)) {
    pollfd ready{.fd = lifeline_.get(), .events = POLLIN, .revents = 0};
    if (process_.wait(time_to_clean_up, ready) || ready.revents == 0) {
        errno = ECHILD;
        throw_errno("a process that is to clean up does not start");
    }
}

CleanupProcess::~CleanupProcess() {
    lifeline_.reset();
    process_.wait(time_to_clean_up);
}

} // namespace parallax::demo
