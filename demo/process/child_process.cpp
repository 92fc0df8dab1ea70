// SPDX-License-Identifier: MIT
#include "process/child_process.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Time limit after SIGKILL, for a process that hangs in the kernel.
constexpr milliseconds time_to_die{2000};

/// poll()'s timeout until @p end.
int left_until(Clock::time_point end) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    return static_cast<int>(std::max(left, milliseconds(0)).count());
}

/// Owns posix_spawn()'s two structures.
struct SpawnPlan {
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawnattr_destroy(&attributes);
        ::posix_spawn_file_actions_destroy(&actions);
    }

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

} // namespace

pid_t fork_process() {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) {
        throw_errno("cannot start another process");
    }
    return child;
}

ChildProcess::ChildProcess(const char* program, std::vector<std::string> arguments, Output output)
    : leads_group_(true) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    SpawnPlan plan;
    ::posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (output == Output::thrown_away) {
        ::posix_spawn_file_actions_addopen(&plan.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    } else {
        ::posix_spawn_file_actions_adddup2(&plan.actions, STDERR_FILENO, STDOUT_FILENO);
    }
    sigset_t none; // the child blocks no signal
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&plan.attributes, &none);
    sigset_t asks_to_stop; // nor ignored
    sigemptyset(&asks_to_stop);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        sigaddset(&asks_to_stop, signal);
    }
    ::posix_spawnattr_setsigdefault(&plan.attributes, &asks_to_stop);
    ::posix_spawnattr_setflags(&plan.attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    const int error =
        ::posix_spawn(&pid_, program, &plan.actions, &plan.attributes, argv.data(), environ);
    if (error != 0) {
        errno = error;
        throw_errno(text::format("cannot start {}", program));
    }
    watch();
}

ChildProcess::ChildProcess(pid_t forked) : pid_(forked) {
    watch();
}

void ChildProcess::watch() {
    // glibc 2.41 declares pidfd_open() without C linkage, so it cannot be called from here.
    handle_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (!handle_) { // its end cannot be waited for
        const int reason = errno;
        send(SIGKILL);
        ::waitpid(pid_, nullptr, 0); // it has just started, so it cannot hang
        errno = reason;
        throw_errno("cannot wait for another process");
    }
}

ChildProcess::~ChildProcess() {
    if (!ended()) {
        end();
    }
    send(SIGKILL); // to remaining programs of its group
    if (ended()) {
        ::waitpid(pid_, nullptr, 0);
    }
}

void ChildProcess::end(milliseconds patience) noexcept {
    send(SIGTERM);
    send(SIGCONT);
    if (!wait(patience)) {
        send(SIGKILL);
        wait(time_to_die);
    }
}

void ChildProcess::send(int signal) const noexcept {
    if (!reaped_) {
        ::kill(leads_group_ ? -pid_ : pid_, signal);
    }
}

bool ChildProcess::ended() noexcept {
    if (ended_) {
        return true;
    }
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        reaped_ = errno == ECHILD;
        ended_ = reaped_;
    } else if (info.si_pid == pid_) {
        ended_ = true;
        code_ = info.si_code;
        status_ = info.si_status;
    }
    return ended_;
}

bool ChildProcess::wait(milliseconds limit, pollfd& also) noexcept {
    const Clock::time_point end = Clock::now() + limit;
    also.revents = 0;
    while (!ended() && also.revents == 0 && (limit.count() < 0 || Clock::now() < end)) {
        std::array<pollfd, 2> waiting{
            {{.fd = handle(), .events = POLLIN, .revents = 0}, also}}; // a negative fd is skipped
        if (::poll(waiting.data(), waiting.size(), limit.count() < 0 ? -1 : left_until(end)) > 0) {
            also.revents = waiting[1].revents;
        }
    }
    return ended();
}

bool ChildProcess::wait(milliseconds limit) noexcept {
    pollfd nothing{.fd = -1, .events = 0, .revents = 0};
    return wait(limit, nothing);
}

int ChildProcess::status() const noexcept {
    return code_ == CLD_EXITED ? status_ : -1;
}

int ChildProcess::signal() const noexcept {
    return code_ == CLD_EXITED ? 0 : status_;
}

} // namespace parallax::demo
